package dev.quorate.bench;

import dev.quorate.bench.client.Measurement;

/**
 * What one run of a row gave; what a row does not have is NaN.
 *
 * @param value the row's first number, in its unit
 * @param p50Ms median latency, ms
 * @param p99Ms 99th percentile of the latency, ms
 * @param memberCpuMicros CPU time of all members together for each request, µs
 * @param generatorShare the generator's part (0 to 1) of the CPU time that it and the members used
 * @param disconnects connections that clients of other members lost when a leader went
 */
record Sample(double value, double p50Ms, double p99Ms, double memberCpuMicros, double generatorShare,
        double disconnects) {
    static Sample of(double value) {
        return ofGap(value, Double.NaN);
    }

    static Sample ofGap(double gapMs, double disconnects) {
        return new Sample(gapMs, Double.NaN, Double.NaN, Double.NaN, Double.NaN, disconnects);
    }

    static Sample of(Measurement measurement) {
        return new Sample(measurement.operationsPerSecond(), measurement.latencyMs(50), measurement.latencyMs(99),
                measurement.memberCpuMicros(), measurement.generatorShare(), Double.NaN);
    }
}
