package dev.quorate.sim.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a history in the order of zxids. Values are unique, so a read that saw a write of unknown outcome names it, and
 * its place is known; the others remain {@link #pending()}.
 */
final class Timeline {
    private final List<Placed> items = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Map<String, Long> witnesses;
    private final IdentityHashMap<Op, Long> floors;
    private final IdentityHashMap<Op, Long> settledAt = new IdentityHashMap<>();
    private final boolean allSettled;

    /** An operation and the zxid at which it stands; {@link TreeModel#UNKNOWN_ZXID} when only its order is known. */
    record Placed(long zxid, Op op) {}

    /**
     * @param floors for each operation the highest zxid that was known when it was sent, when there is one
     * @param settled where all writes of unknown outcome took place, when that is known
     */
    Timeline(List<Op> ops, IdentityHashMap<Op, Long> floors, @Nullable SortedMap<Long, Op> settled) {
        this.floors = floors;
        if (settled != null) {
            settled.forEach((zxid, op) -> {
                settledAt.put(op, zxid);
                if (op.call() instanceof Call.CloseSession) {
                    items.add(new Placed(zxid, op));
                }
            });
        }
        this.allSettled = settled != null;
        this.witnesses = witnesses(ops);
        Map<Long, List<Op>> sessions = new HashMap<>();
        for (Op op : ops) {
            sessions.computeIfAbsent(op.session(), key -> new ArrayList<>()).add(op);
        }
        for (List<Op> session : sessions.values()) {
            session.sort(Comparator.comparingLong(Op::order));
            addSession(session);
        }
        items.sort(Comparator.comparingLong(Placed::zxid)
                .thenComparingInt(item -> item.op().call() instanceof Call.Write ? 0 : 1)
                .thenComparingLong(item -> item.op().session()).thenComparingLong(item -> item.op().order()));
        pending.sort(Comparator.comparingLong(Pending::after).reversed());
        checkDistinct();
    }

    /** What has a place, in order; a write comes before the reads at its zxid. */
    List<Placed> items() {
        return items;
    }

    /** Writes whose place, if any, is to be found, the latest first. */
    List<Pending> pending() {
        return pending;
    }

    private void checkDistinct() {
        for (int i = 1; i < items.size(); i++) {
            Placed one = items.get(i - 1);
            Placed other = items.get(i);
            if (one.zxid == other.zxid && other.op.call() instanceof Call.Write) {
                throw new Violation("two writes have the same zxid:\n  " + one.op + "\n  " + other.op);
            }
        }
    }

    /** The zxid at which each value was seen to be written. */
    private static Map<String, Long> witnesses(List<Op> ops) {
        Map<String, Long> seen = new HashMap<>();
        for (Op op : ops) {
            if (op.done() != null && op.done().result() instanceof Result.Data read && !read.data().isEmpty()) {
                Long other = seen.put(read.data(), read.stat().mzxid());
                if (other != null && other != read.stat().mzxid()) {
                    throw new Violation("one write was seen at two zxids: 0x" + Long.toHexString(other) + "\n  " + op);
                }
            }
        }
        return seen;
    }

    private void addSession(List<Op> session) {
        long before = Long.MAX_VALUE;
        boolean closed = false;
        long last = 0;
        for (Op op : session.reversed()) {
            Op.Done done = op.done();
            if (done == null) {
                addUnknown(op, before);
                continue;
            }
            last = Math.max(last, done.zxid());
            boolean ordered = HistoryChecker.isOrdered(op);
            if (ordered || op.call() instanceof Call.Read) {
                items.add(new Placed(done.zxid(), op));
            }
            // Who comes back with a session has a zxid for that: what was under way stands before it, or nowhere.
            before = Math.min(before, done.zxid());
            closed |= ordered && op.call() instanceof Call.CloseSession;
        }
        if (!closed && !allSettled) {
            Op expiry = new Op(session.getFirst().session(), Long.MAX_VALUE, 0, new Call.CloseSession(), null);
            pending.add(new Pending(expiry, new Call.CloseSession(), last, Long.MAX_VALUE));
        }
    }

    private void addUnknown(Op op, long before) {
        if (op.call() instanceof Call.Write write) {
            long after = floors.getOrDefault(op, 0L);
            Long seen = allSettled ? settledAt.get(op) : witness(write);
            if (seen == null && allSettled) {
                return;
            }
            if (seen == null) {
                pending.add(new Pending(op, write, after, before));
            } else if (seen <= after || seen >= before) {
                throw new Violation("a write took place at 0x" + Long.toHexString(seen) + ", outside of (0x"
                        + Long.toHexString(after) + ", 0x" + Long.toHexString(before) + "):\n  " + op);
            } else {
                items.add(new Placed(seen, op));
            }
        }
    }

    private @Nullable Long witness(Call.Write write) {
        return switch (write) {
            case Call.Create create -> witnesses.get(create.data());
            case Call.SetData set -> witnesses.get(set.data());
            case Call.Multi multi -> {
                for (Call.Step step : multi.steps()) {
                    Long seen = witness(step);
                    if (seen != null) {
                        yield seen;
                    }
                }
                yield null;
            }
            case Call.Delete unused -> null;
            case Call.Check unused -> null;
            case Call.SetAcl unused -> null;
            case Call.CloseSession unused -> null;
        };
    }
}
