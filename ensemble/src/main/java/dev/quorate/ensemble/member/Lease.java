package dev.quorate.ensemble.member;

import java.util.ArrayDeque;

/**
 * How long this member may answer its clients' pings. A session that a client believes in must not have expired; the leader
 * cannot have expired it before the session's timeout has passed since this member <em>sent</em> the last report that the
 * leader took into account. Within two thirds of that, pings are answered; after it the connection is closed.
 */
final class Lease {
    private record Report(long round, long sentAtMs) {}

    private final ArrayDeque<Report> reports = new ArrayDeque<>();
    private long round;
    private long heldSinceMs;

    Lease(long nowMs) {
        this.heldSinceMs = nowMs;
    }

    /** A report goes out now; its number. */
    long report(long nowMs) {
        reports.add(new Report(++round, nowMs));
        return round;
    }

    void acknowledged(long ackedRound) {
        for (Report report = reports.peek(); report != null && report.round() <= ackedRound; report = reports.peek()) {
            reports.poll();
            heldSinceMs = Math.max(heldSinceMs, report.sentAtMs());
        }
    }

    /** The path to the leader changed: reports that are under way won't be acknowledged. */
    void forgetReports() {
        reports.clear();
    }

    /** This member leads, and a quorum has answered what it sent at {@code sentAtMs}. */
    void renew(long sentAtMs) {
        heldSinceMs = Math.max(heldSinceMs, sentAtMs);
    }

    long heldSinceMs() {
        return heldSinceMs;
    }

    /**
     * Whether a session may have expired without this member's knowledge.
     *
     * @param sinceMs when the session came to this member, which was a touch as well
     */
    boolean doubtful(long sinceMs, int timeoutMs, long nowMs) {
        return nowMs - Math.max(heldSinceMs, sinceMs) > timeoutMs * 2L / 3;
    }
}
