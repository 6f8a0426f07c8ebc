package dev.quorate.sim.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A one-shot watch fires before the session is answered with a zxid at or after the first change, also across a
 * reconnection. Only a znode that came and went while the client was away is missed: ZooKeeper cannot tell either.
 */
final class WatchCheck {
    private final Map<String, NavigableMap<Long, Boolean>> nodeChanges = new HashMap<>();
    private final Map<String, NavigableMap<Long, Boolean>> childChanges = new HashMap<>();
    private final List<Object> observations = new ArrayList<>();

    WatchCheck(List<Timeline.Placed> placed, List<Op> ops, List<Fired> fired) {
        TreeModel model = new TreeModel();
        for (Timeline.Placed item : placed) {
            if (item.op().call() instanceof Call.Write write) {
                change(model, item, write);
            }
        }
        observations.addAll(ops.stream().filter(op -> op.done() != null).toList());
        observations.addAll(fired);
        observations.sort(Comparator.comparingLong(WatchCheck::session).thenComparingLong(WatchCheck::order));
    }

    private void change(TreeModel model, Timeline.Placed item, Call.Write write) {
        List<String> gone = new ArrayList<>();
        if (write instanceof Call.CloseSession) {
            gone.addAll(model.ephemerals(item.op().session()));
        }
        TreeModel.Outcome outcome = model.apply(write, item.op().session(), item.zxid());
        model.forgetUndo();
        if (outcome.error() != Errors.OK || item.zxid() == TreeModel.UNKNOWN_ZXID) {
            return;
        }
        for (String path : gone) {
            changed(path, true, false, item.zxid());
        }
        if (write instanceof Call.Multi multi && outcome.result() instanceof Result.Steps done) {
            for (int i = 0; i < multi.steps().size(); i++) {
                step(multi.steps().get(i), done.results().get(i), item.zxid());
            }
        } else if (write instanceof Call.Step step) {
            step(step, outcome.result(), item.zxid());
        }
    }

    private void step(Call.Step step, Result result, long zxid) {
        switch (step) {
            case Call.Create create ->
                changed(result instanceof Result.Created made ? made.path() : create.path(), true, true, zxid);
            case Call.Delete delete -> changed(delete.path(), true, false, zxid);
            case Call.SetData set -> changed(set.path(), false, true, zxid);
            case Call.Check unused -> {
            }
        }
    }

    private void changed(String path, boolean membership, boolean exists, long zxid) {
        nodeChanges.computeIfAbsent(path, key -> new TreeMap<>()).put(zxid, exists);
        if (membership) {
            childChanges.computeIfAbsent(TreeModel.parentOf(path), key -> new TreeMap<>()).put(zxid, true);
        }
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
                demand(op, op.done().zxid(), nodeWatches, nodeChanges);
                demand(op, op.done().zxid(), childWatches, childChanges);
                demandExisting(op, op.done().zxid(), absentWatches);
                set(op, op.done(), nodeWatches, childWatches, absentWatches);
            }
        }
    }

    private static void demand(Op op, long zxid, Map<String, Long> watches,
            Map<String, NavigableMap<Long, Boolean>> changes) {
        for (Map.Entry<String, Long> watch : watches.entrySet()) {
            NavigableMap<Long, Boolean> of = changes.get(watch.getKey());
            Long first = of == null ? null : of.higherKey(watch.getValue());
            if (first != null && first <= zxid) {
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
            NavigableMap<Long, Boolean> of = nodeChanges.get(path);
            Map.Entry<Long, Boolean> last = of == null ? null : of.floorEntry(zxid);
            return last == null || !last.getValue();
        });
        demand(op, zxid, existing, nodeChanges);
    }

    private static void set(Op op, Op.Done done, Map<String, Long> nodeWatches, Map<String, Long> childWatches,
            Map<String, Long> absentWatches) {
        if (!(op.call() instanceof Call.Read read) || !read.watch() || !Errors.decidedByTree(done.error())) {
            return;
        }
        switch (read) {
            case Call.Exists exists -> (op.succeeded() ? nodeWatches : absentWatches).put(exists.path(), done.zxid());
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
