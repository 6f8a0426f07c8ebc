package dev.quorate.sim;

import dev.quorate.sim.fault.Tally;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** Counts runs of several threads and says, every few seconds, how far and how fast they go. */
final class Progress {
    private static final long REPORT_NS = 5_000_000_000L;

    private final PrintStream out;
    private long reportedNs = System.nanoTime();
    private int seeds;
    private int failed;
    private double virtualSeconds;
    private double cpuSeconds;
    private long events;
    private long operations;
    private long commits;
    private final Tally faults = new Tally();

    Progress(PrintStream out) {
        this.out = out;
    }

    /** Runs a schedule in the calling thread, and counts it. */
    Simulation.Result run(Schedule schedule) {
        long startNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Simulation.Result result = Simulation.run(schedule, null);
        add(result, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startNs);
        return result;
    }

    private synchronized void add(Simulation.Result result, long cpuNs) {
        seeds++;
        failed += result.failure() == null ? 0 : 1;
        virtualSeconds += result.virtualNs() / 1e9;
        cpuSeconds += cpuNs / 1e9;
        events += result.events();
        operations += result.operations();
        commits += result.commits();
        faults.add(result.faults());
        if (System.nanoTime() - reportedNs >= REPORT_NS) {
            reportedNs = System.nanoTime();
            out.println("seed " + result.schedule().seed() + ": " + text());
        }
    }

    /** A run that went through and is wrong nevertheless. */
    synchronized void failed(String what) {
        failed++;
        out.println("seed " + what);
    }

    synchronized int failed() {
        return failed;
    }

    synchronized int seeds() {
        return seeds;
    }

    /** Virtual seconds in a second of one core, however busy the machine is with other things. */
    private double rate() {
        return virtualSeconds / Math.max(1e-9, cpuSeconds);
    }

    synchronized String text() {
        return "%d seeds, %d failed, %.0f virtual s, %d events, %d operations, %d commits, %.0f virtual s per core and s"
                .formatted(seeds, failed, virtualSeconds, events, operations, commits, rate());
    }

    /** What was run, as a list: for a report. */
    synchronized String report(String range) {
        StringBuilder text = new StringBuilder();
        line(text, "seeds", range);
        line(text, "schedules", Integer.toString(seeds));
        line(text, "failed", Integer.toString(failed));
        line(text, "virtual hours", "%.1f".formatted(virtualSeconds / 3600));
        line(text, "core hours", "%.2f".formatted(cpuSeconds / 3600));
        line(text, "virtual s per core and s", "%.0f".formatted(rate()));
        line(text, "operations", Long.toString(operations));
        line(text, "entries committed", Long.toString(commits));
        text.append("faults, and schedules with those that are there all the time:\n");
        for (Map.Entry<String, Long> fault : faults.byName().entrySet()) {
            line(text, "  " + fault.getKey(), fault.getValue().toString());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-26s %14s%n".formatted(name, value));
    }
}
