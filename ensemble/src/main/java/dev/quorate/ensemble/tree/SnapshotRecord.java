package dev.quorate.ensemble.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One piece of a snapshot: a {@link Header} first, the others in any order, {@link End} last. */
public sealed interface SnapshotRecord {
    /**
     * The scalars of the tree.
     *
     * @param zxid the snapshot is exactly the tree after this entry
     * @param timeMs that entry's time
     * @param digest the tree's digest there
     * @param membership the members there; null before the founding entry
     */
    record Header(long zxid, long timeMs, long digest, String clusterId, Bytes clusterKey,
            @Nullable Membership membership) implements SnapshotRecord {}

    record OriginRow(OriginSeq origin) implements SnapshotRecord {}

    record SessionRow(Session session) implements SnapshotRecord {}

    /**
     * A znode.
     *
     * @param id its number in the tree, the root's is 0; names the parent of others
     * @param parent its parent's number; the root's is −1
     * @param ephemeralOwner its session, 0 for none
     * @param createdChildren children ever created under it, wraps around
     */
    record Znode(int id, int parent, Bytes name, long czxid, long mzxid, long pzxid, long ctimeMs, long mtimeMs,
            int version, int createdChildren, int aversion, long ephemeralOwner, boolean container, List<Acl> acl,
            @Nullable Bytes data) implements SnapshotRecord {}

    record End(long znodes, long sessions) implements SnapshotRecord {}
}
