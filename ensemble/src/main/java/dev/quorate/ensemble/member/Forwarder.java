package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.OriginSeq;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The writes that came in at this member and are not yet applied here, in order. They are handed to the leader once for
 * each path to a leader: when the path changes all of them go again, and the leader drops those it has ordered already.
 */
final class Forwarder {
    private record Unapplied(long seq, Payload payload, Awaiting awaiting) {}

    private final Origin origin;
    private final ArrayDeque<Unapplied> unapplied = new ArrayDeque<>();
    private ArrayDeque<Unapplied> unsent = new ArrayDeque<>();
    /** Accepted changes of the members, by the sequence number of the request. */
    private final Map<Long, Awaiting> changing = new HashMap<>();
    private long lastSeq;

    Forwarder(Origin origin) {
        this.origin = origin;
    }

    Origin origin() {
        return origin;
    }

    /** Writes that wait for being applied. */
    int size() {
        return unapplied.size();
    }

    void submit(Caller caller, Command command, Awaiting awaiting) {
        long seq = ++lastSeq;
        Payload payload = TxnCodec.encode(new Txn(origin, seq, caller, command));
        Unapplied write = new Unapplied(seq, payload, awaiting);
        unapplied.add(write);
        unsent.add(write);
    }

    /** Takes what was not sent on the present path: the sequence number of the first and the payloads. */
    void takeUnsent(Path path) {
        if (unsent.isEmpty())
            return;
        List<Payload> payloads = new ArrayList<>(unsent.size());
        for (Unapplied write : unsent)
            payloads.add(write.payload());
        path.send(unsent.getFirst().seq(), payloads);
        unsent.clear();
    }

    /** The path to the leader is another one: everything that is not applied goes again. */
    void rewind() {
        unsent = new ArrayDeque<>(unapplied);
    }

    /** A write of this origin was applied here. */
    void applied(long seq, long zxid, Outcome outcome) {
        for (Unapplied write = unapplied.peek(); write != null && write.seq() <= seq; write = unapplied.peek()) {
            unapplied.poll();
            if (write.seq() != seq)
                continue;
            if (outcome instanceof Outcome.ChangeAccepted)
                changing.put(seq, write.awaiting());
            else
                write.awaiting().applied(zxid, outcome);
        }
        while (!unsent.isEmpty() && unsent.getFirst().seq() <= seq)
            unsent.removeFirst();
    }

    /** A change of the members that was accepted from this origin is done or abandoned. */
    void changeDone(long seq, long zxid, Outcome result) {
        Awaiting awaiting = changing.remove(seq);
        if (awaiting != null)
            awaiting.applied(zxid, result);
    }

    /**
     * All that the tree holds is committed. Writes that came into it with a snapshot or from the disk, and were not
     * applied one by one, are done; their outcomes are not known here. As long as they are not committed they stay:
     * they may be gone again, and a leader orders no write of an origin but the next one.
     *
     * @param last the last write of this member in the tree; null when there is none
     */
    void skipTo(@Nullable OriginSeq last) {
        if (last == null || !last.origin().equals(origin))
            return;
        unapplied.removeIf(write -> write.seq() <= last.seq());
        unsent.removeIf(write -> write.seq() <= last.seq());
    }

    /** The tree was replaced: what became of accepted changes is not known here. */
    void forgetChanges() {
        changing.clear();
    }

    /** Where writes go: the own log's order for a leader, the leader's link otherwise. */
    interface Path {
        void send(long firstSeq, List<Payload> payloads);
    }
}
