package dev.quorate.sim;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;

/** Counts runs and says, every few seconds, how far and how fast it goes. */
final class Progress {
    private static final long REPORT_NS = 5_000_000_000L;

    private final PrintStream out;
    private final long startCpuNs = cpuNs();
    private long reportedNs = System.nanoTime();
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

    /** Virtual seconds in a second of one core, however busy the machine is with other things. */
    double rate() {
        return virtualSeconds / ((cpuNs() - startCpuNs) / 1e9);
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    String text() {
        return "%d seeds, %d failed, %.0f virtual s, %d events, %d operations, %d commits, %.0f virtual s per core and s"
                .formatted(seeds, failed, virtualSeconds, events, operations, commits, rate());
    }
}
