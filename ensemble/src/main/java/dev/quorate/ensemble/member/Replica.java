package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.tree.WatchSink;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.SnapshotCodec;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.ConfigurationAt;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This member's data tree: built from disk, or from a leader's snapshot, then moved on entry by entry. */
final class Replica {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final WatchSink events;
    private final Levels levels;
    private DataTree tree;
    private SnapshotCodec.@Nullable Reader loading;
    private SnapshotCodec.@Nullable Reader staging;
    private @Nullable DataTree staged;
    private final List<ConfigurationAt> loadedConfigurations = new ArrayList<>();

    Replica(WatchSink events, Levels levels) {
        this.events = events;
        this.levels = levels;
        this.tree = new DataTree(events, levels);
    }

    DataTree tree() {
        return tree;
    }

    /** Told of every entry that was applied, before the next one is. */
    interface Observer {
        void applied(Entry entry, Txn txn, Outcome outcome);
    }

    // From disk.

    /** What is on disk will be loaded; the present tree goes. */
    void beginLoading() {
        tree = new DataTree(events, levels);
        loading = null;
        loadedConfigurations.clear();
    }

    void loadSnapshot(Payload bytes) {
        if (loading == null)
            loading = new SnapshotCodec.Reader(events, levels);
        accept(loading, bytes);
    }

    void loadEntries(List<Entry> entries) {
        endSnapshot();
        for (Entry entry : entries) {
            tree.apply(entry.zxid(), entry.timeMs(), decode(entry));
            Configuration brought = TxnCodec.configuration(entry);
            if (brought != null)
                loadedConfigurations.add(new ConfigurationAt(entry.zxid(), brought));
        }
    }

    /**
     * The configurations in what was loaded, in their order: that of the snapshot, then those of the entries after it.
     */
    List<ConfigurationAt> loadedConfigurations() {
        return List.copyOf(loadedConfigurations);
    }

    /** @throws IllegalStateException when the disk did not give everything up to {@code lastZxid} */
    void endLoading(long lastZxid) {
        endSnapshot();
        if (tree.lastZxid() != lastZxid) {
            throw new IllegalStateException("loaded up to " + tree.lastZxid() + ", the log ends at " + lastZxid);
        }
    }

    private void endSnapshot() {
        if (loading == null)
            return;
        tree = finish(loading);
        loading = null;
        Configuration configuration = tree.configuration();
        if (configuration != null)
            loadedConfigurations.add(new ConfigurationAt(tree.lastZxid(), configuration));
    }

    // From a leader.

    void beginStaging() {
        staging = new SnapshotCodec.Reader(events, levels);
        staged = null;
    }

    void stage(Payload bytes) {
        if (staging != null)
            accept(staging, bytes);
    }

    /** @return the tree of the snapshot */
    DataTree endStaging() {
        if (staging == null)
            throw new IllegalStateException("no snapshot is being staged");
        staged = finish(staging);
        staging = null;
        return staged;
    }

    /**
     * Entries that follow the staged snapshot. They go to the staged tree at once, committed or not, as on recovery: it
     * is shown only when all of them are committed, and a long catch-up does not pile up in memory.
     */
    void applyStaged(List<Entry> entries) {
        if (staged == null)
            return;
        for (Entry entry : entries)
            staged.apply(entry.zxid(), entry.timeMs(), decode(entry));
    }

    void dropStaged() {
        staging = null;
        staged = null;
    }

    /** The staged tree is the tree now. */
    void install() {
        if (staged == null)
            throw new IllegalStateException("nothing is staged");
        tree = staged;
        staged = null;
    }

    private static void accept(SnapshotCodec.Reader reader, Payload bytes) {
        try {
            reader.accept(bytes.bytes());
        } catch (MalformedPacket e) {
            throw new IllegalStateException("a snapshot with good checksums can't be read", e);
        }
    }

    private static DataTree finish(SnapshotCodec.Reader reader) {
        try {
            return reader.finish();
        } catch (MalformedPacket e) {
            throw new IllegalStateException("a snapshot with good checksums is not whole", e);
        }
    }

    // Entry by entry.

    void apply(List<Entry> entries, Observer observer) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.zxid() <= tree.lastZxid())
                continue;
            Txn txn = decode(entry);
            Outcome outcome = tree.apply(entry.zxid(), entry.timeMs(), txn);
            if (outcome instanceof Outcome.Failed failed && failed.error() == ErrorCode.SYSTEM_ERROR)
                report(entry);
            observer.applied(entry, txn, outcome);
        }
    }

    /** Every member decides alike that the command failed; what went wrong is a bug, and its trace is wanted. */
    private void report(Entry entry) {
        RuntimeException fault = tree.takeFault();
        if (fault != null)
            LOG.error("{} could not be applied; nothing of it was", Zxid.text(entry.zxid()), fault);
    }

    private static Txn decode(Entry entry) {
        try {
            return TxnCodec.decode(entry.payload());
        } catch (MalformedPacket e) {
            throw new IllegalStateException("an entry with a good checksum can't be read", e);
        }
    }
}
