package dev.quorate.bench;

import dev.quorate.bench.server.Product;
import dev.quorate.bench.server.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code bin/benchmark}. */
@Command(name = "benchmark", mixinStandardHelpOptions = true, sortOptions = false, description = Benchmark.WHAT)
public final class Benchmark implements Callable<Integer> {
    static final String WHAT = "Puts the same load on Quorate and on Apache ZooKeeper and prints a table.";

    private static final String TABLE_BEGIN = "<!-- benchmark: begin -->";
    private static final String TABLE_END = "<!-- benchmark: end -->";

    @Option(names = "--rows", split = ",", paramLabel = "NAME", description = "only these; a wrong name lists all")
    private @Nullable List<String> names;

    @Option(names = "--runs", paramLabel = "N", description = "interleaved runs; the median counts (default: 5)")
    private @Nullable Integer runs;

    @Option(names = "--seconds", paramLabel = "S", description = "measured seconds of a load (default: 5)")
    private @Nullable Integer seconds;

    @Option(names = "--warm-up", paramLabel = "S", description = "seconds under load before a window (default: 2)")
    private @Nullable Integer warmUpSeconds;

    @Option(names = "--znodes", paramLabel = "N", description = "znodes of the heap row (default: 1000000)")
    private @Nullable Integer znodes;

    @Option(names = "--quick", description = "a first look: 1 run, 2 s after 1 s of warm-up, 100,000 znodes")
    private boolean quick;

    @Option(names = "--only", paramLabel = "SIDE", description = "ours or zookeeper: one side, no ratios")
    private @Nullable String only;

    @Option(names = "--self-check", description = "ZooKeeper on both sides: ratios other than 1 are noise")
    private boolean selfCheck;

    @Option(names = "--heap", paramLabel = "SIZE", description = "heap of each member, both products (default: 1g)")
    private String heap = "1g";

    @Option(names = "--jvm-flag", paramLabel = "FLAG", description = "a further JVM flag for the members of both")
    private List<String> jvmFlags = List.of();

    @Option(names = "--jfr", paramLabel = "DIR", description = "record the members there; prints where their time goes")
    private @Nullable Path recordings;

    @Option(names = "--data", paramLabel = "DIR", description = "for data (default: ${DEFAULT-VALUE})")
    private Path data = Path.of(System.getProperty("quorate.bench.target", "bench/target"), "benchmark-data");

    @Option(names = "--out", paramLabel = "FILE", description = "put the table between this Markdown file's marks")
    private @Nullable Path out;

    private Benchmark() {}

    /** Runs the command and ends the JVM with its exit code: 0 all rows measured, 1 a row failed, 2 wrong usage. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        List<Row> rows = rows();
        List<Side> sides = sides();
        var results = new Results(sides);
        Session.Plan plan = plan();
        var session = new Session(rows, sides, plan, new Settings(data, heap, jvmFlags, recordings), results);
        boolean complete = session.run();
        String table = results.table(rows) + "\n" + Machine.describe(plan, heap, jvmFlags, data);
        System.out.println("\n" + table);
        if (out != null) {
            replaceTable(out, table);
        }
        return complete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private Session.Plan plan() {
        return new Session.Plan(given(runs, 5, 1), given(warmUpSeconds, 2, 1), given(seconds, 5, 2),
                given(znodes, 1_000_000, 100_000));
    }

    private int given(@Nullable Integer value, int usual, int whenQuick) {
        if (value == null) {
            return quick ? whenQuick : usual;
        }
        if (value < 1) {
            throw usage("Counts and seconds are 1 or more, not " + value + ".");
        }
        return value;
    }

    private List<Row> rows() {
        List<String> wanted = names;
        if (wanted == null) {
            return Row.all();
        }
        String known = Row.all().stream().map(Row::name).collect(Collectors.joining(", "));
        for (String name : wanted) {
            if (Row.all().stream().noneMatch(row -> row.name().equals(name))) {
                throw usage("There is no row '" + name + "'. Rows: " + known + ".");
            }
        }
        return Row.all().stream().filter(row -> wanted.contains(row.name())).toList();
    }

    private List<Side> sides() {
        if (selfCheck) {
            return List.of(new Side("ZooKeeper (1)", Product.ZOOKEEPER), new Side("ZooKeeper (2)", Product.ZOOKEEPER));
        }
        return switch (only) {
            case null -> List.of(Side.of(Product.QUORATE), Side.of(Product.ZOOKEEPER));
            case "ours" -> List.of(Side.of(Product.QUORATE));
            case "zookeeper" -> List.of(Side.of(Product.ZOOKEEPER));
            default -> throw usage("--only takes 'ours' or 'zookeeper', not '" + only + "'.");
        };
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(new CommandLine(this), message);
    }

    private static void replaceTable(Path file, String table) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(TABLE_BEGIN);
        int end = text.indexOf(TABLE_END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " has no lines '" + TABLE_BEGIN + "' and '" + TABLE_END + "'.");
        }
        Files.writeString(file,
                text.substring(0, begin + TABLE_BEGIN.length()) + "\n" + table + "\n" + text.substring(end));
    }
}
