package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Effect;
import dev.quorate.ensemble.zab.Event;
import dev.quorate.ensemble.zab.Message;
import org.jspecify.annotations.Nullable;

/**
 * A learner's side of a history that comes from the leader and replaces its own: a snapshot, which is staged on disk
 * and built into a tree piece by piece, or what follows the intact part of a damaged log.
 */
final class SnapshotReceiver {
    private final Storage storage;
    private final Replica replica;
    private final SlowDisk slowDisk;
    private final Clock clock;
    private @Nullable Staging staging;
    private Refilling refilling = Refilling.NO;

    /** How far the damaged end of the log is from being replaced. */
    private enum Refilling {
        NO,
        APPENDING,
        SWITCHING
    }

    SnapshotReceiver(Storage storage, Replica replica, SlowDisk slowDisk, Clock clock) {
        this.storage = storage;
        this.replica = replica;
        this.slowDisk = slowDisk;
        this.clock = clock;
    }

    private static final class Staging {
        final long generation;
        long zxid;
        long timeMs;
        @Nullable
        Configuration configuration;
        long received;

        Staging(long generation) {
            this.generation = generation;
        }

        /** Whether this is the next piece; pieces of a snapshot that the leader sent before are not. */
        boolean accepts(Message.SnapshotChunk chunk) {
            if (chunk.offset() == 0 && received == 0)
                zxid = chunk.zxid();
            if (chunk.zxid() != zxid || chunk.offset() != received)
                return false;
            received += chunk.bytes().size();
            return true;
        }
    }

    void begin(long generation) {
        staging = new Staging(generation);
        replica.beginStaging();
    }

    /** The damaged log is replaced from here on. Its tree is loaded anew once that is done. */
    void refill(Effect.Refill refill) {
        refilling = Refilling.APPENDING;
        storage.refill(refill.generation(), refill.afterZxid());
    }

    /** Whether what was appended has just taken the place of the damaged log; said once. */
    boolean takeRefilled() {
        boolean refilled = refilling == Refilling.SWITCHING;
        refilling = refilled ? Refilling.NO : refilling;
        return refilled;
    }

    /** Appends to the log: the staged one if there is one, whose tree takes the entries at once. */
    void append(Effect.Append append) {
        slowDisk.asked(append.entries().getLast().zxid(), clock.monotonicMs());
        storage.append(append.generation(), append.entries());
        replica.applyStaged(append.entries());
    }

    void appended(long zxid) {
        slowDisk.durable(zxid, clock.monotonicMs());
    }

    /**
     * Saves the epochs. With them the log goes over to a history that is staged: from then on the staged tree stays,
     * even if the role ends, until it is installed.
     */
    void saveEpochs(Effect.SaveEpochs save) {
        staging = null;
        if (refilling == Refilling.APPENDING)
            refilling = Refilling.SWITCHING;
        storage.saveEpochs(save.generation(), save.acceptedEpoch(), save.currentEpoch());
    }

    /** The role ended: what was received goes, unless the log has gone over to it. */
    void drop() {
        if (refilling == Refilling.APPENDING)
            refilling = Refilling.NO;
        if (staging == null)
            return;
        staging = null;
        replica.dropStaged();
    }

    /** A piece came from the leader. */
    void received(Message.SnapshotChunk chunk) {
        Staging snapshot = staging;
        if (snapshot == null || !snapshot.accepts(chunk))
            return;
        if (chunk.offset() == 0)
            storage.beginStaging(chunk.zxid());
        storage.writeStaged(chunk.bytes());
        replica.stage(chunk.bytes());
        if (!chunk.last())
            return;
        DataTree tree = replica.endStaging();
        snapshot.timeMs = tree.lastTimeMs();
        snapshot.configuration = tree.configuration();
        storage.endStaging(snapshot.generation, snapshot.timeMs);
    }

    /** The disk has all of it; the event that tells the peer, null when it was dropped in the meantime. */
    @Nullable
    Event staged(long generation) {
        if (staging == null || staging.generation != generation)
            return null;
        return new Event.SnapshotStaged(generation, staging.zxid, staging.timeMs, staging.configuration);
    }
}
