package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last transaction of every origin: what makes a write happen once, however often it was forwarded. */
final class Origins {
    private final TreeMap<Integer, OriginSeq> rows = new TreeMap<>();
    private long digest;

    /**
     * Whether a transaction is new; if so it is the origin's last from now on. An older start of the same disk has
     * nothing to say any more; another disk under the same id begins anew. Member id 0 is the leader itself: it submits
     * nothing twice, and has no row.
     */
    boolean admit(Origin origin, long seq) {
        if (origin.id() == 0) {
            return true;
        }
        OriginSeq last = rows.get(origin.id());
        if (last != null && last.origin().incarnation() == origin.incarnation()) {
            long boot = last.origin().boot();
            if (origin.boot() < boot || (origin.boot() == boot && seq <= last.seq())) {
                return false;
            }
        }
        put(new OriginSeq(last != null && last.origin().equals(origin) ? last.origin() : origin, seq));
        return true;
    }

    void put(OriginSeq row) {
        OriginSeq before = rows.put(row.origin().id(), row);
        digest += hash(row) - (before == null ? 0 : hash(before));
    }

    @Nullable
    OriginSeq get(int memberId) {
        return rows.get(memberId);
    }

    List<OriginSeq> all() {
        return new ArrayList<>(rows.values());
    }

    long digest() {
        return digest;
    }

    private static long hash(OriginSeq row) {
        long start = Hash.mix(row.origin().id() ^ row.origin().incarnation(), row.origin().boot());
        return Hash.mix(start, row.seq());
    }
}
