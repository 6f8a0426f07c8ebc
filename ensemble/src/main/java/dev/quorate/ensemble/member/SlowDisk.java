package dev.quorate.ensemble.member;

import java.util.ArrayDeque;

/**
 * Tells a log that has become far slower than it used to be, from the time that each append takes until it is durable.
 * Only what lasts counts: for a second every append must have taken ten times as long as usual, and never less than a
 * floor. What is usual follows slowly, so a disk that stays slow is the usual one after a while. Times come from
 * outside.
 */
final class SlowDisk {
    private static final int FACTOR = 10;
    private static final double FLOOR_MS = 100;
    private static final long LASTING_MS = 1_000;
    /** How often a leader may go for this; a disk that is bad again and again must not keep leadership moving. */
    private static final long REST_MS = 60_000;
    private static final double WEIGHT = 1.0 / 128;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private record Asked(long zxid, long atMs) {}

    private final ArrayDeque<Asked> pending = new ArrayDeque<>();
    private double usualMs;
    private long slowSinceMs = NEVER;
    private long lastToldMs = NEVER;

    /** Entries up to {@code zxid} were handed to the log. */
    void asked(long zxid, long nowMs) {
        pending.add(new Asked(zxid, nowMs));
    }

    /** Everything up to {@code zxid} is durable. */
    void durable(long zxid, long nowMs) {
        Asked oldest = pending.peek();
        if (oldest == null || oldest.zxid() > zxid)
            return;
        double tookMs = nowMs - (double) oldest.atMs();
        if (tookMs <= limitMs())
            slowSinceMs = NEVER;
        else if (slowSinceMs == NEVER)
            slowSinceMs = oldest.atMs();
        usualMs += WEIGHT * (Math.min(tookMs, limitMs()) - usualMs);
        while (!pending.isEmpty() && pending.element().zxid() <= zxid)
            pending.remove();
    }

    /** A role ended: what it asked for is answered by a fence. */
    void forget() {
        pending.clear();
        slowSinceMs = NEVER;
    }

    private double limitMs() {
        return Math.max(FLOOR_MS, FACTOR * usualMs);
    }

    /**
     * Whether the log is slow now, and it was not said within the last minute.
     *
     * @param ackedByOther up to which zxid the quickest other voter has everything: this log is slow only compared with
     *     it
     */
    boolean tells(long ackedByOther, long nowMs) {
        Asked oldest = pending.peek();
        if (oldest == null || ackedByOther < oldest.zxid() || nowMs - oldest.atMs() <= limitMs()
                || nowMs - lastToldMs < REST_MS)
            return false;
        long sinceMs = slowSinceMs == NEVER ? oldest.atMs() : slowSinceMs;
        if (nowMs - sinceMs < LASTING_MS)
            return false;
        lastToldMs = nowMs;
        return true;
    }

    @Override
    public String toString() {
        return "appends take about " + Math.round(usualMs) + " ms usually, and more than " + Math.round(limitMs())
                + " ms now";
    }
}
