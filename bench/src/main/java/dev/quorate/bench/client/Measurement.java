package dev.quorate.bench.client;

import org.HdrHistogram.Histogram;

/**
 * What a load measured within its window.
 *
 * @param operations requests answered
 * @param windowNanos length of the window, ns
 * @param latencies of the answered requests, ns
 * @param generatorCpuNanos CPU time of this process in the window, ns: the generator and all that its JVM does
 * @param memberCpuNanos CPU time of all members in the window, ns
 */
public record Measurement(long operations, long windowNanos, Histogram latencies, long generatorCpuNanos,
        long memberCpuNanos) {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;

    /** Answered requests a second. */
    public double operationsPerSecond() {
        return operations * NANOS_PER_SECOND / windowNanos;
    }

    /** A percentile (0 to 100) of the latencies, ms. */
    public double latencyMs(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MS;
    }

    /** CPU time of all members together for each request, µs. */
    public double memberCpuMicros() {
        return memberCpuNanos / NANOS_PER_MICRO / operations;
    }

    /** The generator's part (0 to 1) of the CPU time that it and the members used. */
    public double generatorShare() {
        return (double) generatorCpuNanos / (generatorCpuNanos + memberCpuNanos);
    }
}
