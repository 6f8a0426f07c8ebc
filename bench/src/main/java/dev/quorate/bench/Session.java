package dev.quorate.bench;

import dev.quorate.bench.client.Generator;
import dev.quorate.bench.client.LibraryLoad;
import dev.quorate.bench.client.Load;
import dev.quorate.bench.client.Load.Mix;
import dev.quorate.bench.client.Target;
import dev.quorate.bench.client.Znodes;
import dev.quorate.bench.server.MemberProcess;
import dev.quorate.bench.server.Members;
import dev.quorate.bench.server.Product;
import dev.quorate.bench.server.Profile;
import dev.quorate.bench.server.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One execution of the benchmark: the sides take turns, so that what the machine does meanwhile hits both alike. Every
 * turn has fresh processes and fresh folders.
 */
final class Session {
    /** A member's heap must hold the znodes of the heap row several times over. */
    private static final String HEAP_OF_FILLED_MEMBER = "3g";
    private static final int ENSEMBLE = 3;
    /** A young JVM compiles for seconds; a load of everything comes before the first row, for this many warm-ups. */
    private static final int FIRST_WARM_UPS = 3;

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
    private boolean complete = true;

    Session(List<Row> rows, List<Side> sides, Plan plan, Settings settings, Results results) {
        this.rows = rows;
        this.sides = sides;
        this.plan = plan;
        this.settings = settings;
        this.results = results;
    }

    /** Measures everything; false when a row failed, which has been said on standard error then. */
    boolean run() throws InterruptedException {
        List<Row.Throughput> loads = only(Row.Throughput.class);
        List<Row.LeaderGap> gaps = only(Row.LeaderGap.class);
        for (int run = 1; run <= plan.runs(); run++) {
            for (Side side : sides) {
                System.err.printf("run %d of %d: %s%n", run, plan.runs(), side.title());
                if (!loads.isEmpty()) {
                    onEnsemble(side, members -> measureLoads(members, side, loads));
                }
                if (!gaps.isEmpty()) {
                    onEnsemble(side, members -> measureGaps(members, side, gaps));
                }
                for (Row.StartToServing row : only(Row.StartToServing.class)) {
                    take(row, side, () -> Sample.of(SingleMember.startToServingMs(side.product(), plain())));
                }
            }
        }
        for (Row.HeapPerZnode row : only(Row.HeapPerZnode.class)) {
            for (Side side : sides) {
                take(row, side, () -> Sample.of(SingleMember.heapPerZnode(side.product(),
                        plain().withHeap(HEAP_OF_FILLED_MEMBER), plan.znodes())));
            }
        }
        return complete;
    }

    private <T extends Row> List<T> only(Class<T> kind) {
        return rows.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Settings plain() {
        return settings.withoutRecordings();
    }

    /** What is done on a running ensemble. */
    private interface Work {
        void on(Members members) throws IOException, InterruptedException;
    }

    private void onEnsemble(Side side, Work work) throws InterruptedException {
        boolean recorded = side.product() == Product.QUORATE && settings.recordings() != null;
        Map<Integer, String> roles = new TreeMap<>();
        try {
            try (Members members = Members.start(side.product(), ENSEMBLE, recorded ? settings : plain())) {
                Znodes.prepare(members.clients(), Row.SMALL, Row.LARGE);
                Target target = target(members);
                Duration first = target.warmUp().multipliedBy(FIRST_WARM_UPS);
                Generator.run(Load.pipelined(Mix.MIXED, Row.SMALL), target.lasting(first, Duration.ofMillis(1)));
                for (MemberProcess member : members.processes()) {
                    roles.put(member.id(), member.mode().orElse("not serving"));
                }
                work.on(members);
            }
            Path recordings = settings.recordings();
            if (recorded && recordings != null) {
                for (Map.Entry<Integer, String> role : roles.entrySet()) {
                    Profile.print("member " + role.getKey() + ", " + role.getValue(),
                            recordings.resolve("member-" + role.getKey() + ".jfr"), System.out);
                }
            }
        } catch (IOException e) {
            failed(side, "ensemble", e);
        }
    }

    private Target target(Members members) {
        return new Target(members.clients(), members::cpuNanos, Duration.ofSeconds(plan.warmUpSeconds()),
                Duration.ofSeconds(plan.seconds()));
    }

    private void measureLoads(Members members, Side side, List<Row.Throughput> loads) throws InterruptedException {
        for (Row.Throughput row : loads) {
            take(row, side, () -> Sample.of(row.library()
                    ? LibraryLoad.run(row.load(), target(members))
                    : Generator.run(row.load(), target(members))));
        }
    }

    private void measureGaps(Members members, Side side, List<Row.LeaderGap> gaps) throws InterruptedException {
        for (Row.LeaderGap row : gaps) {
            take(row, side, () -> Sample.of(LeaderGaps.measure(members, row.kill())));
        }
    }

    private void take(Row row, Side side, Measuring measuring) throws InterruptedException {
        try {
            Sample sample = measuring.take();
            results.add(row, side, sample);
            System.err.printf("  %-14s %s %s%n", row.name(), Results.number(sample.value()), row.unit().symbol());
        } catch (IOException e) {
            failed(side, row.name(), e);
        }
    }

    private void failed(Side side, String what, IOException e) {
        complete = false;
        System.err.printf("  %s FAILED on %s: %s%n", what, side.title(), e.getMessage());
    }
}
