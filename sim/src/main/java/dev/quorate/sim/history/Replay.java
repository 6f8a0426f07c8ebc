package dev.quorate.sim.history;

import dev.quorate.sim.history.Result.NodeStat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Replays a history on the model. Where an answer does not fit, a write of unknown outcome that touches the same znodes may
 * be what is missing: each is tried there, depth first. Values are unique, so that a read which saw such a write names it,
 * and its place is known before the search begins; what remains to be searched is little.
 */
final class Replay {
    private static final int MOST_ATTEMPTS = 500_000;

    private final TreeModel model = new TreeModel();
    private final List<Placed> items = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final List<Placed> placed = new ArrayList<>();
    private final Deque<Choice> choices = new ArrayDeque<>();
    private final Map<Long, Long> closedAt = new HashMap<>();
    /** The last zxid that is taken. */
    private long floor;
    private int attempts;

    /** An operation and the zxid at which it stands; {@link TreeModel#UNKNOWN_ZXID} when only its order is known. */
    record Placed(long zxid, Op op) {}

    private record Choice(int item, int mark, long floor, int placed, Deque<Pending> untried) {}

    /** A write of unknown outcome: it took place after {@code after} and before {@code before}, or not at all. */
    private static final class Pending {
        final Op op;
        final Call.Write call;
        final long after;
        final long before;
        boolean used;

        Pending(Op op, Call.Write call, long after, long before) {
            this.op = op;
            this.call = call;
            this.after = after;
            this.before = before;
        }
    }

