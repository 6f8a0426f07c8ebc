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
import dev.quorate.sim.history.Op;
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
 * Finds in the committed log where the writes of unknown outcome took place, and where sessions ended. A session's writes
 * stand in the log in the order in which they were sent, so the first one sent that fits is meant.
 */
final class Settlement {
    private final Map<Long, Deque<Op>> unknown = new HashMap<>();
    /** The zxid of the next write of the session that was answered: the unknown ones before it took place before it. */
    private final IdentityHashMap<Op, Long> before = new IdentityHashMap<>();
    private final Set<Long> acknowledged = new HashSet<>();
    private final Map<Long, Integer> owners = new HashMap<>();
    private final Map<Origin, Long> lastSeq = new HashMap<>();
    private final TreeMap<Long, Op> placed = new TreeMap<>();

    Settlement(List<Op> ops) {
        Map<Long, Long> nextWrite = new HashMap<>();
        List<Op> latestFirst = new ArrayList<>(ops);
        latestFirst.sort(Comparator.comparingLong(Op::order).reversed());
        for (Op op : latestFirst) {
            if (op.done() == null) {
                unknown.computeIfAbsent(op.session(), key -> new ArrayDeque<>()).addFirst(op);
                before.put(op, nextWrite.getOrDefault(op.session(), Long.MAX_VALUE));
            } else if (op.call() instanceof Call.Write && op.done().error() != Errors.QUOTA_EXCEEDED) {
                acknowledged.add(op.done().zxid());
                nextWrite.put(op.session(), op.done().zxid());
            }
        }
    }

    /** The writes that nobody was told of, by zxid. */
    SortedMap<Long, Op> settle(List<Entry> committed) {
        for (Entry entry : committed) {
            Txn txn = decode(entry);
            if (txn.origin().id() == 0 || txn.seq() > lastSeq.getOrDefault(txn.origin(), 0L)) {
                lastSeq.put(txn.origin(), txn.seq());
                settle(entry.zxid(), txn);
            }
        }
        return placed;
    }

    private void settle(long zxid, Txn txn) {
        switch (txn.command()) {
            case Command.CreateSession create -> owners.put(zxid, txn.origin().id());
            case Command.AttachSession attach ->
                owners.computeIfPresent(attach.sessionId(), (id, old) -> txn.origin().id());
            case Command.CloseSession close -> {
                Integer owner = owners.get(close.sessionId());
                boolean moved = owner != null && !close.expired() && owner != txn.origin().id();
                if (!moved && owners.remove(close.sessionId()) != null && !acknowledged.contains(zxid)) {
                    placed.put(zxid, new Op(close.sessionId(), Long.MAX_VALUE, 0, new Call.CloseSession(), null));
                }
            }
            case Command.Op op -> write(zxid, txn);
            case Command.Multi multi -> write(zxid, txn);
            case Command.Found found -> {
            }
            case Command.SetAcl set -> {
            }
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

    /** A write of a session that moved on is refused. */
    private void write(long zxid, Txn txn) {
        Integer owner = owners.get(txn.caller().sessionId());
        Deque<Op> candidates = unknown.getOrDefault(txn.caller().sessionId(), new ArrayDeque<>());
        if (acknowledged.contains(zxid) || owner == null || owner != txn.origin().id()) {
            return;
        }
        for (Op op = candidates.poll(); op != null; op = candidates.poll()) {
            if (op.call() instanceof Call.Write write && call(txn.command()).equals(write)
                    && zxid < before.getOrDefault(op, 0L)) {
                placed.put(zxid, op);
                return;
            }
        }
    }

    private static Txn decode(Entry entry) {
        try {
            return TxnCodec.decode(entry.payload());
        } catch (MalformedPacket malformed) {
            throw new IllegalStateException("a committed entry can not be read", malformed);
        }
    }

    private static Call.Write call(Command command) {
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
