package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Event;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the disk has done, handed to those who wait for it: the protocol, the tree that is loaded, learners, snapshots.
 */
final class DiskEvents implements Storage.Listener {
    private final Owner owner;
    private final Storage storage;
    private final Replica replica;
    private final SnapshotTaker snapshots;
    private final SnapshotReceiver received;
    private final Feeder feeder;
    private final Lender lender;
    private @Nullable Supplier<Event> afterLoading;

    /** The member whose disk it is. */
    interface Owner {
        void step(Event event);

        /** The tree was loaded for the first time. */
        void loaded();

        /** The tree was loaded again; {@code event} comes before all that came in meanwhile. */
        void loadedAgain(Event event);

        void foundingSaved();

        void room(long usableBytes, boolean isShort);

        /** The tree is about to be loaded again. */
        void treeLost();

        void failed(String what, Exception cause);
    }

    DiskEvents(Owner owner, Storage storage, Replica replica, SnapshotTaker snapshots, SnapshotReceiver received,
            Feeder feeder, Lender lender) {
        this.owner = owner;
        this.storage = storage;
        this.replica = replica;
        this.snapshots = snapshots;
        this.received = received;
        this.feeder = feeder;
        this.lender = lender;
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
        Supplier<Event> event = afterLoading;
        afterLoading = null;
        if (event == null)
            owner.loaded();
        else
            owner.loadedAgain(event.get());
    }

    @Override
    public void appended(long generation, long zxid) {
        received.appended(zxid);
        owner.step(new Event.Appended(generation, zxid));
    }

    @Override
    public void epochsSaved(long generation) {
        Event event = new Event.EpochsSaved(generation);
        if (received.takeRefilled())
            loadAgain(() -> event);
        else
            owner.step(event);
    }

    @Override
    public void truncated(long generation, long zxid) {
        Event event = new Event.Truncated(generation, zxid);
        if (replica.tree().lastZxid() <= zxid) {
            owner.step(event);
            return;
        }
        // Recovery had applied entries that are not part of the leader's history.
        loadAgain(() -> event);
    }

    @Override
    public void filled(long generation, List<Hole> holes, @Nullable Recovered whole) {
        if (whole == null)
            owner.step(new Event.Filled(generation, holes));
        else
            loadAgain(() -> new Event.Repaired(generation, whole, replica.loadedConfigurations()));
    }

    @Override
    public void recordsRead(long token, List<Entry> entries) {
        lender.read(token, entries);
    }

    /** The disk holds another history than the tree: the tree is built anew before the protocol hears of it. */
    private void loadAgain(Supplier<Event> then) {
        owner.treeLost();
        afterLoading = then;
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
    public void snapshotEnded(long zxid, long floorZxid) {
        snapshots.done(zxid != Zxid.NONE);
        owner.step(new Event.FloorRaised(floorZxid));
    }

    @Override
    public void room(long usableBytes, boolean isShort) {
        snapshots.diskShort(isShort);
        owner.room(usableBytes, isShort);
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
