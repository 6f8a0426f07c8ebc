package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Event;
import dev.quorate.ensemble.zab.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the disk has done, handed to those who wait for it: the protocol, the tree that is loaded, learners, snapshots. */
final class DiskEvents implements Storage.Listener {
    private final Owner owner;
    private final Storage storage;
    private final Replica replica;
    private final SnapshotTaker snapshots;
    private final SnapshotReceiver received;
    private final Feeder feeder;
    private @Nullable Event afterLoading;

    /** The member whose disk it is. */
    interface Owner {
        void step(Event event);

        /** The tree was loaded for the first time. */
        void loaded();

        /** The tree was loaded again; {@code event} comes before all that came in meanwhile. */
        void loadedAgain(Event event);

        void foundingSaved();

        /** The tree is about to be loaded again. */
        void treeLost();

        void failed(String what, Exception cause);
    }

    DiskEvents(Owner owner, Storage storage, Replica replica, SnapshotTaker snapshots, SnapshotReceiver received,
            Feeder feeder) {
        this.owner = owner;
        this.storage = storage;
        this.replica = replica;
        this.snapshots = snapshots;
        this.received = received;
        this.feeder = feeder;
    }

    /** Whether the tree is being loaded again: until then nothing may be committed to half a tree. */
    boolean isLoadingAgain() {
        return afterLoading != null;
    }

    @Override
    public void snapshotLoading(Payload bytes) {
        replica.loadSnapshot(bytes);
    }

    @Override
    public void entriesLoaded(List<Entry> entries) {
        replica.loadEntries(entries);
        snapshots.applied(entries.size());
    }

    @Override
    public void loaded(long lastZxid) {
        replica.endLoading(lastZxid);
        Event event = afterLoading;
        afterLoading = null;
        if (event == null)
            owner.loaded();
        else
            owner.loadedAgain(event);
    }

    @Override
    public void appended(long generation, long zxid) {
        received.appended(zxid);
        owner.step(new Event.Appended(generation, zxid));
    }

    @Override
    public void epochsSaved(long generation) {
        owner.step(new Event.EpochsSaved(generation));
    }

    @Override
    public void truncated(long generation, long zxid) {
        Event event = new Event.Truncated(generation, zxid);
        if (replica.tree().lastZxid() <= zxid) {
            owner.step(event);
            return;
        }
        // Recovery had applied entries that are not part of the leader's history.
        owner.treeLost();
        afterLoading = event;
        replica.beginLoading();
        storage.load();
    }

    @Override
    public void fenced(long generation, long zxid) {
        owner.step(new Event.Fenced(generation, zxid));
    }

    @Override
    public void foundingSaved() {
        owner.foundingSaved();
        owner.step(new Event.FoundingSaved());
    }

    @Override
    public void historyRead(long token, List<Entry> entries) {
        feeder.historyRead(token, entries);
    }

    @Override
    public void snapshotRead(long token, long zxid, long offset, Payload bytes, boolean last) {
        feeder.snapshotRead(token, zxid, offset, bytes, last);
    }

    @Override
    public void snapshotBytesWritten() {
        snapshots.written();
    }

    @Override
    public void snapshotTaken(long zxid, long floorZxid) {
        snapshots.done();
        owner.step(new Event.FloorRaised(floorZxid));
    }

    @Override
    public void staged(long generation) {
        Event event = received.staged(generation);
        if (event != null)
            owner.step(event);
    }

    @Override
    public void failed(String what, Exception cause) {
        owner.failed(what, cause);
    }
}
