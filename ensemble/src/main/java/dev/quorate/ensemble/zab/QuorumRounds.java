package dev.quorate.ensemble.zab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The leader's heartbeat rounds. A round that a quorum answered shows that no other leader was established when it was
 * sent: from then on, for the silence limit, the leader may commit; and whoever asked for a sync before it was sent can
 * be answered.
 */
final class QuorumRounds {
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final Context context;
    private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
    private final List<Long> waiting = new ArrayList<>();
    private final ArrayDeque<Waiter> served = new ArrayDeque<>();
    private long round;
    private long answered;
    private long lastServingRound;
    private long freshFromMs = NEVER;
    private long notBeforeMs = NEVER;
    private long sinceMs;

    private record Sent(long round, long sentMs) {}

    private record Waiter(long token, long round) {}

    QuorumRounds(Context context) {
        this.context = context;
        this.sinceMs = context.nowMs();
    }

    /** Begins a round, to be answered with its number. */
    long begin() {
        round++;
        inFlight.add(new Sent(round, context.nowMs()));
        for (long token : waiting) {
            served.add(new Waiter(token, round));
            lastServingRound = round;
        }
        waiting.clear();
        return round;
    }

    long current() {
        return round;
    }

    /** A sync waits for the next round; true when that should begin now. */
    boolean await(long token) {
        waiting.add(token);
        return shouldBegin();
    }

    /** Whether syncs wait and no earlier round for syncs is under way: so each round serves all that came meanwhile. */
    boolean shouldBegin() {
        return !waiting.isEmpty() && answered >= lastServingRound;
    }

    /** A quorum has answered all rounds up to this one; gives the syncs that are served by it. */
    List<Long> answered(long quorumRound) {
        if (quorumRound <= answered) {
            return List.of();
        }
        answered = quorumRound;
        while (!inFlight.isEmpty() && inFlight.element().round() <= quorumRound) {
            freshFromMs = inFlight.remove().sentMs();
        }
        List<Long> tokens = new ArrayList<>();
        while (!served.isEmpty() && served.element().round() <= quorumRound) {
            tokens.add(served.remove().token());
        }
        return tokens;
    }

    /**
     * The process stood still: what was fresh before is not any more, and the limit to lead without a quorum restarts.
     */
    void woke() {
        notBeforeMs = context.nowMs();
        sinceMs = context.nowMs();
        while (!served.isEmpty()) {
            waiting.add(served.remove().token());
        }
        lastServingRound = answered;
    }

    /** When the last round was sent that a quorum has answered. */
    long freshFromMs() {
        return freshFromMs;
    }

    /** Whether a quorum answered within the silence limit, and since the last pause. */
    boolean isFresh() {
        return freshFromMs >= notBeforeMs && context.nowMs() - freshFromMs <= context.settings().peerTimeoutMs();
    }

    /** Whether no quorum answered for so long that leadership is to be given up. */
    boolean isLost() {
        return context.nowMs() - Math.max(sinceMs, freshFromMs) > 2 * context.settings().peerTimeoutMs();
    }
}
