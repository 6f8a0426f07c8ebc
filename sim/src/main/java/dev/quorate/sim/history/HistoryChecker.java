package dev.quorate.sim.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a history can have happened. The reply's zxid gives the order of writes, so no search for an order is
 * needed: acknowledged writes are replayed in zxid order on a model and each result is compared; a read must equal the
 * model at its reply's zxid. Besides: real time (what was answered before a write was sent has a lower zxid), each
 * session's order, {@code sync}, and watch events before the replies that show the change. A write of unknown outcome
 * may have taken place at one zxid or nowhere; {@link Replay} looks for a place only where the answers demand one.
 */
public final class HistoryChecker {
    private final List<Op> ops;
    private final List<Fired> fired;
    private final List<Watching> watching;
    private final @Nullable SortedMap<Long, Op> settled;
    private final Map<Long, String> users;

    private HistoryChecker(List<Op> ops, List<Fired> fired, List<Watching> watching,
            @Nullable SortedMap<Long, Op> settled, Map<Long, String> users) {
        this.ops = ops;
        this.fired = fired;
        this.watching = watching;
        this.settled = settled;
        this.users = users;
    }

    /**
     * Checks a whole history, from an empty ensemble on.
     *
     * @throws Violation when it cannot have happened
     */
    public static void check(List<Op> ops, List<Fired> fired) {
        new HistoryChecker(ops, fired, List.of(), null, Map.of()).run();
    }

    /**
     * Checks a whole history of which the ensemble's own log is known.
     *
     * @param watching when persistent watches were set again, and when they were not any more
     * @param settled by zxid, the writes of unknown outcome that took place, whether they succeeded or not, and the
     *     ends of sessions that no client asked for; the other writes of unknown outcome took place nowhere
     * @param users whose sessions are whose, for access lists; sessions that are not in it belong to nobody
     * @throws Violation when it cannot have happened
     */
    public static void check(List<Op> ops, List<Fired> fired, List<Watching> watching, SortedMap<Long, Op> settled,
            Map<Long, String> users) {
        new HistoryChecker(ops, fired, watching, settled, users).run();
    }

    private void run() {
        checkSessions();
        IdentityHashMap<Op, Long> floors = checkRealTime();
        List<Timeline.Placed> placed = new Replay(new Timeline(ops, floors, settled), new Concerns(ops),
                new TreeModel(users)).run();
        TreeChanges changes = new TreeChanges(placed, users);
        new WatchCheck(changes, ops, fired).run();
        if (settled != null) {
            new PersistentWatchCheck(changes, ops, fired, watching).run();
        }
    }

    /** Within a session zxids never fall, and each write comes after the one before. */
    private void checkSessions() {
        Map<Long, Op> lastReply = new HashMap<>();
        Map<Long, Op> lastWrite = new HashMap<>();
        List<Op> inOrder = new ArrayList<>(ops);
        inOrder.sort(Comparator.comparingLong(Op::order));
        for (Op op : inOrder) {
            Op.Done done = op.done();
            if (done == null) {
                continue;
            }
            Op before = lastReply.put(op.session(), op);
            if (before != null && before.done() != null && before.done().zxid() > done.zxid()) {
                throw new Violation("the zxid of a session fell:\n  " + before + "\n  " + op);
            }
            if (isOrdered(op)) {
                Op write = lastWrite.put(op.session(), op);
                if (write != null && write.done() != null && write.done().zxid() >= done.zxid()) {
                    throw new Violation("writes of a session took place in another order:\n  " + write + "\n  " + op);
                }
            }
        }
    }

    /** Returns for each operation the highest zxid that was known to anybody when it was sent. */
    private IdentityHashMap<Op, Long> checkRealTime() {
        TreeMap<Long, Op> highest = new TreeMap<>();
        List<Op> completed = new ArrayList<>(ops.stream().filter(op -> op.done() != null).toList());
        completed.sort(Comparator.comparingLong(op -> op.done() == null ? 0 : op.done().completedNs()));
        long max = 0;
        for (Op op : completed) {
            Op.Done done = op.done();
            if (done != null && done.zxid() > max) {
                max = done.zxid();
                highest.put(done.completedNs(), op);
            }
        }
        IdentityHashMap<Op, Long> floors = new IdentityHashMap<>();
        for (Op op : ops) {
            Map.Entry<Long, Op> before = highest.lowerEntry(op.invokedNs());
            if (before == null || before.getValue().done() == null) {
                continue;
            }
            long floor = before.getValue().done().zxid();
            floors.put(op, floor);
            Op.Done done = op.done();
            if (done != null && isOrdered(op) && done.zxid() <= floor) {
                throw new Violation(
                        "a write took place before what was answered before it was sent:\n  " + before.getValue()
                                + "\n  "
                                + op);
            }
            if (op.succeeded() && done != null && op.call() instanceof Call.Sync && done.zxid() < floor) {
                throw new Violation("a sync was answered from the past:\n  " + before.getValue() + "\n  " + op);
            }
        }
        return floors;
    }

    /** Whether the reply's zxid is that of the write itself. */
    public static boolean isOrdered(Op op) {
        return op.call() instanceof Call.Write && op.done() != null && Errors.decidedByTree(op.done().error());
    }
}
