package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.member.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, at a start, what a data folder holds. Nothing is changed before that is decided but the worse copy of the
 * epoch file. What is damaged stays as it is until it is refilled. Where it is not known any more what was promised or
 * how much was acknowledged, the member begins anew, beside the old data, under a new incarnation.
 */
final class Opening {
    private final Disk disk;
    private final StorageSettings settings;
    private final Folders folders;
    private final List<Closeable> locks;
    private final EpochFile epochFile;
    private final Window window;

    Opening(Disk disk, StorageSettings settings, Window window, Folders folders, List<Closeable> locks) {
        this.window = window;
        this.disk = disk;
        this.settings = settings;
        this.folders = folders;
        this.locks = locks;
        epochFile = new EpochFile(disk, settings.dataDir());
    }

    Opened run() throws IOException {
        return switch (epochFile.read()) {
            case EpochFile.Found.State found -> known(found.state());
            case EpochFile.Found.Nothing nothing -> folders.histories().isEmpty() ? fresh() : promisesLost();
            case EpochFile.Found.Lost lost -> promisesLost();
        };
    }

    private Opened fresh() throws IOException {
        if (disk.list(settings.dataDir()).contains("version-2"))
            throw new DataRefused(
                    settings.dataDir() + " holds the data of an Apache ZooKeeper server, which cannot be read:"
                            + " give this member an empty folder (dataDir).");
        DiskState state = DiskState.empty(settings, newIncarnation());
        if (settings.mustBeFounded())
            return emptied(state);
        epochFile.write(state);
        return recover(state);
    }

    private Opened emptied(DiskState state) throws IOException {
        return beginAnew(state, "the disk is empty although the ensemble was founded before: what this member promised"
                + " and logged is lost");
    }

    private Opened promisesLost() throws IOException {
        return beginAnew(DiskState.empty(settings, 0), "both copies of the epoch file in " + settings.dataDir()
                + " are missing or damaged, and so are the promises that they held");
    }

    /**
     * An empty history beside what is there, under a new incarnation: nothing that this disk once said counts any more.
     */
    private Opened beginAnew(DiskState before, String lost) throws IOException {
        long number = folders.histories().isEmpty() ? 1 : folders.histories().last() + 1;
        DiskState state = before.anew(newIncarnation(), number, settings.claimUid(), lost);
        epochFile.write(state);
        return recover(state);
    }

    private Opened known(DiskState state) throws IOException {
        DiskState.Owner owner = state.owner();
        if (owner.memberId() != settings.memberId())
            throw new DataRefused(
                    settings.dataDir() + " belongs to member " + owner.memberId() + ", and this is member "
                            + settings.memberId() + ": correct the id (myid, QUORATE_ID) or the folder (dataDir).");
        String clusterId = settings.clusterId();
        if (!clusterId.isEmpty() && !owner.clusterId().isEmpty() && !owner.clusterId().equals(clusterId)
                && !state.isUnused())
            throw new DataRefused(
                    settings.dataDir() + " belongs to the ensemble " + owner.clusterId() + ", and this is "
                            + clusterId + ": correct the clusterId (QUORATE_CLUSTER_ID) or the folder (dataDir).");
        boolean otherClaim = !owner.claimUid().isEmpty() && !settings.claimUid().isEmpty()
                && !owner.claimUid().equals(settings.claimUid());
        if (otherClaim)
            return beginAnew(state, "the data was written under the claim " + owner.claimUid()
                    + ", and this is the claim " + settings.claimUid() + ": it is a copy, or an older state");
        if (settings.mustBeFounded() && state.isUnused() && owner.lost() == null)
            return emptied(state);
        return recover(state);
    }

    private Opened recover(DiskState state) throws IOException {
        Snapshots snapshots = new Snapshots(disk, folders.snapshots(state.history()));
        String logDir = folders.logs(state.history());
        LogRecovery.Result found = new LogRecovery(disk, logDir, window, state.newest(), state.mark(),
                snapshots.highestZxid()).run();
        if (found.endIsLost())
            return beginAnew(state, "the log in " + logDir + " ends before what was acknowledged, and how much that was"
                    + " is not known");
        Remains remains = Remains.of(found, snapshots, state.mark());
        LogRun intact = remains.intact();
        TxnLog log = new TxnLog(disk, logDir, settings, intact.segments(), intact.end());
        DiskState opened = takeOver(state, found, remains, log);
        HistoryStore store = new HistoryStore(disk, settings, window, epochFile, opened,
                new History(state.history(), log, snapshots), remains);
        DiskState.Owner owner = opened.owner();
        return new Opened(
                new Storage.Identity(owner.clusterId(), owner.incarnation(), opened.boot(), store.recovered()),
                store, locks);
    }

    /** Makes what was recovered durable, clears away what is not part of it, and raises the boot number. */
    private DiskState takeOver(DiskState state, LogRecovery.Result found, Remains remains, TxnLog log)
            throws IOException {
        // What was lost may still be of use to a person until a leader's history is here.
        if (state.owner().lost() == null || state.currentEpoch() > 0)
            folders.deleteOthers(state.history());
        folders.create(state.history());
        String snapshotDir = folders.snapshots(state.history());
        disk.delete(snapshotDir + "/" + SnapshotFormat.UNFINISHED);
        disk.syncDir(snapshotDir);
        LogFormat.SegmentHeader newest = state.newest();
        if (newest != null)
            makeDurable(log.path(newest.number()), found.newestHeaderIsBad() ? newest : null);
        DiskState opened = state.withOwner(state.owner().adopting(settings.clusterId(), settings.claimUid()))
                .withBoot(state.boot() + 1);
        if (remains.isWhole()) {
            long highest = log.highestNumber();
            log.deleteOthers();
            if (!found.newestIsUnused() || log.segments().isEmpty())
                log.beginSegment(highest);
            opened = opened.withLog(state.history(), log.newestHeader(), log.end());
        }
        epochFile.write(opened);
        return opened;
    }

    /**
     * What a killed process wrote may be in memory only, and is about to be voted with.
     *
     * @param header written again when the one in the file is damaged
     */
    private void makeDurable(String path, LogFormat.@Nullable SegmentHeader header)
            throws IOException {
        try (DiskFile file = disk.open(path)) {
            if (header != null)
                file.write(LogFormat.encode(header, new Checksum()), 0);
            file.force();
        }
    }

    private long newIncarnation() {
        long incarnation = 0;
        while (incarnation == 0)
            incarnation = settings.random().getAsLong();
        return incarnation;
    }
}
