package dev.quorate.ensemble.member;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The sessions whose attachment this leader has ordered and not applied yet. Such a session does not expire: the entry
 * that ends it would stand behind the one after which its client is told that it lives.
 */
final class Attaching {
    private record Ordered(long number, long sessionId) {}

    private final ArrayDeque<Ordered> inFlight = new ArrayDeque<>();
    private final Map<Long, Integer> counts = new HashMap<>();
    private long ordered;
    private long applied;

    /**
     * An entry was ordered.
     *
     * @param sessionId the session that it attaches, 0 when it attaches none
     */
    void ordered(long sessionId) {
        ordered++;
        if (sessionId != 0) {
            inFlight.add(new Ordered(ordered, sessionId));
            counts.merge(sessionId, 1, Integer::sum);
        }
    }

    /** The next of the entries that were ordered is applied. */
    void applied() {
        applied++;
        for (Ordered next = inFlight.peek(); next != null && next.number() <= applied; next = inFlight.peek()) {
            inFlight.poll();
            counts.computeIfPresent(next.sessionId(), (session, count) -> count == 1 ? null : count - 1);
        }
    }

    boolean contains(long sessionId) {
        return counts.containsKey(sessionId);
    }
}
