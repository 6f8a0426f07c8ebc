package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member changes on its disk: the epoch file, the history, and what is to replace it or the damaged end of it.
 * Everything is durable when a method returns, unless it says otherwise. Owned by the log's thread.
 */
final class HistoryStore implements Closeable {
    private final Disk disk;
    private final StorageSettings settings;
    private final Folders folders;
    private final EpochFile epochFile;
    private final Window window;
    private final Room room;
    private DiskState state;
    private History current;
    private Remains remains;
    private @Nullable Staged staged;
    /** What a leader's entries are appended to; the next epochs put it in the place of the damaged log. */
    private @Nullable Refill refill;
    /** What others lend to make the damaged log what it was; in its place as soon as it is complete. */
    private @Nullable Refill filling;
    private @Nullable SnapshotWriter snapshot;
    private long snapshotTimeMs;
    private boolean snapshotDidNotFit;

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
            History current, Remains remains) {
        this.window = window;
        this.disk = disk;
        this.settings = settings;
        this.epochFile = epochFile;
        this.state = state;
        this.current = current;
        this.remains = remains;
        folders = new Folders(disk, settings);
        room = new Room(disk, settings);
        current.log().tell(this::segmentBegun);
    }

    /** What this disk holds, as the protocol is told. */
    Recovered recovered() {
        LogPoint end = current.log().end();
        List<Hole> holes = remains.holesAfter(end.zxid());
        return new Recovered(state.acceptedEpoch(), state.currentEpoch(), holes.isEmpty()
                ? end.zxid()
                : remains.claimZxid(), current.log().floor().zxid(), List.copyOf(remains.intact().epochEnds()),
                end.timeMs(), state.owner().founding(), holes, state.owner().lost());
    }

    /** What is left for all this. */
    Room room() {
        return room;
    }

    /** The history in force. */
    History current() {
        return current;
    }

    /** What can be read of the log besides the history in force: nothing unless it is damaged. */
    List<LogRun> readableLater() {
        return remains.later();
    }

    /** The log to which entries are appended now. */
    TxnLog log() {
        if (refill != null)
            return refill.log();
        return staged != null && staged.history != null ? staged.history.log() : current.log();
    }

    private void segmentBegun(LogFormat.SegmentHeader header, LogPoint durable) throws IOException {
        save(state.withLog(current.number(), header, durable));
    }

    private void save(DiskState next) throws IOException {
        epochFile.write(next);
        state = next;
    }

    void saveFounding(String clusterId, List<FoundingMember> founding) throws IOException {
        DiskState.Owner owner = state.owner();
        save(state.withOwner(new DiskState.Owner(clusterId, List.copyOf(founding), owner.memberId(),
                owner.incarnation(), owner.claimUid(), owner.lost())));
    }

    /** Saves the epochs; what is staged to replace the history, or its damaged end, does so in the same moment. */
    void saveEpochs(long acceptedEpoch, long currentEpoch) throws IOException {
        boolean first = state.currentEpoch() == 0 && currentEpoch > 0;
        DiskState saved = state.withEpochs(acceptedEpoch, currentEpoch);
        if (refill != null)
            refilled(saved, refill);
        else if (staged != null && staged.history != null)
            replaced(saved, staged.history);
        else if (remains.isWhole())
            save(saved.withLog(current.number(), current.log().newestHeader(), current.log().end()));
        else
            save(saved);
        if (first)
            folders.deleteOthers(current.number());
    }

    private void replaced(DiskState saved, History next) throws IOException {
        save(saved.withLog(next.number(), next.log().newestHeader(), next.log().end()));
        abandonSnapshot();
        History old = current;
        current = next;
        staged = null;
        remains = Remains.whole(LogRun.empty(next.log().end()));
        next.log().tell(this::segmentBegun);
        old.close();
        folders.delete(old.number());
    }

    /** The damaged log is not needed any more, nor are snapshots that could not be read. */
    private void refilled(DiskState saved, Refill done) throws IOException {
        TxnLog log = done.log();
        save(saved.withLog(current.number(), log.newestHeader(), log.end()));
        current.log().close();
        current.snapshots().cut(remains.intact().end().zxid());
        current = new History(current.number(), log, current.snapshots());
        remains = Remains.whole(new LogRun(log.segments(), log.end(), done.epochEnds()));
        refill = null;
        filling = null;
        log.tell(this::segmentBegun);
        log.deleteOthers();
    }

    /** Starts to replace the damaged log from {@code afterZxid} on: what is appended from now on goes on from there. */
    void beginRefill(long afterZxid) throws IOException {
        dropStaged();
        refill = refillFrom(afterZxid);
    }

    private Refill refillFrom(long afterZxid) throws IOException {
        if (remains.isWhole())
            throw new IllegalStateException(current.log() + " is not damaged");
        TxnLog log = current.log();
        long floor = log.floor().zxid();
        boolean reachable = afterZxid == log.end().zxid()
                || (afterZxid >= floor && (floor == Zxid.NONE || current.snapshotBefore(afterZxid) != null));
        LogPoint point = reachable ? log.find(afterZxid, window) : null;
        if (point == null)
            throw new IllegalStateException(log + " cannot be refilled from " + Zxid.text(afterZxid));
        return new Refill(disk, window, settings.limits().batchBytes(), remains, log, point, state.mark());
    }

    /**
     * Fills the first hole with entries that others have; once all holes are filled the log is what it was before the
     * damage.
     *
     * @return what is still missing
     */
    List<Hole> fill(List<Entry> entries) throws IOException {
        Refill lent = filling == null ? refillFrom(current.log().end().zxid()) : filling;
        filling = lent;
        if (!lent.fill(entries)) {
            dropStaged();
            return remains.holes();
        }
        List<Hole> holes = lent.holes();
        if (holes.isEmpty())
            refilled(state, lent);
        return holes;
    }

    /** Drops all entries after {@code zxid}. */
    void truncate(long zxid) throws IOException {
        if (staged != null || !remains.isWhole())
            throw new IllegalStateException("a history that is staged or damaged cannot be cut");
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
        if (refill != null) {
            refill.drop(current.log());
            refill = null;
        }
        if (filling != null) {
            filling.drop(current.log());
            filling = null;
        }
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
        folders.delete(number);
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
        snapshotDidNotFit = false;
        snapshot = new SnapshotWriter(disk, folders.snapshots(current.number()), zxid);
        snapshotTimeMs = timeMs;
    }

    /**
     * Nothing happens when the history that the snapshot belongs to was replaced in the meantime, or it does not fit.
     */
    void writeSnapshot(Payload bytes) throws IOException {
        if (snapshot == null)
            return;
        if (room.takesSnapshotOf(bytes.size())) {
            snapshot.write(bytes);
        } else {
            abandonSnapshot();
            snapshotDidNotFit = true;
        }
    }

    /**
     * Completes the snapshot and purges what is not needed any more; and if there was no room for it, what can be
     * spared.
     *
     * @param readFrom the lowest zxid after which somebody still reads the log
     * @return where it is exact, {@code Zxid.NONE} when there was no room for it; null when the history that it belongs
     *     to was replaced in the meantime
     */
    @Nullable
    Long endSnapshot(long readFrom) throws IOException {
        SnapshotWriter finished = snapshot;
        if (finished == null) {
            if (!snapshotDidNotFit)
                return null;
            purge(readFrom);
            return Zxid.NONE;
        }
        if (finished.zxid() > current.log().end().zxid())
            throw new IllegalStateException("a snapshot at " + Zxid.text(finished.zxid()) + " is beyond the durable "
                    + current.log());
        snapshot = null;
        finished.finish(snapshotTimeMs);
        current.snapshots().add(finished.zxid(), snapshotTimeMs);
        purge(readFrom);
        return finished.zxid();
    }

    /** Short of room, only what is needed to start again is kept. */
    private void purge(long readFrom) throws IOException {
        if (current.snapshots().zxids().isEmpty())
            return;
        StorageSettings.Limits limits = settings.limits();
        long oldest = current.snapshots().purge(room.isShort() ? 1 : limits.snapshotsKept());
        current.log().purge(Math.min(oldest, readFrom), room.isShort() ? 0 : limits.logKeptBytes());
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
        if (refill != null)
            refill.close();
        if (filling != null)
            filling.close();
        current.close();
        epochFile.close();
    }
}
