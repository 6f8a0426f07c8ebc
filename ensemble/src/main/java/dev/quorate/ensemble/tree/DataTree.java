package dev.quorate.ensemble.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicated tree with its sessions, and this member's watches on it. Not thread-safe: the loop owns it. */
public final class DataTree {
    /** An empty tree, before the founding entry. */
    public DataTree(WatchSink sink) {}

    /**
     * Applies a committed entry. Total: whatever it is, it has an outcome, and a failed one changes nothing but the table
     * of origins. Events it fires reach the sink before this returns.
     *
     * @param zxid greater than {@link #lastZxid()}
     */
    public Outcome apply(long zxid, long timeMs, Txn txn) {
        return new Outcome.Skipped();
    }

    /** Answers from the tree as it stands; events that a SetWatches finds missed reach the sink before this returns. */
    public Response read(Request.Read request, Caller caller) {
        return Response.Done.DONE;
    }

    /** A session proved to be more than it was: its armed watches are delivered by what it is now. */
    public void identify(Caller caller) {}

    /** The session's connection here ended: its watches go. */
    public void disconnected(long sessionId) {}

    /** The last entry applied; what replies name as the server's zxid. */
    public long lastZxid() {
        return 0;
    }

    public long lastTimeMs() {
        return 0;
    }

    /** The rules in force; 0 before the founding entry. */
    public int level() {
        return 0;
    }

    /** Empty before the founding entry. */
    public String clusterId() {
        return "";
    }

    /** The zxid of the entry that set {@code /zookeeper/config}. */
    public long configVersion() {
        return 0;
    }

    /** Equal on all members at the same zxid. */
    public long digest() {
        return 0;
    }

    public int znodeCount() {
        return 0;
    }

    public int ephemeralCount() {
        return 0;
    }

    public int watchCount() {
        return 0;
    }

    /** Bytes of names and data. */
    public long approximateDataSize() {
        return 0;
    }

    public int sessionCount() {
        return 0;
    }

    public @Nullable Session session(long sessionId) {
        return null;
    }

    /** All sessions, by id. */
    public List<Session> sessions() {
        return List.of();
    }

    /** Last seq applied of a member, or null when it never submitted anything. */
    public @Nullable OriginSeq origin(int memberId) {
        return null;
    }

    /** Paths of containers that had children and have none now; at most {@code limit}. */
    public List<String> emptyContainers(int limit) {
        return List.of();
    }

    /**
     * Begins a snapshot of the tree as it stands: {@link #walk} emits it in slices; between them entries may be applied,
     * which emit what they are about to change first.
     */
    public void startSnapshot(SnapshotSink sink) {}

    /**
     * Visits about {@code budget} znodes.
     *
     * @return whether the snapshot is complete
     */
    public boolean walk(int budget) {
        return true;
    }

    /** Drops the snapshot that is being taken. */
    public void abandonSnapshot() {}

    /** Builds a tree from the records of a snapshot. */
    public static final class Loader {
        public Loader(WatchSink sink) {}

        /** @throws IllegalArgumentException when the record can't belong to a snapshot */
        public void load(SnapshotRecord record) {}

        /** @throws IllegalArgumentException when the records are not a whole snapshot, or its digest is another */
        public DataTree finish() {
            return new DataTree(event -> {});
        }
    }
}
