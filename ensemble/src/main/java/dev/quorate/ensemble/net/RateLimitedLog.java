package dev.quorate.ensemble.net;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Writes about what strangers do to a port, at most one line per interval: whoever can reach the port must not be able
 * to fill the disk with log lines. The next line says how many were left out.
 */
final class RateLimitedLog {
    private final Logger log;
    private final long intervalNs;
    private final AtomicLong nextNs = new AtomicLong(System.nanoTime());
    private final AtomicLong leftOut = new AtomicLong();

    RateLimitedLog(Logger log, long intervalMs) {
        this.log = log;
        this.intervalNs = intervalMs * 1_000_000;
    }

    void warn(String line) {
        long nowNs = System.nanoTime();
        long dueNs = nextNs.get();
        if (nowNs - dueNs < 0 || !nextNs.compareAndSet(dueNs, nowNs + intervalNs)) {
            leftOut.incrementAndGet();
            return;
        }
        long missing = leftOut.getAndSet(0);
        log.warn(missing == 0 ? line : line + " (and " + missing + " more like this)");
    }
}
