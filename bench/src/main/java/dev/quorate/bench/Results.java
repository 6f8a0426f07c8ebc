package dev.quorate.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All samples, and their table. Every number of the table is the median over the runs. */
final class Results {
    private static final double PERCENT = 100;

    private final List<Side> sides;
    private final Map<Row, Map<Side, List<Sample>>> samples = new LinkedHashMap<>();

    /** The first side is ours, the second what it is compared with; there may be one only. */
    Results(List<Side> sides) {
        this.sides = List.copyOf(sides);
    }

    void add(Row row, Side side, Sample sample) {
        samples.computeIfAbsent(row, key -> new LinkedHashMap<>()).computeIfAbsent(side, key -> new ArrayList<>())
                .add(sample);
    }

    /** The table in Markdown, with the rows in the order given; a row without samples is left out. */
    String table(List<Row> rows) {
        var out = new StringBuilder("| row |");
        sides.forEach(side -> out.append(" ").append(side.title()).append(" |"));
        out.append(sides.size() > 1 ? " ratio |" : "");
        out.append(" p50 ms | p99 ms | CPU µs | generator's CPU |\n|---|").append("---:|".repeat(sides.size()));
        out.append(sides.size() > 1 ? "---:|" : "").append("---:|---:|---:|---:|\n");
        rows.stream().filter(samples::containsKey).forEach(row -> out.append(line(row)));
        return out.toString();
    }

    private String line(Row row) {
        var out = new StringBuilder("| ").append(row.title()).append(" |");
        sides.forEach(side -> out.append(" ").append(number(median(row, side, Sample::value))).append(" ")
                .append(row.unit().symbol()).append(disconnects(row, side)).append(" |"));
        if (sides.size() > 1) {
            double ratio = row.unit().ratio(median(row, sides.get(0), Sample::value),
                    median(row, sides.get(1), Sample::value));
            out.append(" **").append(number(ratio)).append("** |");
        }
        out.append(pair(row, Sample::p50Ms, "")).append(pair(row, Sample::p99Ms, ""))
                .append(pair(row, Sample::memberCpuMicros, ""));
        return out.append(pair(row, sample -> PERCENT * sample.generatorShare(), " %")).append("\n").toString();
    }

    /** How many connections were lost in all runs together, in rows that count them. */
    private String disconnects(Row row, Side side) {
        double[] counts = samples.getOrDefault(row, Map.of()).getOrDefault(side, List.of()).stream()
                .mapToDouble(Sample::disconnects).filter(Double::isFinite).toArray();
        return counts.length == 0 ? "" : ", %.0f lost".formatted(Arrays.stream(counts).sum());
    }

    private String pair(Row row, ToDoubleFunction<Sample> field, String suffix) {
        List<String> numbers = sides.stream().map(side -> median(row, side, field)).filter(Double::isFinite)
                .map(value -> number(value) + suffix).toList();
        return " " + String.join(" / ", numbers) + " |";
    }

    private double median(Row row, Side side, ToDoubleFunction<Sample> field) {
        return median(samples.getOrDefault(row, Map.of()).getOrDefault(side, List.of()).stream().mapToDouble(field)
                .toArray());
    }

    /** The median; of an even count the mean of the middle two, of none NaN. */
    static double median(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Three digits that count: 0.123, 12.3, 123, 12,345. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
