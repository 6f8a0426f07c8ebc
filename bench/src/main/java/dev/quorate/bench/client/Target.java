package dev.quorate.bench.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Whom a load is run against, and for how long.
 *
 * @param members client addresses
 * @param cpuNanos CPU time that the members have used so far, ns
 * @param warmUp time under load before the window
 * @param window time that is measured
 */
public record Target(List<InetSocketAddress> members, LongSupplier cpuNanos, Duration warmUp, Duration window) {
    /** The same members for another time. */
    public Target lasting(Duration otherWarmUp, Duration otherWindow) {
        return new Target(members, cpuNanos, otherWarmUp, otherWindow);
    }
}
