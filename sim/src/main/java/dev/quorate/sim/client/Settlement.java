package dev.quorate.sim.client;

import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.Errors;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import dev.quorate.sim.history.Violation;
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
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds in the committed log where the writes of unknown outcome took place, and where sessions ended. A session's
 * writes stand in the log in the order in which they were sent, so the first one sent that fits is meant. What clients
 * were answered must be in the log where they were told, and the log may hold nothing of theirs besides, and nothing
 * twice.
 */
public final class Settlement {
    private final Map<Long, Deque<Op>> unknown = new HashMap<>();
    /** The zxid of the session's next answer: a write of unknown outcome took place before it, or not at all. */
    private final IdentityHashMap<Op, Long> before = new IdentityHashMap<>();
    /** By zxid, the writes whose outcome clients know, and that are not found yet. */
    private final TreeMap<Long, Op> answered = new TreeMap<>();
    /** Where writes were refused for another reason than the tree's. */
    private final Set<Long> refused = new HashSet<>();
    private final Map<Long, Integer> owners = new HashMap<>();
    private final Map<Disk, Txn> last = new HashMap<>();
    private final TreeMap<Long, Op> placed = new TreeMap<>();

    private record Disk(int member, long incarnation) {}

    private Settlement(List<Op> ops) {
        Map<Long, Long> nextAnswer = new HashMap<>();
        List<Op> latestFirst = new ArrayList<>(ops);
        latestFirst.sort(Comparator.comparingLong(Op::order).reversed());
        for (Op op : latestFirst) {
            if (op.done() == null) {
                unknown.computeIfAbsent(op.session(), key -> new ArrayDeque<>()).addFirst(op);
                before.put(op, nextAnswer.getOrDefault(op.session(), Long.MAX_VALUE));
                continue;
            }
            nextAnswer.merge(op.session(), op.done().zxid(), Math::min);
            if (op.call() instanceof Call.Write && op.done().error() != Errors.QUOTA_EXCEEDED) {
                if (!HistoryChecker.isOrdered(op)) {
                    refused.add(op.done().zxid());
                } else if (answered.put(op.done().zxid(), op) != null) {
                    throw new Violation("two writes have the same zxid, one of them:\n  " + op);
                }
            }
        }
    }

    /**
     * Compares what clients saw with the log.
     *
     * @param ops all that the only clients of the ensemble asked
     * @param committed the whole log, from its first entry on, to the last one that any client heard of at least
     * @return by zxid, the writes of unknown outcome that took place, and the ends of sessions that no client asked for
     * @throws Violation when they contradict each other
     */
    public static SortedMap<Long, Op> settle(List<Op> ops, List<Entry> committed) {
        return new Settlement(ops).settle(committed);
    }

    private SortedMap<Long, Op> settle(List<Entry> committed) {
        for (Entry entry : committed) {
            Txn txn = decode(entry);
            if (isNew(txn)) {
                settle(entry.zxid(), txn);
            }
        }
        if (!answered.isEmpty()) {
            throw new Violation("not in the log, but answered:\n  " + answered.firstEntry().getValue());
        }
        return placed;
    }

    /**
     * What was forwarded again took place where it stands first; an earlier start of the same disk has nothing to say
     * any more.
     */
    private boolean isNew(Txn txn) {
        Origin origin = txn.origin();
        Disk disk = new Disk(origin.id(), origin.incarnation());
        Txn before = last.get(disk);
        boolean isNew = origin.id() == 0 || before == null || origin.boot() > before.origin().boot()
                || (origin.boot() == before.origin().boot() && txn.seq() > before.seq());
        if (isNew) {
            last.put(disk, txn);
        }
        return isNew;
    }

    private void settle(long zxid, Txn txn) {
        switch (txn.command()) {
            case Command.CreateSession create -> owners.put(zxid, txn.origin().id());
            case Command.AttachSession attach ->
                owners.computeIfPresent(attach.sessionId(), (id, old) -> txn.origin().id());
            case Command.CloseSession close -> {
                Integer owner = owners.get(close.sessionId());
                boolean moved = owner != null && !close.expired() && owner != txn.origin().id();
                if (!moved && owners.remove(close.sessionId()) != null
                        && !isAnswered(zxid, close.sessionId(), new Call.CloseSession())) {
                    placed.put(zxid, new Op(close.sessionId(), Long.MAX_VALUE, 0, new Call.CloseSession(), null));
                }
            }
            case Command.Op op -> write(zxid, txn);
            case Command.Multi multi -> write(zxid, txn);
            case Command.Found found -> {
            }
            case Command.SetAcl set -> write(zxid, txn);
            case Command.DeleteContainer delete -> {
            }
            case Command.Reconfig reconfig -> {
            }
            case Command.RaiseLevel raise -> {
            }
            case Command.Joint joint -> {
            }
            case Command.Final done -> {
            }
            case Command.Abandon abandon -> {
            }
        }
    }

    private void write(long zxid, Txn txn) {
        long session = txn.caller().sessionId();
        Call.Write write = call(txn.command());
        Integer owner = owners.get(session);
        // A write of a session that moved on is refused.
        boolean inForce = owner != null && owner == txn.origin().id();
        if (isAnswered(zxid, session, write) || refused.contains(zxid) || !inForce) {
            return;
        }
        Deque<Op> candidates = unknown.getOrDefault(session, new ArrayDeque<>());
        for (Op op = candidates.poll(); op != null; op = candidates.poll()) {
            if (op.call().equals(write) && zxid < before.getOrDefault(op, 0L)) {
                placed.put(zxid, op);
                return;
            }
        }
        throw new Violation(
                "0x%x: nobody asked for this, or not again, or it was answered with another zxid: session 0x%x %s"
                        .formatted(zxid, session, write));
    }

    /** Whether a client was answered with this zxid; then it is the write that it asked for. */
    private boolean isAnswered(long zxid, long session, Call.Write write) {
        Op op = answered.remove(zxid);
        if (op != null && (op.session() != session || !op.call().equals(write))) {
            throw new Violation("at 0x%x the log holds another write, of session 0x%x, %s, than was answered:\n  %s"
                    .formatted(zxid, session, write, op));
        }
        return op != null;
    }

    private static Txn decode(Entry entry) {
        try {
            return TxnCodec.decode(entry.payload());
        } catch (MalformedPacket malformed) {
            throw new IllegalStateException("a committed entry can not be read", malformed);
        }
    }

    private static Call.Write call(Command command) {
        if (command instanceof Command.SetAcl set) {
            return new Call.SetAcl(set.path(), Users.grants(set.acl()));
        }
        if (command instanceof Command.Multi multi) {
            List<Call.Step> steps = new ArrayList<>();
            for (Command.Op op : multi.ops()) {
                steps.add(step(op));
            }
            return new Call.Multi(steps);
        }
        return step((Command.Op) command);
    }

    private static Call.Step step(Command.Op op) {
        return switch (op) {
            case Command.Create create -> {
                CreateMode mode = create.mode();
                yield new Call.Create(create.path(), create.data() == null ? "" : create.data().text(),
                        mode.ephemeral(),
                        mode.sequential());
            }
            case Command.SetData set ->
                new Call.SetData(set.path(), set.data() == null ? "" : set.data().text(), set.version());
            case Command.Delete delete -> new Call.Delete(delete.path(), delete.version());
            case Command.Check check -> new Call.Check(check.path(), check.version());
        };
    }
}
