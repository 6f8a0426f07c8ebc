package dev.quorate.sim.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Function;

/**
 * A one-shot watch fires before the session is answered with a zxid at or after the first change, also across a
 * reconnection. Only a znode that came and went while the client was away is missed: ZooKeeper cannot tell either.
 */
final class WatchCheck {
    private final TreeChanges changes;
    private final List<Object> observations = new ArrayList<>();

    WatchCheck(TreeChanges changes, List<Op> ops, List<Fired> fired) {
        this.changes = changes;
        observations.addAll(ops.stream().filter(op -> op.done() != null).toList());
        observations.addAll(fired);
        observations.sort(Comparator.comparingLong(WatchCheck::session).thenComparingLong(WatchCheck::order));
    }

    void run() {
        long session = 0;
        Map<String, Long> nodeWatches = new HashMap<>();
        Map<String, Long> childWatches = new HashMap<>();
        Map<String, Long> absentWatches = new HashMap<>();
        for (Object observation : observations) {
            if (session(observation) != session) {
                session = session(observation);
                nodeWatches.clear();
                childWatches.clear();
                absentWatches.clear();
            }
            if (observation instanceof Fired event) {
                if (event.kind() != Fired.Kind.CHILDREN) {
                    nodeWatches.remove(event.path());
                    absentWatches.remove(event.path());
                }
                if (event.kind() != Fired.Kind.NODE) {
                    childWatches.remove(event.path());
                }
            } else if (observation instanceof Op op && op.done() != null) {
                demand(op, op.done().zxid(), nodeWatches, changes::ofNode);
                demand(op, op.done().zxid(), childWatches, changes::ofChildren);
                demandExisting(op, op.done().zxid(), absentWatches);
                set(op, op.done(), nodeWatches, childWatches, absentWatches);
            }
        }
    }

    private void demand(Op op, long zxid, Map<String, Long> watches,
            Function<String, NavigableMap<Long, Boolean>> changesOf) {
        for (Map.Entry<String, Long> watch : watches.entrySet()) {
            Long first = changesOf.apply(watch.getKey()).higherKey(watch.getValue());
            // What happened before somebody may read it has no event, and may have taken the watch with it.
            if (first != null && first <= zxid
                    && changes.access().mayReadThroughout(op.session(), watch.getKey(), watch.getValue(), zxid)) {
                throw new Violation("the watch on " + watch.getKey() + " set at 0x" + Long.toHexString(watch.getValue())
                        + " had not fired for the change at 0x" + Long.toHexString(first)
                        + " when this was answered:\n  "
                        + op);
            }
        }
    }

    /** Those of the watches count whose znode is there at the reply's zxid. */
    private void demandExisting(Op op, long zxid, Map<String, Long> watches) {
        Map<String, Long> existing = new HashMap<>(watches);
        existing.keySet().removeIf(path -> {
            Map.Entry<Long, Boolean> last = changes.ofNode(path).floorEntry(zxid);
            return last == null || !last.getValue();
        });
        demand(op, zxid, existing, changes::ofNode);
    }

    private static void set(Op op, Op.Done done, Map<String, Long> nodeWatches, Map<String, Long> childWatches,
            Map<String, Long> absentWatches) {
        if (!(op.call() instanceof Call.Read read) || !read.watch() || !Errors.decidedByTree(done.error())) {
            return;
        }
        switch (read) {
            case Call.Exists exists -> {
                put(op, nodeWatches, exists.path(), done.zxid());
                if (done.error() == Errors.NO_NODE) {
                    absentWatches.put(exists.path(), done.zxid());
                }
            }
            case Call.GetData get -> put(op, nodeWatches, get.path(), done.zxid());
            case Call.GetChildren get -> put(op, childWatches, get.path(), done.zxid());
        }
    }

    private static void put(Op op, Map<String, Long> watches, String path, long zxid) {
        if (op.succeeded()) {
            watches.put(path, zxid);
        }
    }

    private static long session(Object observation) {
        return observation instanceof Op op ? op.session() : ((Fired) observation).session();
    }

    private static long order(Object observation) {
        return observation instanceof Op op ? op.order() : ((Fired) observation).order();
    }
}
