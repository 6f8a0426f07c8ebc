package dev.quorate.ensemble.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Builds a tree from the records of a snapshot, as they come. */
public final class Loader {
    /** Numbers of znodes above this are taken for damage. */
    private static final int MAX_ID = 1 << 30;

    private final WatchSink watchSink;
    private final Levels levels;
    private final State state = new State();
    private SnapshotRecord.@Nullable Header header;
    private boolean ended;

    public Loader(WatchSink watchSink, Levels levels) {
        this.watchSink = watchSink;
        this.levels = levels;
    }

    /**
     * @throws IllegalArgumentException when the record can't belong to a snapshot, or not here
     * @throws UnknownLevel when the snapshot is of a level that is not known here
     */
    public void load(SnapshotRecord record) {
        require(!ended, "a record behind the end");
        require((header == null) == (record instanceof SnapshotRecord.Header), "the header is not the first record");
        switch (record) {
            case SnapshotRecord.Header first -> begin(first);
            case SnapshotRecord.OriginRow row -> state.origins.put(row.origin());
            case SnapshotRecord.SessionRow row -> state.sessions.put(row.session());
            case SnapshotRecord.Znode row -> place(row);
            case SnapshotRecord.End end -> {
                require(end.znodes() == state.znodes.count(), "the snapshot has " + state.znodes.count()
                        + " znodes and says " + end.znodes());
                require(end.sessions() == state.sessions.size(), "the snapshot has " + state.sessions.size()
                        + " sessions and says " + end.sessions());
                ended = true;
            }
        }
    }

    /** @throws IllegalArgumentException when the records are not a whole snapshot, or its digest is another */
    public DataTree finish() {
        SnapshotRecord.Header first = header;
        if (first == null || !ended) {
            throw new IllegalArgumentException("the snapshot has no end");
        }
        require(state.znodes.live(Znodes.ROOT), "the snapshot has no root");
        enterAll();
        state.znodes.releaseUnused();
        state.settle();
        require(state.digest() == first.digest(), "the digest of the snapshot is 0x" + Long.toHexString(first.digest())
                + " and that of its records 0x" + Long.toHexString(state.digest()));
        return new DataTree(state, watchSink, levels);
    }

    private void begin(SnapshotRecord.Header first) {
        header = first;
        state.lastZxid = first.zxid();
        state.lastTimeMs = first.timeMs();
        state.clusterId = first.clusterId();
        state.membership = first.membership();
        if (first.membership() != null) {
            levels.check(first.membership().configuration().level());
            state.sessions.setClusterKey(first.clusterKey());
        }
    }

    private void place(SnapshotRecord.Znode row) {
        Znodes znodes = state.znodes;
        require(row.id() >= 0 && row.id() <= MAX_ID && !znodes.live(row.id()), "znode " + row.id() + " again");
        boolean root = row.id() == Znodes.ROOT;
        require(root == (row.parent() == Znodes.NONE) && row.parent() <= MAX_ID && row.parent() >= Znodes.NONE,
                "znode " + row.id() + " has parent " + row.parent());
        Bytes name = row.name();
        long nameHash = Hash.name(name.array(), name.offset(), name.offset() + name.length());
        int acl = state.acls.number(row.acl());
        znodes.place(row.id(), row.parent(), Znode.load(row, acl), nameHash);
    }

    /** Goes through the tree from the root and counts every znode in, and every parent's children. */
    private void enterAll() {
        Znodes znodes = state.znodes;
        long[] hashes = new long[16];
        hashes[0] = Hash.ROOT;
        int depth = 0;
        int id = Znodes.ROOT;
        long entered = 0;
        while (id != Znodes.NONE) {
            enter(id, hashes[depth]);
            entered++;
            int next = znodes.firstChild(id);
            if (next != Znodes.NONE) {
                depth++;
                hashes = depth == hashes.length ? Arrays.copyOf(hashes, depth * 2) : hashes;
            }
            while (next == Znodes.NONE && id != Znodes.ROOT) {
                next = znodes.nextSibling(id);
                if (next == Znodes.NONE) {
                    id = znodes.parent(id);
                    depth--;
                }
            }
            id = next;
            if (id != Znodes.NONE) {
                byte[] node = znodes.node(id);
                int at = Znode.nameAt(node);
                hashes[depth] = Hash.mix(hashes[depth - 1], Hash.name(node, at, at + Znode.nameLength(node)));
            }
        }
        require(entered == znodes.count(), (znodes.count() - entered) + " znodes have no parent");
    }

    private void enter(int id, long pathHash) {
        Znodes znodes = state.znodes;
        int children = 0;
        for (int child = znodes.firstChild(id); child != Znodes.NONE; child = znodes.nextSibling(child)) {
            require(znodes.live(child), "znode " + child + " is named and missing");
            children++;
        }
        byte[] node = znodes.node(id);
        if (children > 0) {
            if (!Znode.hasChildrenBlock(node)) {
                node = Znode.withChildren(node);
                znodes.set(id, node);
            }
            Znode.setChildren(node, Znode.createdChildren(node), children, Znode.pzxid(node));
        }
        state.entered(id, node, pathHash);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("damaged snapshot: " + message);
        }
    }
}
