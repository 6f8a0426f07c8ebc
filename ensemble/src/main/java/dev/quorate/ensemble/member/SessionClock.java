package dev.quorate.ensemble.member;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The leader's knowledge of when sessions may expire, by its own monotonic time. A session expires no earlier than its
 * full timeout after the last touch that is known here, or after this leader's own start or pause.
 */
final class SessionClock {
    /** When to look at a session next; its true deadline may have moved on since. */
    private record Look(long atMs, long sessionId) {}

    private static final class Deadline {
        long atMs;
        final int timeoutMs;

        Deadline(long atMs, int timeoutMs) {
            this.atMs = atMs;
            this.timeoutMs = timeoutMs;
        }
    }

    private final Map<Long, Deadline> deadlines = new HashMap<>();
    private final PriorityQueue<Look> looks = new PriorityQueue<>(
            Comparator.comparingLong(Look::atMs).thenComparingLong(Look::sessionId));

    /** A session exists, with its full timeout ahead of it. */
    void add(long sessionId, int timeoutMs, long nowMs) {
        Deadline deadline = new Deadline(nowMs + timeoutMs, timeoutMs);
        if (deadlines.put(sessionId, deadline) == null)
            looks.add(new Look(deadline.atMs, sessionId));
    }

    void remove(long sessionId) {
        deadlines.remove(sessionId);
    }

    void touch(long sessionId, long nowMs) {
        Deadline deadline = deadlines.get(sessionId);
        if (deadline != null)
            deadline.atMs = Math.max(deadline.atMs, nowMs + deadline.timeoutMs);
    }

    /** This leader was deaf for a while: every session has its full timeout ahead of it again. */
    void touchAll(long nowMs) {
        deadlines.values().forEach(deadline -> deadline.atMs = Math.max(deadline.atMs, nowMs + deadline.timeoutMs));
    }

    /** The sessions whose time is over. Each is returned again only after another full timeout. */
    List<Long> expired(long nowMs) {
        List<Long> expired = new ArrayList<>();
        for (Look look = looks.peek(); look != null && look.atMs() <= nowMs; look = looks.peek()) {
            looks.poll();
            Deadline deadline = deadlines.get(look.sessionId());
            if (deadline == null)
                continue;
            if (deadline.atMs <= nowMs) {
                expired.add(look.sessionId());
                deadline.atMs = nowMs + deadline.timeoutMs;
            }
            looks.add(new Look(deadline.atMs, look.sessionId()));
        }
        return expired;
    }
}
