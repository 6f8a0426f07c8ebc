package dev.quorate.ensemble.member;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The leader's gate in front of the log: of each origin it lets through only the last sequence number + 1. Whatever a
 * lost connection, a change of leader or a restart of the origin brings twice or out of turn is dropped here, so a
 * write that is submitted again is ordered exactly once.
 */
final class Orderer {
    /** The last write of an origin that is in the history. */
    record Last(long incarnation, long boot, long seq) {
        /** Of an origin that never wrote. */
        static final Last NONE = new Last(0, 0, 0);

        /** Whether this is a later life of the same member. */
        boolean isOlderThan(long otherIncarnation, long otherBoot) {
            return incarnation != otherIncarnation || boot < otherBoot;
        }
    }

    private final Map<Integer, Last> ordered = new HashMap<>();
    private final IntFunction<Last> applied;

    /** @param applied what the replicated table holds for an origin; read once, when the origin first writes */
    Orderer(IntFunction<Last> applied) {
        this.applied = applied;
    }

    /** Whether this write is to be ordered now; if so it counts as ordered. */
    boolean admit(int origin, long incarnation, long boot, long seq) {
        Last last = ordered.get(origin);
        if (last == null)
            last = applied.apply(origin);
        boolean sameLife = last.incarnation() == incarnation && last.boot() == boot;
        if (!sameLife && !last.isOlderThan(incarnation, boot))
            return false;
        if (seq != (sameLife ? last.seq() + 1 : 1))
            return false;
        ordered.put(origin, new Last(incarnation, boot, seq));
        return true;
    }
}