    /** @param floors for each operation the highest zxid that was known when it was sent, when there is one */
    Replay(List<Op> ops, IdentityHashMap<Op, Long> floors) {
        Map<String, Long> witnesses = witnesses(ops);
        Map<Long, List<Op>> sessions = new HashMap<>();
        for (Op op : ops) {
            sessions.computeIfAbsent(op.session(), key -> new ArrayList<>()).add(op);
        }
        for (List<Op> session : sessions.values()) {
            session.sort(Comparator.comparingLong(Op::order));
            addSession(session, floors, witnesses);
        }
        items.sort(Comparator.comparingLong(Placed::zxid)
                .thenComparingInt(item -> item.op().call() instanceof Call.Write ? 0 : 1)
                .thenComparingLong(item -> item.op().session()).thenComparingLong(item -> item.op().order()));
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
            if (op.done() != null && op.done().result() instanceof Result.Data seenData) {
                Long other = seen.put(seenData.data(), seenData.stat().mzxid());
                if (other != null && other != seenData.stat().mzxid() && !seenData.data().isEmpty()) {
                    throw new Violation("one write was seen at two zxids: 0x" + Long.toHexString(other) + "\n  " + op);
                }
            }
        }
        return seen;
    }

    private void addSession(List<Op> session, IdentityHashMap<Op, Long> floors, Map<String, Long> witnesses) {
        long before = Long.MAX_VALUE;
        boolean closed = false;
        long last = 0;
        for (Op op : session.reversed()) {
            Op.Done done = op.done();
            long after = floors.getOrDefault(op, 0L);
            if (done != null) {
                last = Math.max(last, done.zxid());
                boolean ordered = HistoryChecker.isOrdered(op);
                if (ordered || op.call() instanceof Call.Read) {
                    items.add(new Placed(done.zxid(), op));
                }
                before = ordered ? done.zxid() : before;
                closed |= ordered && op.call() instanceof Call.CloseSession;
            } else if (op.call() instanceof Call.Write write) {
                Long seen = witness(write, witnesses);
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
        if (!closed) {
            Op expiry = new Op(session.getFirst().session(), Long.MAX_VALUE, 0, new Call.CloseSession(), null);
            pending.add(new Pending(expiry, new Call.CloseSession(), last, Long.MAX_VALUE));
        }
    }

    private static @Nullable Long witness(Call.Write write, Map<String, Long> witnesses) {
        return switch (write) {
            case Call.Create create -> witness(create.data(), witnesses);
            case Call.SetData set -> witness(set.data(), witnesses);
            case Call.Multi multi -> {
                for (Call.Step step : multi.steps()) {
                    Long seen = witness(step, witnesses);
                    if (seen != null) {
                        yield seen;
                    }
                }
                yield null;
            }
            case Call.Delete unused -> null;
            case Call.Check unused -> null;
            case Call.CloseSession unused -> null;
        };
    }

    private static @Nullable Long witness(String data, Map<String, Long> witnesses) {
        return data.isEmpty() ? null : witnesses.get(data);
    }

    /** Returns the order that explains every answer. */
    List<Placed> run() {
        String furthest = "";
        int reached = -1;
        for (int at = 0; at < items.size();) {
            String problem = tryItem(items.get(at));
            if (problem == null) {
                at++;
                if (choices.isEmpty()) {
                    model.forgetUndo();
                }
                continue;
            }
            if (at > reached) {
                reached = at;
                furthest = problem + "\n  " + items.get(at).op;
            }
            offer(at);
            at = choose(furthest);
        }
        return placed;
    }

    private @Nullable String tryItem(Placed item) {
        String problem = item.op.call() instanceof Call.Write write ? tryWrite(item, write) : tryRead(item);
        if (problem == null) {
            floor = Math.max(floor, item.zxid);
            placed.add(item);
        }
        return problem;
    }

    private @Nullable String tryWrite(Placed item, Call.Write write) {
        Op.Done done = item.op.done();
        long session = item.op.session();
        int mark = model.mark();
        TreeModel.Outcome outcome = model.apply(write, session, item.zxid);
        int error = done == null ? Errors.OK : done.error();
        String problem = null;
        if (outcome.error() != error) {
            problem = "the model answers error " + outcome.error();
        } else if (done != null && error == Errors.OK && !matches(outcome.result(), done.result())) {
            problem = "the model answers " + outcome.result();
        } else if (error == Errors.OK && closedAt.getOrDefault(session, Long.MAX_VALUE) < item.zxid) {
            problem = "the session was closed before";
        }
        if (problem != null) {
            model.undoTo(mark);
        } else if (write instanceof Call.CloseSession) {
            closedAt.put(session, item.zxid);
        }
        return problem;
    }

    private @Nullable String tryRead(Placed item) {
        Op.Done done = item.op.done();
        if (done == null || !(item.op.call() instanceof Call.Read read) || !Errors.decidedByTree(done.error())) {
            return null;
        }
        TreeModel.Node node = model.node(read.path());
        NodeStat stat = model.stat(read.path());
        if (node == null || stat == null) {
            return done.error() == Errors.NO_NODE
                    ? null
                    : "the model has no such znode at 0x" + Long.toHexString(item.zxid);
        }
        Result expected = switch (read) {
            case Call.GetData unused -> new Result.Data(node.data(), stat);
            case Call.Exists unused -> new Result.Stated(stat);
            case Call.GetChildren unused -> new Result.Children(List.copyOf(model.children(read.path())));
        };
        return done.error() == Errors.OK && matches(expected, done.result())
                ? null
                : "the model at 0x" + Long.toHexString(item.zxid) + " answers " + expected;
    }

    private static boolean matches(Result expected, Result actual) {
        return switch (actual) {
            case Result.None unused -> true;
            case Result.Created created -> created.equals(expected);
            case Result.Stated stated ->
                expected instanceof Result.Stated model && matches(model.stat(), stated.stat());
            case Result.Data read -> expected instanceof Result.Data model && model.data().equals(read.data())
                    && matches(model.stat(), read.stat());
            case Result.Children children -> expected instanceof Result.Children model
                    && model.names().size() == children.names().size()
                    && new TreeSet<>(model.names()).equals(new TreeSet<>(children.names()));
            case Result.Steps steps -> expected instanceof Result.Steps model
                    && matchAll(model.results(), steps.results());
        };
    }

    private static boolean matchAll(List<Result> expected, List<Result> actual) {
        boolean all = expected.size() == actual.size();
        for (int i = 0; all && i < actual.size(); i++) {
            all = matches(expected.get(i), actual.get(i));
        }
        return all;
    }

    private static boolean matches(NodeStat model, NodeStat actual) {
        return model.version() == actual.version() && model.ephemeralOwner() == actual.ephemeralOwner()
                && model.children() == actual.children()
                && (model.czxid() == TreeModel.UNKNOWN_ZXID || model.czxid() == actual.czxid())
                && (model.mzxid() == TreeModel.UNKNOWN_ZXID || model.mzxid() == actual.mzxid());
    }

    /** Adds a choice among the writes that may have taken place before this item and could explain it. */
    private void offer(int at) {
        Placed item = items.get(at);
        Set<String> touched = new HashSet<>();
        touch(item.op.call(), item.op.session(), touched);
        Deque<Pending> candidates = new ArrayDeque<>();
        for (Pending write : pending) {
            if (!write.used && roomFor(write, item)) {
                Set<String> paths = new HashSet<>();
                touch(write.call, write.op.session(), paths);
                paths.retainAll(touched);
                if (!paths.isEmpty()) {
                    candidates.add(write);
                }
            }
        }
        choices.push(new Choice(at, model.mark(), floor, placed.size(), candidates));
    }

    /** Whether a zxid is free between the last one taken and the item's. */
    private boolean roomFor(Pending write, Placed item) {
        long slot = Math.max(floor, write.after) + 1;
        long end = item.op.call() instanceof Call.Write ? item.zxid - 1 : item.zxid;
        boolean sameEpoch = slot >>> 32 == end >>> 32;
        return (sameEpoch ? slot <= end : slot < end) && slot < write.before;
    }

    /** Takes the next untried write of the newest choice that has one; returns the item to go on with. */
    private int choose(String furthest) {
        while (!choices.isEmpty()) {
            Choice choice = choices.element();
            model.undoTo(choice.mark);
            floor = choice.floor;
            while (placed.size() > choice.placed) {
                unplace(placed.removeLast());
            }
            Pending next = choice.untried.poll();
            if (next == null) {
                choices.pop();
                continue;
            }
            if (++attempts > MOST_ATTEMPTS) {
                throw new Violation("no explanation found in " + MOST_ATTEMPTS + " attempts: " + furthest);
            }
            if (model.apply(next.call, next.op.session(), TreeModel.UNKNOWN_ZXID).error() == Errors.OK) {
                next.used = true;
                floor = Math.max(floor, next.after) + 1;
                placed.add(new Placed(TreeModel.UNKNOWN_ZXID, next.op));
                if (choice.untried.isEmpty() && choices.size() == 1) {
                    // without an alternative, and with no earlier choice to revise, it is a fact
                    choices.pop();
                    model.forgetUndo();
                }
                return choice.item;
            }
        }
        throw new Violation(furthest);
    }

    private void unplace(Placed last) {
        if (last.zxid == TreeModel.UNKNOWN_ZXID) {
            for (Pending write : pending) {
                write.used &= !write.op.equals(last.op);
            }
        }
        if (last.op.call() instanceof Call.CloseSession) {
            closedAt.remove(last.op.session());
        }
    }

    /** The paths whose state a call depends on or changes. */
    private void touch(Call call, long session, Set<String> paths) {
        switch (call) {
            case Call.Multi multi -> {
                for (Call.Step step : multi.steps()) {
                    touch(step, session, paths);
                }
            }
            case Call.CloseSession unused -> {
                for (String path : model.ephemerals(session)) {
                    paths.add(path);
                    paths.add(TreeModel.parentOf(path));
                }
            }
            case Call.Step step -> {
                paths.add(step.path());
                paths.add(TreeModel.parentOf(step.path()));
            }
            case Call.Read read -> {
                paths.add(read.path());
                paths.add(TreeModel.parentOf(read.path()));
            }
            case Call.Sync unused -> paths.clear();
        }
    }
}
