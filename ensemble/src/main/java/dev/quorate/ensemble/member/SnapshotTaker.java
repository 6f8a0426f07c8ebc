package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.wire.SnapshotCodec;
import dev.quorate.ensemble.zab.Payload;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots while entries go on being applied: the tree is walked a slice at a time, at the end of each batch,
 * and the bytes are handed to the disk no faster than it takes them.
 */
final class SnapshotTaker {
    private static final int SLICE_ZNODES = 256;
    /** How long the loop may be kept by one turn of the walk; the loop turns at least every 10 ms. */
    private static final long SLICE_NS = 2_000_000;
    private static final int PIECE_BYTES = 256 << 10;
    private static final int MAX_UNWRITTEN = 4;
    /** With little room left the log is purged so many times as often. */
    private static final int SHORT_FACTOR = 16;

    private final Storage storage;
    private final Replica replica;
    private final Clock clock;
    private final IntSupplier snapCount;
    private long appliedSince;
    private boolean diskShort;
    private long startedMs;
    private long lastTookMs;
    private long taken;
    private int unwritten;
    private boolean ending;
    private SnapshotCodec.@Nullable Writer writer;
    private @Nullable DataTree walked;

    /** @param snapCount entries between two snapshots, asked each time */
    SnapshotTaker(Storage storage, Replica replica, Clock clock, IntSupplier snapCount) {
        this.storage = storage;
        this.replica = replica;
        this.clock = clock;
        this.snapCount = snapCount;
    }

    long taken() {
        return taken;
    }

    /** How long the last one took, in milliseconds. */
    long lastTookMs() {
        return lastTookMs;
    }

    void applied(int entries) {
        appliedSince += entries;
    }

    /** A learner waits for one: unless one is being taken, the next is due at once. */
    void want() {
        if (walked == null && !ending)
            appliedSince = Math.max(appliedSince, snapCount.getAsInt());
    }

    /**
     * Does a slice of work if one is due.
     *
     * @param committed whether all that the tree holds is known to be committed
     */
    void step(boolean committed) {
        if (walked == null) {
            if (committed && !ending && appliedSince >= due())
                begin();
        } else {
            long untilNs = clock.monotonicNs() + SLICE_NS;
            while (walked != null && unwritten < MAX_UNWRITTEN && clock.monotonicNs() < untilNs)
                walk(walked);
        }
    }

    private int due() {
        int entries = snapCount.getAsInt();
        return diskShort ? Math.max(1, entries / SHORT_FACTOR) : entries;
    }

    private void begin() {
        appliedSince = 0;
        startedMs = clock.monotonicMs();
        unwritten = 0;
        DataTree tree = replica.tree();
        SnapshotCodec.Writer bytes = new SnapshotCodec.Writer();
        storage.beginSnapshot(tree.lastZxid(), tree.lastTimeMs());
        tree.startSnapshot(bytes);
        writer = bytes;
        walked = tree;
    }

    private void walk(DataTree tree) {
        SnapshotCodec.Writer bytes = writer;
        if (bytes == null)
            throw new IllegalStateException("a walk without a writer");
        boolean complete = tree.walk(SLICE_ZNODES);
        if (bytes.size() >= PIECE_BYTES || complete) {
            unwritten++;
            storage.writeSnapshot(new Payload(bytes.take()));
        }
        if (complete) {
            walked = null;
            writer = null;
            ending = true;
            storage.endSnapshot();
        }
    }

    void written() {
        unwritten--;
    }

    /** The disk is short of room, or is not any more: a snapshot, and what is purged with it, may make some. */
    void diskShort(boolean now) {
        if (now && !diskShort)
            want();
        diskShort = now;
    }

    /** @param whole whether there was room for it */
    void done(boolean whole) {
        ending = false;
        if (!whole)
            return;
        taken++;
        lastTookMs = clock.monotonicMs() - startedMs;
    }

    /** The tree is about to be replaced: what is under way is dropped. */
    void abandon() {
        ending = false;
        if (walked == null)
            return;
        walked.abandonSnapshot();
        walked = null;
        writer = null;
        storage.abandonSnapshot();
    }
}
