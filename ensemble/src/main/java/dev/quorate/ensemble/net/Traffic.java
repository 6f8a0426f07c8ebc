package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Histogram;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the client port counts, for metrics and four-letter words. Any thread may read. */
public final class Traffic {
    final AtomicInteger connections = new AtomicInteger();
    final LongAdder packetsReceived = new LongAdder();
    final LongAdder packetsSent = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder tooLarge = new LongAdder();
    final LongAdder slowClosed = new LongAdder();
    private final Histogram latencyNs = new Histogram();

    /** Open client connections, those without a session included. */
    public int connections() {
        return connections.get();
    }

    /** Requests that arrived. */
    public long packetsReceived() {
        return packetsReceived.sum();
    }

    /** Replies and watch events that were written. */
    public long packetsSent() {
        return packetsSent.sum();
    }

    /** Connections refused by a limit. */
    public long rejected() {
        return rejected.sum();
    }

    /** Connections closed because of bytes that are no request. */
    public long malformed() {
        return malformed.sum();
    }

    /** Connections closed because of a request longer than the limit. */
    public long tooLarge() {
        return tooLarge.sum();
    }

    /** Connections closed because their client did not read. */
    public long slowClosed() {
        return slowClosed.sum();
    }

    /** From the arrival of a request until its reply is encoded, in nanoseconds. */
    public Histogram latencyNs() {
        return latencyNs;
    }
}
