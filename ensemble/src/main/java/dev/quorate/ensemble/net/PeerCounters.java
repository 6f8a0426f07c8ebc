package dev.quorate.ensemble.net;

import java.util.concurrent.atomic.LongAdder;

/** What the peer port counts, for metrics. Any thread may read. */
public final class PeerCounters {
    final LongAdder badFrames = new LongAdder();
    final LongAdder authFailures = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder linksUp = new LongAdder();

    /** Frames with a wrong checksum, length or content; each closed its connection. */
    public long badFrames() {
        return badFrames.sum();
    }

    /** Connections whose other side did not have the key. */
    public long authFailures() {
        return authFailures.sum();
    }

    /** Connections refused for any reason, bad frames and wrong keys included. */
    public long refused() {
        return refused.sum();
    }

    /** Links that came up. */
    public long linksUp() {
        return linksUp.sum();
    }
}
