package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, at a start, what a data folder holds and whether its member may vote with it. Nothing is changed before
 * that is decided but the worse copy of the epoch file; of a disk that stays out nothing is changed at all.
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
            case EpochFile.Found.Nothing nothing -> folders.histories().isEmpty() ? fresh() : lost();
            case EpochFile.Found.Lost lost -> lost();
        };
    }

    private Opened fresh() throws IOException {
        if (disk.list(settings.dataDir()).contains("version-2"))
            throw new DataRefused(
                    settings.dataDir() + " holds the data of an Apache ZooKeeper server, which cannot be read:"
                            + " give this member an empty folder (dataDir).");
        if (settings.mustBeFounded())
            return staysOut(Opened.unknown("The disk is empty, and the ensemble was founded before: what this member"
                    + " promised and logged is lost. Replace the member."));
        DiskState state = DiskState.empty(settings, newIncarnation());
        epochFile.write(state);
        return recover(state);
    }

    private Opened lost() {
        return staysOut(
                Opened.unknown("The epoch file in " + settings.dataDir() + " is missing or damaged, and so are the"
                        + " promises that it held. Replace the member."));
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
        return recover(state);
    }

    private Opened recover(DiskState state) throws IOException {
        Snapshots snapshots = new Snapshots(disk, folders.snapshots(state.history()));
        String logDir = folders.logs(state.history());
        LogRecovery.Result found = new LogRecovery(disk, logDir, window).run(state.newestSegment(), state.mark());
        TxnLog log = new TxnLog(disk, logDir, settings, found.chain(), found.end());
        History history = new History(state.history(), log, snapshots);
        Long snapshot = history.snapshotBefore(found.end().zxid());
        boolean loadable = snapshot != null || found.floor().zxid() == Zxid.NONE;
        String reason = reasonToStayOut(state, found, snapshots, loadable);
        Recovered recovered = new Recovered(state.acceptedEpoch(), state.currentEpoch(),
                loadable ? found.end().zxid() : Zxid.NONE, loadable ? found.floor().zxid() : Zxid.NONE,
                loadable ? List.copyOf(found.epochEnds()) : List.of(), loadable ? found.end().timeMs() : 0,
                state.owner().founding(), reason);
        if (reason != null)
            return new Opened(identity(state, recovered), loadable ? history : null, null, locks);
        DiskState opened = takeOver(state, found, log);
        HistoryStore store = new HistoryStore(disk, settings, window, epochFile, opened, history);
        return new Opened(identity(opened, recovered), history, store, locks);
    }

    private @Nullable String reasonToStayOut(
            DiskState state, LogRecovery.Result found, Snapshots snapshots, boolean loadable) {
        String claim = state.owner().claimUid();
        if (!claim.isEmpty() && !settings.claimUid().isEmpty() && !claim.equals(settings.claimUid()))
            return "The data was written under the claim " + claim + ", and this is the claim " + settings.claimUid()
                    + ": a copy, or an older state. Replace the member.";
        if (found.damage() != null)
            return "The log is damaged: " + found.damage() + ". Replace the member.";
        if (!snapshots.zxids().isEmpty() && snapshots.zxids().getLast() > found.end().zxid())
            return "The log is damaged: it ends at " + Zxid.text(found.end().zxid()) + ", and there is a snapshot at "
                    + Zxid.text(snapshots.zxids().getLast()) + ". Replace the member.";
        if (!loadable)
            return "The log is damaged: " + (found.gap() == null ? "it begins" : found.gap() + ", it is whole only")
                    + " after " + Zxid.text(found.floor().zxid())
                    + ", and no intact snapshot reaches there. Replace the member.";
        return null;
    }

    /** Makes what was recovered durable, clears away what is not part of it, and raises the boot number. */
    private DiskState takeOver(DiskState state, LogRecovery.Result found, TxnLog log) throws IOException {
        for (Long number : folders.histories())
            if (number != state.history())
                folders.delete(number);
        folders.create(state.history());
        String logDir = folders.logs(state.history());
        String snapshotDir = folders.snapshots(state.history());
        disk.delete(snapshotDir + "/" + SnapshotFormat.UNFINISHED);
        disk.syncDir(snapshotDir);
        long highest = deleteStraySegments(logDir, found);
        if (!found.chain().isEmpty()) {
            // What a killed process wrote may be in memory only, and is about to be voted with.
            try (DiskFile newest = disk.open(found.chain().getLast().path)) {
                newest.force();
            }
        }
        if (!found.newestIsUnused())
            log.beginSegment(highest);
        DiskState.Owner owner = state.owner();
        DiskState.Owner adopted = new DiskState.Owner(
                settings.clusterId().isEmpty() ? owner.clusterId() : settings.clusterId(), owner.founding(),
                owner.memberId(), owner.incarnation(),
                settings.claimUid().isEmpty() ? owner.claimUid() : settings.claimUid());
        DiskState opened = state.withOwner(adopted).withBoot(state.boot() + 1).withLog(state.history(),
                log.newestNumber(), found.end());
        epochFile.write(opened);
        return opened;
    }

    /**
     * Deletes segments that no other goes on from: unfinished, cut off, or below a gap. Gives the highest number seen.
     */
    private long deleteStraySegments(String logDir, LogRecovery.Result found) throws IOException {
        long highest = 0;
        for (String name : disk.list(logDir)) {
            Long number = Segment.number(name);
            if (number == null)
                continue;
            highest = Math.max(highest, number);
            if (found.chain().stream().noneMatch(each -> each.header.number() == number))
                disk.delete(logDir + "/" + name);
        }
        disk.syncDir(logDir);
        return highest;
    }

    private static Storage.Identity identity(DiskState state, Recovered recovered) {
        return new Storage.Identity(state.owner().clusterId(), state.owner().incarnation(), state.boot(), recovered);
    }

    private Opened staysOut(Recovered recovered) {
        return new Opened(new Storage.Identity(settings.clusterId(), newIncarnation(), 1, recovered), null, null,
                locks);
    }

    private long newIncarnation() {
        long incarnation = 0;
        while (incarnation == 0)
            incarnation = settings.random().getAsLong();
        return incarnation;
    }
}
