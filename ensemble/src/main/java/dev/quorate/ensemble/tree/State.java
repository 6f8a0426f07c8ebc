package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state and its few primitive changes. Each of them keeps the digest, the indexes and the snapshot that
 * is being taken in step, and can be undone until the entry is done.
 */
final class State {
    final Znodes znodes = new Znodes();
    final Acls acls = new Acls();
    final Sessions sessions = new Sessions();
    final Origins origins = new Origins();
    final TreeSet<Integer> containers = new TreeSet<>();

    String clusterId = "";
    /** Null before the founding entry. */
    @Nullable
    Membership membership;
    long lastZxid;
    long lastTimeMs;
    @Nullable
    SnapshotWalk snapshot;

    private final List<Undo> journal = new ArrayList<>();
    private @Nullable Membership digested;
    private long membershipDigest;
    private long znodeDigest;
    private long contentBytes;

    /** How to take back one primitive change. */
    private sealed interface Undo {
        record Added(int id, long pathHash) implements Undo {}

        record Removed(int id, int parent, byte[] node, long pathHash) implements Undo {}

        record Replaced(int id, byte[] before, long pathHash) implements Undo {}

        record ChildrenCounted(int id, int created, int count, long pzxid, long pathHash) implements Undo {}
    }

    /** Covers znodes, sessions, origins and what founding set. */
    long digest() {
        Membership present = membership;
        if (!Objects.equals(present, digested)) {
            digested = present;
            membershipDigest = present == null ? 0 : present.digest();
        }
        return Hash.mix(znodeDigest + sessions.digest() + origins.digest(), membershipDigest);
    }

    /** The zxid of the entry that set the members; 0 before the founding entry. */
    long configVersion() {
        return membership == null ? 0 : membership.configuration().version();
    }

    /** The rules in force; 0 before the founding entry. */
    int level() {
        return membership == null ? 0 : membership.configuration().level();
    }

    long contentBytes() {
        return contentBytes;
    }

    /** The entry is done: its changes stay. */
    void settle() {
        journal.clear();
        acls.settle();
    }

    /** Takes back all changes to znodes since the last {@link #settle}. */
    void undo() {
        List<Undo> undone = new ArrayList<>(journal);
        for (int i = undone.size() - 1; i >= 0; i--) {
            switch (undone.get(i)) {
                case Undo.Added added -> remove(added.id(), added.pathHash());
                case Undo.Removed removed -> {
                    znodes.reclaim(removed.id());
                    place(removed.id(), removed.parent(), removed.node(), removed.pathHash());
                }
                case Undo.Replaced replaced -> replace(replaced.id(), replaced.before(), replaced.pathHash());
                case Undo.ChildrenCounted counted -> setChildren(counted.id(), counted.created(), counted.count(),
                        counted.pzxid(), counted.pathHash());
            }
        }
        settle();
    }

    /** Adds a znode; the parent's counters are the caller's to change. */
    void add(int parent, byte[] node, long nameHash, long pathHash) {
        int id = znodes.add(parent, node, nameHash);
        entered(id, node, pathHash);
        journal.add(new Undo.Added(id, pathHash));
        if (snapshot != null) {
            snapshot.added(id);
        }
    }

    /** Puts a znode under a number of its own. */
    private void place(int id, int parent, byte[] node, long pathHash) {
        int at = Znode.nameAt(node);
        znodes.place(id, parent, node, Hash.name(node, at, at + Znode.nameLength(node)));
        entered(id, node, pathHash);
    }

    /** A znode of a snapshot was placed and is reachable: counts it in. */
    void entered(int id, byte[] node, long pathHash) {
        int acl = Znode.acl(node);
        acls.use(acl);
        contentBytes += Znode.contentBytes(node);
        znodeDigest += Znode.hash(node, pathHash, acls.hash(acl)) + Znode.childrenHash(node, pathHash);
        if (Znode.owner(node) != 0) {
            sessions.addEphemeral(Znode.owner(node), znodes.path(id));
        }
        if (Znode.container(node)) {
            containers.add(id);
        }
    }

    void remove(int id, long pathHash) {
        changing(id);
        byte[] node = znodes.node(id);
        int acl = Znode.acl(node);
        contentBytes -= Znode.contentBytes(node);
        znodeDigest -= Znode.hash(node, pathHash, acls.hash(acl)) + Znode.childrenHash(node, pathHash);
        acls.release(acl);
        if (Znode.owner(node) != 0) {
            sessions.removeEphemeral(Znode.owner(node), znodes.path(id));
        }
        if (Znode.container(node)) {
            containers.remove(id);
        }
        journal.add(new Undo.Removed(id, znodes.parent(id), node, pathHash));
        znodes.remove(id);
    }

    /** Gives a znode other data or another access list. */
    void replace(int id, byte[] node, long pathHash) {
        changing(id);
        byte[] before = znodes.node(id);
        acls.use(Znode.acl(node));
        contentBytes += Znode.contentBytes(node) - Znode.contentBytes(before);
        znodeDigest += Znode.hash(node, pathHash, acls.hash(Znode.acl(node)))
                - Znode.hash(before, pathHash, acls.hash(Znode.acl(before)));
        acls.release(Znode.acl(before));
        journal.add(new Undo.Replaced(id, before, pathHash));
        znodes.set(id, node);
    }

    /** Sets what a znode knows of its children. */
    void setChildren(int id, int created, int count, long pzxid, long pathHash) {
        changing(id);
        byte[] node = znodes.node(id);
        journal.add(new Undo.ChildrenCounted(id, Znode.createdChildren(node), Znode.children(node),
                Znode.pzxid(node), pathHash));
        znodeDigest -= Znode.childrenHash(node, pathHash);
        if (!Znode.hasChildrenBlock(node)) {
            node = Znode.withChildren(node);
            znodes.set(id, node);
        }
        Znode.setChildren(node, created, count, pzxid);
        znodeDigest += Znode.childrenHash(node, pathHash);
    }

    private void changing(int id) {
        if (snapshot != null) {
            snapshot.changing(id);
        }
    }
}
