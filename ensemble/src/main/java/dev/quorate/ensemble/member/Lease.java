package dev.quorate.ensemble.member;

import java.util.ArrayDeque;
import java.util.List;

/**
 * How long this member may answer its clients' pings. A session that a client believes in must not have expired; the
 * leader cannot have expired it before the session's timeout has passed since this member <em>sent</em> the last report
 * of it that the leader took into account. Within two thirds of that, pings are answered; after it the connection is
 * closed.
 */
final class Lease {
    private record Report(long round, long sentAtMs, List<Hold> sessions) {}

    /** What the leader is known to know of one session. */
    static final class Hold {
        private final long sinceMs;
        private long reportedMs;

        /** @param sinceMs when the session came to this member, which was a touch as well */
        Hold(long sinceMs) {
            this.sinceMs = sinceMs;
            this.reportedMs = sinceMs;
        }

        /** The leader knows that the session was heard up to this time. */
        void reported(long sentAtMs) {
            reportedMs = Math.max(reportedMs, sentAtMs);
        }

        long reportedMs() {
            return reportedMs;
        }
    }

    private final ArrayDeque<Report> reports = new ArrayDeque<>();
    private long round;
    private long heldSinceMs;

    Lease(long nowMs) {
        this.heldSinceMs = nowMs;
    }

    /** A report of these sessions goes out now; its number. */
    long report(long nowMs, List<Hold> sessions) {
        reports.add(new Report(++round, nowMs, sessions));
        return round;
    }

    void acknowledged(long ackedRound) {
        for (Report report = reports.peek(); report != null && report.round() <= ackedRound; report = reports.peek()) {
            reports.poll();
            long sentAtMs = report.sentAtMs();
            heldSinceMs = Math.max(heldSinceMs, sentAtMs);
            report.sessions().forEach(session -> session.reported(sentAtMs));
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

    /**
     * Whether any session of this timeout may have expired without this member's knowledge: nothing was heard of a
     * leader for long.
     *
     * @param sinceMs when the session came to this member
     */
    boolean doubtful(long sinceMs, int timeoutMs, long nowMs) {
        return isOver(Math.max(heldSinceMs, sinceMs), timeoutMs, nowMs);
    }

    /** Whether this session may have expired without this member's knowledge. */
    boolean doubtful(Hold session, int timeoutMs, long nowMs) {
        return isOver(Math.max(Math.min(heldSinceMs, session.reportedMs), session.sinceMs), timeoutMs, nowMs);
    }

    private static boolean isOver(long knownMs, int timeoutMs, long nowMs) {
        return nowMs - knownMs > timeoutMs * 2L / 3;
    }
}
