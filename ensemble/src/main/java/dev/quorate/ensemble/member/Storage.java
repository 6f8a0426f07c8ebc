package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The disk. Calls come from the loop, never block, and are carried out in the order of the calls on the log's thread;
 * the listener is called on the loop. After {@link Listener#failed} nothing more is carried out.
 */
public interface Storage {
    /**
     * With more than this waiting for the disk nothing new is ordered, and no entries are read from the leader's
     * socket.
     */
    long MAX_QUEUED_BYTES = 32 << 20;

    /** What is on disk besides history: read (and the boot number raised) before this object is made. */
    Identity identity();

    /**
     * Reads the newest intact snapshot and the log after it: {@link Listener#snapshotLoading} for each piece in order,
     * then {@link Listener#entriesLoaded} for the log's entries in order, then {@link Listener#loaded}.
     */
    void load();

    void append(long generation, List<Entry> entries);

    void saveEpochs(long generation, long acceptedEpoch, long currentEpoch);

    void truncate(long generation, long zxid);

    void fence(long generation);

    /**
     * Starts to replace a damaged log after {@code afterZxid}, which is not beyond the first hole. Appends go to what
     * is to replace it, until {@link #saveEpochs} puts it in its place, or {@link #fence} drops it.
     */
    void refill(long generation, long afterZxid);

    /**
     * Fills the first hole of a damaged log with entries that other members hold → {@link Listener#filled}. They follow
     * what is there, and each other, and do not go beyond the hole. {@link #fence} drops what is not whole by then.
     */
    void fill(long generation, List<Entry> entries);

    /**
     * Reads entries for a damaged member that has {@code afterZxid} and lacks what follows, up to {@code toZxid} and
     * about {@code maxBytes} (at least one) → {@link Listener#recordsRead} with the same token.
     */
    void readRecords(long token, long afterZxid, long toZxid, int maxBytes);

    void saveFounding(String clusterId, List<FoundingMember> founding);

    /**
     * Reads entries after {@code afterZxid}, up to {@code toZxid} and about {@code maxBytes} (at least one) → {@link
     * Listener#historyRead} with the same token. What is being read is not purged between two calls with the same
     * token; {@link #endRead} releases it.
     */
    void readHistory(long token, long afterZxid, long toZxid, int maxBytes);

    /** Reads a piece of the newest snapshot (always the same one for a token) → {@link Listener#snapshotRead}. */
    void readSnapshot(long token, long offset, int maxBytes);

    void endRead(long token);

    /** Starts a snapshot that is exact at {@code zxid}; the loop's walk over the tree then feeds it. */
    void beginSnapshot(long zxid, long timeMs);

    /** The next bytes of the snapshot; {@link Listener#snapshotBytesWritten} says when more are welcome. */
    void writeSnapshot(Payload bytes);

    /**
     * Completes it, once the log is durable up to its zxid; then old snapshots and segments are purged →
     * {@link Listener#snapshotEnded}.
     */
    void endSnapshot();

    /** Drops an unfinished snapshot. */
    void abandonSnapshot();

    /**
     * Stages a history that begins with a received snapshot. Appends go to it until {@link #saveEpochs} makes it the
     * history, or {@link #fence} drops it.
     */
    void beginStaging(long zxid);

    void writeStaged(Payload bytes);

    /**
     * Ends the staged snapshot → {@link Listener#staged}.
     *
     * @param lastTimeMs {@code timeMs} of the entry at which the snapshot is exact, as its content says
     */
    void endStaging(long generation, long lastTimeMs);

    /** About how many bytes of what was asked for wait to be written. Any thread may call this. */
    long queuedBytes();

    /** Whether so much waits for the disk that no more should be asked of it now. */
    default boolean isFull() {
        return queuedBytes() > MAX_QUEUED_BYTES;
    }

    /** Asks how much room is left → {@link Listener#room}. That is told unasked, too, when much was written. */
    void checkRoom();

    /**
     * Comes with each tick of the loop: when nothing was appended since the last one, the log marks what is durable.
     */
    void tick();

    /** Waits for what was asked so far, then releases the disk. Called once, from the thread that ends the process. */
    void close();

    /**
     * Who this disk belongs to.
     *
     * @param clusterId empty while not founded and not given
     * @param incarnation random number of this disk
     * @param boot number of this start, from 1
     * @param recovered epochs, the log's bounds, the founding set
     */
    record Identity(String clusterId, long incarnation, long boot, Recovered recovered) {}

    /** Called on the loop. */
    interface Listener {
        void snapshotLoading(Payload bytes);

        void entriesLoaded(List<Entry> entries);

        /** Everything is loaded; the tree must now stand at {@code lastZxid}. */
        void loaded(long lastZxid);

        void appended(long generation, long zxid);

        void epochsSaved(long generation);

        void truncated(long generation, long zxid);

        void fenced(long generation, long zxid);

        void foundingSaved();

        /**
         * Entries were taken to fill a hole.
         *
         * @param holes what is missing now
         * @param whole what the disk holds once nothing is missing any more; null before that
         */
        void filled(long generation, List<Hole> holes, @Nullable Recovered whole);

        /** An empty list: these records are not here, or it is not certain that they are the right ones. */
        void recordsRead(long token, List<Entry> entries);

        /** An empty list: the log does not reach back to there any more. */
        void historyRead(long token, List<Entry> entries);

        /**
         * @param zxid where the snapshot is exact; {@code Zxid.NONE} when there is no snapshot
         * @param last whether this piece is the last
         */
        void snapshotRead(long token, long zxid, long offset, Payload bytes, boolean last);

        void snapshotBytesWritten();

        /**
         * @param zxid where it is exact; {@code Zxid.NONE} when there was no room for it
         * @param floorZxid the log is complete only after this zxid now: older segments were purged
         */
        void snapshotEnded(long zxid, long floorZxid);

        /**
         * How much room is left.
         *
         * @param isShort whether that is less than the reserve, or has been and is not clearly more yet
         */
        void room(long usableBytes, boolean isShort);

        void staged(long generation);

        /**
         * A write, fsync or read failed: never retried. The member leaves the quorum and stops with its own exit code.
         */
        void failed(String what, Exception cause);
    }
}
