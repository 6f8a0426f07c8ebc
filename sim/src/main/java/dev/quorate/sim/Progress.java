package dev.quorate.sim;

import java.io.PrintStream;

/** Counts runs and says, every few seconds, how far and how fast it goes. */
final class Progress {
    private static final long REPORT_NS = 5_000_000_000L;

    private final PrintStream out;
    private final long startNs = System.nanoTime();
    private long reportedNs = startNs;
    private int seeds;
    private int failed;
    private double virtualSeconds;
    private long events;
    private long operations;
    private long commits;

    Progress(PrintStream out) {
        this.out = out;
    }

    void add(Simulation.Result result) {
        seeds++;
        failed += result.failure() == null ? 0 : 1;
        virtualSeconds += result.virtualNs() / 1e9;
        events += result.events();
        operations += result.operations();
        commits += result.commits();
        if (System.nanoTime() - reportedNs >= REPORT_NS) {
            reportedNs = System.nanoTime();
            out.println("seed " + result.seed() + ": " + text());
        }
    }

    int failed() {
        return failed;
    }

    int seeds() {
        return seeds;
    }

    void summary() {
        out.println(text());
    }

    /** Virtual seconds in a second of one core. */
    double rate() {
        return virtualSeconds / ((System.nanoTime() - startNs) / 1e9);
    }

    String text() {
        return "%d seeds, %d failed, %.0f virtual s, %d events, %d operations, %d commits, %.0f virtual s per s"
                .formatted(seeds, failed, virtualSeconds, events, operations, commits, rate());
    }
}
