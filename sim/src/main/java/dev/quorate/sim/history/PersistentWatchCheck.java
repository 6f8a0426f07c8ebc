package dev.quorate.sim.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * As long as its connection lasts, a persistent watch fires for every change, and before the session is answered with a
 * zxid at or after it. Every event that names a zxid names one at which that znode changed, and these never fall on a
 * connection.
 */
final class PersistentWatchCheck {
    private final TreeChanges changes;
    private final List<Object> observations = new ArrayList<>();
    /** Of the session that is being looked at: where each persistent watch is, and what it has shown. */
    private final Map<String, Watch> watches = new TreeMap<>();
    private final Set<Event> seen = new HashSet<>();
    private boolean connected = true;
    private long lastEvent;

    private record Watch(boolean recursive, long checkedTo) {}

    private record Event(String path, boolean children, long zxid) {}

    PersistentWatchCheck(TreeChanges changes, List<Op> ops, List<Fired> fired, List<Watching> watching) {
        this.changes = changes;
        observations.addAll(ops.stream().filter(op -> op.done() != null).toList());
        observations.addAll(fired);
        observations.addAll(watching);
        observations.sort(Comparator.comparingLong(PersistentWatchCheck::session)
                .thenComparingLong(PersistentWatchCheck::order));
    }

    void run() {
        long session = 0;
        for (Object observation : observations) {
            if (session(observation) != session) {
                session = session(observation);
                watches.clear();
                seen.clear();
                connected = true;
                lastEvent = 0;
            }
            switch (observation) {
                case Fired event -> fired(event);
                case Watching change -> {
                    connected = change.zxid() != Watching.GONE;
                    lastEvent = 0;
                    watches.replaceAll((path, watch) -> new Watch(watch.recursive, change.zxid()));
                }
                case Op op -> answered(op);
                default -> throw new IllegalStateException("not an observation: " + observation);
            }
        }
    }

    private void fired(Fired event) {
        if (event.zxid() <= 0) {
            return;
        }
        boolean children = event.kind() == Fired.Kind.CHILDREN;
        NavigableMap<Long, Boolean> of = children ? changes.ofChildren(event.path()) : changes.ofNode(event.path());
        if (!of.containsKey(event.zxid()) || event.zxid() < lastEvent) {
            throw new Violation("an event that is out of order, or of no change: " + event);
        }
        if (!mayHear(event.session(), new Event(event.path(), children, event.zxid()))) {
            throw new Violation("an event of what the session may not read: " + event);
        }
        lastEvent = event.zxid();
        seen.add(new Event(event.path(), children, event.zxid()));
    }

    private void answered(Op op) {
        Op.Done done = op.done();
        if (done == null || op.call() instanceof Call.CloseSession) {
            return;
        }
        if (connected) {
            watches.forEach((path, watch) -> demand(path, watch, op, done.zxid()));
            watches.replaceAll((path, watch) -> new Watch(watch.recursive, Math.max(watch.checkedTo, done.zxid())));
        }
        if (op.call() instanceof Call.Watch watch && op.succeeded()) {
            watches.put(watch.recursive() ? below(watch.path()) : watch.path(),
                    new Watch(watch.recursive(), done.zxid()));
        }
    }

    private void demand(String path, Watch watch, Op op, long zxid) {
        if (zxid <= watch.checkedTo) {
            return;
        }
        if (!watch.recursive) {
            changes.ofNode(path).subMap(watch.checkedTo, false, zxid, true).keySet()
                    .forEach(at -> demand(new Event(path, false, at), op));
            changes.ofChildren(path).subMap(watch.checkedTo, false, zxid, true).keySet()
                    .forEach(at -> demand(new Event(path, true, at), op));
            return;
        }
        changes.paths().subMap(watch.checkedTo, false, zxid, true).forEach((at, changed) -> changed.stream()
                .filter(each -> below(each).startsWith(path)).forEach(each -> demand(new Event(each, false, at), op)));
    }

    private boolean mayHear(long session, Event event) {
        boolean gone = !event.children && Boolean.FALSE.equals(changes.ofNode(event.path).get(event.zxid));
        return changes.access().mayHear(session, event.path, event.zxid, gone);
    }

    private static String below(String path) {
        return path.endsWith("/") ? path : path + "/";
    }

    private void demand(Event event, Op op) {
        if (!seen.contains(event) && mayHear(op.session(), event)) {
            throw new Violation("a persistent watch had not fired for " + event + " when this was answered:\n  " + op);
        }
    }

    private static long session(Object observation) {
        return switch (observation) {
            case Op op -> op.session();
            case Fired event -> event.session();
            case Watching change -> change.session();
            default -> throw new IllegalStateException("not an observation: " + observation);
        };
    }

    private static long order(Object observation) {
        return switch (observation) {
            case Op op -> op.order();
            case Fired event -> event.order();
            case Watching change -> change.order();
            default -> throw new IllegalStateException("not an observation: " + observation);
        };
    }
}
