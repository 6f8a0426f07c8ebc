package dev.quorate.bench;

import dev.quorate.bench.server.Product;
import dev.quorate.bench.server.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One execution of the benchmark. In every run both sides have an ensemble at the same time, and take turns row by row:
 * what the machine does meanwhile hits both alike. The one that waits has no clients and costs only its heartbeats.
 */
final class Session {

    /** The part of the CPU time that the generator may take. */
    private static final double GENERATOR_SHARE_LIMIT = 0.25;
    private static final double PERCENT = 100;

    /**
     * How much is measured.
     *
     * @param runs interleaved runs of every row
     * @param warmUpSeconds time under load before each window
     * @param seconds length of each window
     * @param znodes for the heap row
     */
    record Plan(int runs, int warmUpSeconds, int seconds, int znodes) {}

    /** Something measurable that may fail without an end to the other rows. */
    private interface Measuring {
        Sample take() throws IOException, InterruptedException;
    }

    private final List<Row> rows;
    private final List<Side> sides;
    private final Plan plan;
    private final Settings settings;
    private final Results results;
    private final SingleMember singleMember;
    private boolean complete = true;

    Session(List<Row> rows, List<Side> sides, Plan plan, Settings settings, Results results) {
        this.rows = rows;
        this.sides = sides;
        this.plan = plan;
        this.settings = settings;
        this.results = results;
        this.singleMember = new SingleMember(settings.withoutRecordings());
    }

    /** Measures everything; false when a row failed, which has been said on standard error then. */
    boolean run() throws InterruptedException {
        for (int run = 1; run <= plan.runs(); run++) {
            System.err.printf("run %d of %d%n", run, plan.runs());
            List<Side> order = run % 2 == 1 ? sides : sides.reversed();
            contest(only(Row.Throughput.class), order, settings);
            contest(only(Row.LeaderGap.class), order, settings.withoutRecordings());
            measureAlone(only(Row.StartToServing.class), order);
        }
        measureAlone(only(Row.HeapPerZnode.class), sides);
        return complete;
    }

    private <T extends Row> List<T> only(Class<T> kind) {
        return rows.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void contest(List<? extends Row.OfEnsemble> contested, List<Side> order, Settings chosen)
            throws InterruptedException {
        if (contested.isEmpty()) {
            return;
        }
        var contenders = new ArrayList<Contender>();
        try {
            for (Side side : order) {
                start(side, chosen, contenders);
            }
            for (Row.OfEnsemble row : contested) {
                for (Contender contender : contenders) {
                    if (!take(row, contender.side(), () -> contender.measure(row))) {
                        System.err.println(contender.logs());
                    }
                }
            }
            for (Contender contender : contenders) {
                printProfiles(contender);
            }
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private void printProfiles(Contender contender) throws InterruptedException {
        try {
            contender.printProfiles();
        } catch (IOException e) {
            failed(contender.side(), "profile", e);
        }
    }

    private void start(Side side, Settings chosen, List<Contender> contenders) throws InterruptedException {
        try {
            contenders.add(Contender.start(side, chosen, plan));
        } catch (IOException e) {
            failed(side, "start", e);
        }
    }

    private void measureAlone(List<? extends Row.OfOneMember> measured, List<Side> order)
            throws InterruptedException {
        for (Row.OfOneMember row : measured) {
            for (Side side : order) {
                take(row, side, () -> Sample.of(alone(row, side.product())));
            }
        }
    }

    private double alone(Row.OfOneMember row, Product product) throws IOException, InterruptedException {
        return switch (row) {
            case Row.StartToServing start -> singleMember.startToServingMs(product);
            case Row.HeapPerZnode heap -> singleMember.heapPerZnode(product, plan.znodes());
        };
    }

    private boolean take(Row row, Side side, Measuring measuring) throws InterruptedException {
        try {
            Sample sample = measuring.take();
            results.add(row, side, sample);
            String cpu = Double.isNaN(sample.memberCpuMicros())
                    ? ""
                    : ", CPU " + Results.number(sample.memberCpuMicros()) + " µs each";
            System.err.printf("  %-14s %-14s %10s %s%s%n", row.name(), side.title(), Results.number(sample.value()),
                    row.unit().symbol(), cpu);
            warnOfDearGenerator(row, sample);
            return true;
        } catch (IOException e) {
            failed(side, row.name(), e);
            return false;
        }
    }

    /** A generator that takes much of the machine measures itself; the Java client is known to. */
    private static void warnOfDearGenerator(Row row, Sample sample) {
        boolean own = row instanceof Row.Throughput throughput && !throughput.library();
        if (own && sample.generatorShare() > GENERATOR_SHARE_LIMIT) {
            System.err.printf("  %s: the generator took %.0f %% of the CPU time, so members could do more.%n",
                    row.name(),
                    PERCENT * sample.generatorShare());
        }
    }

    private void failed(Side side, String what, IOException e) {
        complete = false;
        System.err.printf("  %s FAILED on %s: %s%n", what, side.title(), e);
    }
}
