package dev.quorate.e2e.chaos;

import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What happened, from when to when, and what clients saw meanwhile. */
final class Scenarios {
    private final List<Window> windows = new ArrayList<>();

    private record Window(String what, long fromNs, long toNs) {
        boolean has(long ns) {
            return ns - fromNs >= 0 && ns - toNs <= 0;
        }
    }

    /** Does it, and keeps when. */
    void add(String what, LoadedEnsemble.Action action) {
        long fromNs = System.nanoTime();
        try {
            action.run();
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(what, failed);
        }
        windows.add(new Window(what, fromNs, System.nanoTime()));
    }

    /** A line for each scenario, as docs/testing.md has them. */
    String table(List<Op> ops) {
        var table = new StringBuilder(
                "| scenario | seconds | writes | p50 ms | longest gap ms |\n|---|---|---|---|---|\n");
        for (Window window : windows) {
            List<Op> within = writes(ops).stream().filter(op -> window.has(doneNs(op))).toList();
            long[] tookNs = within.stream().mapToLong(op -> doneNs(op) - op.invokedNs()).sorted().toArray();
            table.append("| %s | %.1f | %d | %.1f | %d |%n".formatted(window.what,
                    (window.toNs - window.fromNs) / 1e9, tookNs.length,
                    tookNs.length == 0 ? 0 : tookNs[tookNs.length / 2] / 1e6, longestGap(within).toMillis()));
        }
        return table.toString();
    }

    /** Between two writes of any clients. */
    static Duration longestGap(List<Op> ops) {
        long[] doneNs = writes(ops).stream().mapToLong(Scenarios::doneNs).sorted().toArray();
        long longestNs = 0;
        for (int i = 1; i < doneNs.length; i++) {
            longestNs = Math.max(longestNs, doneNs[i] - doneNs[i - 1]);
        }
        return Duration.ofNanos(longestNs);
    }

    private static long doneNs(Op op) {
        return Objects.requireNonNull(op.done()).completedNs();
    }

    private static List<Op> writes(List<Op> ops) {
        return ops.stream().filter(op -> op.call() instanceof Call.Write && op.succeeded()).toList();
    }
}
