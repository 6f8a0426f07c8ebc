package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member changes on its disk: the epoch file, the history, and one that is staged to replace it. Everything is
 * durable when a method returns, unless it says otherwise. Owned by the log's thread.
 */
final class HistoryStore implements Closeable {
    private final Disk disk;
    private final StorageSettings settings;
    private final Folders folders;
    private final EpochFile epochFile;
    private final Window window;
    private DiskState state;
    private History current;
    private @Nullable Staged staged;
    private @Nullable SnapshotWriter snapshot;
    private long snapshotTimeMs;

    /** A history in the making; it has a log as soon as its snapshot is complete. */
    private static final class Staged {
        final long number;
        final SnapshotWriter snapshot;
        @Nullable
        History history;

        Staged(long number, SnapshotWriter snapshot) {
            this.number = number;
            this.snapshot = snapshot;
        }
    }

    HistoryStore(Disk disk, StorageSettings settings, Window window, EpochFile epochFile, DiskState state,
            History current) {
        this.window = window;
        this.disk = disk;
        this.settings = settings;
        this.epochFile = epochFile;
        this.state = state;
        this.current = current;
        folders = new Folders(disk, settings);
        current.log().tell(this::segmentBegun);
    }

    /** The history in force. */
    History current() {
        return current;
    }

    /** The log to which entries are appended now. */
    TxnLog log() {
        return staged != null && staged.history != null ? staged.history.log() : current.log();
    }

    private void segmentBegun(long number, LogPoint durable) throws IOException {
        save(state.withLog(current.number(), number, durable));
    }

    private void save(DiskState next) throws IOException {
        epochFile.write(next);
        state = next;
    }

    void saveFounding(String clusterId, List<FoundingMember> founding) throws IOException {
        DiskState.Owner owner = state.owner();
        save(state.withOwner(new DiskState.Owner(clusterId, List.copyOf(founding), owner.memberId(),
                owner.incarnation(), owner.claimUid())));
    }

    /** Saves the epochs; when a history is staged it becomes the history in the same moment. */
    void saveEpochs(long acceptedEpoch, long currentEpoch) throws IOException {
        History next = staged == null ? null : staged.history;
        DiskState saved = state.withEpochs(acceptedEpoch, currentEpoch);
        if (next == null) {
            save(saved.withLog(current.number(), current.log().newestNumber(), current.log().end()));
            return;
        }
        save(saved.withLog(next.number(), next.log().newestNumber(), next.log().end()));
        abandonSnapshot();
        History old = current;
        current = next;
        staged = null;
        next.log().tell(this::segmentBegun);
        old.close();
        folders.delete(old.number());
    }

    /** Drops all entries after {@code zxid}. */
    void truncate(long zxid) throws IOException {
        if (staged != null)
            throw new IllegalStateException("a history that is staged cannot be cut");
        TxnLog log = current.log();
        if (zxid == log.end().zxid())
            return;
        long floor = log.floor().zxid();
        boolean reachable = zxid >= floor && (floor == Zxid.NONE || current.snapshotBefore(zxid) != null);
        LogPoint point = reachable && zxid < log.end().zxid() ? log.find(zxid, window) : null;
        if (point == null)
            throw new IllegalStateException(log + " cannot be cut at " + Zxid.text(zxid));
        if (snapshot != null && snapshot.zxid() > zxid)
            abandonSnapshot();
        current.snapshots().cut(zxid);
        log.cut(point, this::segmentBegun);
    }

    /** Drops what is staged. */
    void dropStaged() throws IOException {
        if (staged == null)
            return;
        closeStaged(staged);
        folders.delete(staged.number);
        staged = null;
    }

    private static void closeStaged(Staged staged) throws IOException {
        if (staged.history != null)
            staged.history.close();
        else
            staged.snapshot.close();
    }

    /** Starts to stage; nothing is durable before {@link #endStaging}. */
    void beginStaging(long zxid) throws IOException {
        dropStaged();
        long number = current.number() + 1;
        folders.create(number);
        staged = new Staged(number, new SnapshotWriter(disk, folders.snapshots(number), zxid));
    }

    void writeStaged(Payload bytes) throws IOException {
        if (staged == null || staged.history != null)
            throw new IllegalStateException("no snapshot is being staged");
        staged.snapshot.write(bytes);
    }

    void endStaging(long lastTimeMs) throws IOException {
        if (staged == null || staged.history != null)
            throw new IllegalStateException("no snapshot is being staged");
        SnapshotWriter writer = staged.snapshot;
        writer.finish(lastTimeMs);
        LogPoint start = new LogPoint(writer.zxid(), lastTimeMs, 0);
        TxnLog log = new TxnLog(disk, folders.logs(staged.number), settings, List.of(), start);
        log.beginSegment(0);
        staged.history = new History(staged.number, log, new Snapshots(disk, folders.snapshots(staged.number)));
    }

    /** Starts a snapshot; nothing of it is durable before {@link #endSnapshot}. */
    void beginSnapshot(long zxid, long timeMs) throws IOException {
        abandonSnapshot();
        snapshot = new SnapshotWriter(disk, folders.snapshots(current.number()), zxid);
        snapshotTimeMs = timeMs;
    }

    /** Nothing happens when the history that the snapshot belongs to was replaced in the meantime. */
    void writeSnapshot(Payload bytes) throws IOException {
        if (snapshot != null)
            snapshot.write(bytes);
    }

    /**
     * Completes the snapshot and purges what is not needed any more.
     *
     * @param readFrom the lowest zxid after which somebody still reads the log
     * @return where it is exact; {@code Zxid.NONE} when the history that it belongs to was replaced in the meantime
     */
    long endSnapshot(long readFrom) throws IOException {
        SnapshotWriter finished = snapshot;
        if (finished == null)
            return Zxid.NONE;
        if (finished.zxid() > current.log().end().zxid())
            throw new IllegalStateException("a snapshot at " + Zxid.text(finished.zxid()) + " is beyond the durable "
                    + current.log());
        snapshot = null;
        finished.finish(snapshotTimeMs);
        current.snapshots().add(finished.zxid());
        long oldest = current.snapshots().purge(settings.limits().snapshotsKept());
        current.log().purge(Math.min(oldest, readFrom));
        return finished.zxid();
    }

    void abandonSnapshot() throws IOException {
        if (snapshot != null)
            snapshot.abandon();
        snapshot = null;
    }

    @Override
    public void close() throws IOException {
        if (snapshot != null)
            snapshot.close();
        if (staged != null)
            closeStaged(staged);
        current.close();
        epochFile.close();
    }
}
