package dev.quorate.ensemble.net;

import java.util.ArrayDeque;

/**
 * When the requests came that are not answered yet. Replies come in the order of requests, so the oldest arrival is
 * always next.
 */
final class Arrivals {
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();

    private static final class Batch {
        final long atNs;
        int left;

        Batch(long atNs, int left) {
            this.atNs = atNs;
            this.left = left;
        }
    }

    void add(int requests, long atNs) {
        batches.add(new Batch(atNs, requests));
    }

    /** When the request came that is answered now; {@code nowNs} when there is none. */
    long next(long nowNs) {
        var oldest = batches.peek();
        if (oldest == null) {
            return nowNs;
        }
        if (--oldest.left == 0) {
            batches.remove();
        }
        return oldest.atNs;
    }
}
