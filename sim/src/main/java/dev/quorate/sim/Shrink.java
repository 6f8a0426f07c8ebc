package dev.quorate.sim;

import dev.quorate.sim.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes away from a schedule that fails whatever it does not need to fail: kinds of faults, members, clients, time.
 * Every other run is another run from its first event on, so what is left is the smallest that was met, not the
 * smallest there is.
 */
final class Shrink {
    private final String kind;
    private final int mostRuns;
    private Simulation.Result smallest;
    private int runs;

    private Shrink(Simulation.Result failed, Failure failure, int mostRuns) {
        this.smallest = failed;
        this.kind = failure.kind();
        this.mostRuns = mostRuns;
    }

    /** The smallest run found that fails in the same kind of way. */
    static Simulation.Result of(Simulation.Result failed, int mostRuns) {
        Failure failure = failed.failure();
        return failure == null ? failed : new Shrink(failed, failure, mostRuns).run();
    }

    private Simulation.Result run() {
        boolean smaller = true;
        while (smaller && runs < mostRuns) {
            smaller = false;
            for (Schedule candidate : candidates()) {
                smaller |= runs < mostRuns && fails(candidate);
            }
        }
        return smallest;
    }

    /**
     * In the order of what helps a reader most. Made anew before each round; one that does not go further is skipped.
     */
    private List<Schedule> candidates() {
        List<Schedule> all = new ArrayList<>();
        Schedule now = smallest.schedule();
        int failedAt = (int) (failedAtNs() / 1_000_000_000L);
        for (int seconds : new int[]{failedAt / 4, failedAt / 2, failedAt * 3 / 4, failedAt}) {
            all.add(now.withSeconds(Math.max(1, seconds)));
        }
        Options options = smallest.options();
        Restriction restriction = now.restriction();
        for (int voters : new int[]{1, 3}) {
            if (voters < options.ensemble().voters()) {
                all.add(now.with(restriction.withVoters(voters)));
            }
        }
        if (options.ensemble().observers() > 0) {
            all.add(now.with(restriction.withObservers(0)));
        }
        for (Fault fault : options.faults().meanMs().keySet()) {
            all.add(now.with(restriction.without(fault)));
        }
        for (int clients = 1; clients < options.clients().clients(); clients++) {
            all.add(now.with(restriction.withClients(clients)));
        }
        return all;
    }

    private long failedAtNs() {
        Failure failure = smallest.failure();
        return failure == null ? 0 : failure.atNs();
    }

    private boolean fails(Schedule candidate) {
        Schedule now = smallest.schedule();
        Schedule merged = new Schedule(now.seed(), Math.min(now.seconds(), candidate.seconds()),
                now.restriction().and(candidate.restriction()));
        if (merged.equals(now)) {
            return false;
        }
        runs++;
        Simulation.Result result = Simulation.run(merged, null);
        @Nullable
        Failure failure = result.failure();
        boolean same = failure != null && failure.kind().equals(kind);
        if (same) {
            smallest = result;
        }
        return same;
    }
}
