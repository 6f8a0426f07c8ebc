package dev.quorate.ensemble.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All znodes by number: their packed forms, who is whose parent, and the index of names. Numbers of removed znodes are
 * used again. Everything grows in pieces of fixed size.
 */
final class Znodes {
    static final int NONE = -1;
    static final int ROOT = 0;

    private static final int PIECE_BITS = 11;
    private static final int PIECE = 1 << PIECE_BITS;
    private static final int LINKS = 4;
    private static final int PARENT = 0;
    private static final int FIRST = 1;
    private static final int NEXT = 2;
    private static final int PREVIOUS = 3;

    private final NameIndex index = new NameIndex();
    private byte[][][] nodes = new byte[16][][];
    private int[][] links = new int[16][];
    private int limit;
    private int free = NONE;
    private final List<Integer> gaps = new ArrayList<>();
    private int count;
    private long foundHash;

    int count() {
        return count;
    }

    /** Numbers are below this. */
    int limit() {
        return limit;
    }

    /** The packed form, or null when there is no such znode (any more). */
    @SuppressWarnings("NullAway") // an empty cell of the piece is null: callers that may meet one check
    byte[] node(int id) {
        return nodes[id >>> PIECE_BITS][id & (PIECE - 1)];
    }

    boolean live(int id) {
        int at = id >>> PIECE_BITS;
        byte[][] piece = at < nodes.length ? nodes[at] : null;
        return piece != null && piece[id & (PIECE - 1)] != null;
    }

    /** Replaces the packed form; the name stays. */
    void set(int id, byte[] node) {
        nodes[id >>> PIECE_BITS][id & (PIECE - 1)] = node;
    }

    int parent(int id) {
        return link(id, PARENT);
    }

    int firstChild(int id) {
        return link(id, FIRST);
    }

    int nextSibling(int id) {
        return link(id, NEXT);
    }

    /**
     * The znode at a path, or {@link #NONE}. An empty path means the root, as in ZooKeeper.
     *
     * @param end the path is the bytes before this
     */
    int find(byte[] path, int end) {
        foundHash = Hash.ROOT;
        if (end == 0 || (end == 1 && path[0] == '/')) {
            return ROOT;
        }
        if (path[0] != '/') {
            return NONE;
        }
        int id = ROOT;
        int from = 1;
        while (from <= end) {
            int to = from;
            while (to < end && path[to] != '/') {
                to++;
            }
            long hash = Hash.name(path, from, to);
            id = child(id, path, from, to, hash);
            if (id == NONE) {
                return NONE;
            }
            foundHash = Hash.mix(foundHash, hash);
            from = to + 1;
        }
        return id;
    }

    /** The hash of the path that {@link #find} found last. */
    long foundHash() {
        return foundHash;
    }

    /** The child of that name, or {@link #NONE}. */
    int child(int parent, byte[] path, int from, int to, long nameHash) {
        long key = NameIndex.key(parent, nameHash);
        long[] table = index.table(key);
        int slot = NameIndex.first(table, key);
        while (true) {
            int id = NameIndex.candidate(table, slot, key);
            if (id == -2) {
                return NONE;
            }
            if (id >= 0 && link(id, PARENT) == parent && Znode.named(node(id), path, from, to)) {
                return id;
            }
            slot = NameIndex.next(table, slot);
        }
    }

    /** Adds a znode under its parent (the root's is {@link #NONE}); its number. */
    int add(int parent, byte[] node, long nameHash) {
        if (free == NONE && !gaps.isEmpty()) {
            releasePiece(gaps.removeLast());
        }
        int id = free;
        if (id == NONE) {
            id = limit;
            reserve(id);
        } else {
            free = link(id, NEXT);
        }
        place(id, parent, node, nameHash);
        return id;
    }

    /** Puts a znode where a snapshot, or an undone removal, has it; the number must be unused. */
    void place(int id, int parent, byte[] node, long nameHash) {
        reserve(id);
        set(id, node);
        count++;
        setLink(id, PARENT, parent);
        setLink(id, PREVIOUS, NONE);
        setLink(id, NEXT, NONE);
        if (parent == NONE) {
            return;
        }
        reserve(parent);
        int next = link(parent, FIRST);
        setLink(id, NEXT, next);
        if (next != NONE) {
            setLink(next, PREVIOUS, id);
        }
        setLink(parent, FIRST, id);
        index.add(NameIndex.key(parent, nameHash), id);
    }

    /** Removes a znode without children. */
    void remove(int id) {
        byte[] node = node(id);
        int parent = link(id, PARENT);
        int at = Znode.nameAt(node);
        index.remove(NameIndex.key(parent, Hash.name(node, at, at + Znode.nameLength(node))), id);
        int next = link(id, NEXT);
        int previous = link(id, PREVIOUS);
        if (next != NONE) {
            setLink(next, PREVIOUS, previous);
        }
        if (previous != NONE) {
            setLink(previous, NEXT, next);
        } else {
            setLink(parent, FIRST, next);
        }
        nodes[id >>> PIECE_BITS][id & (PIECE - 1)] = null;
        count--;
        release(id);
    }

    /** Takes back the number of a znode that was removed last of all, so that it can be placed again. */
    void reclaim(int id) {
        if (free != id) {
            throw new IllegalStateException("znode " + id + " was not the last to go");
        }
        free = link(id, NEXT);
    }

    /**
     * Makes every unused number below the limit available, after the last {@link #place} of a snapshot. Whole pieces
     * without a znode cost nothing until they are needed.
     */
    void releaseUnused() {
        free = NONE;
        gaps.clear();
        for (int piece = (limit - 1) >>> PIECE_BITS; piece >= 0; piece--) {
            if (links[piece] == null) {
                gaps.add(piece);
            } else {
                releasePiece(piece);
            }
        }
    }

    private void releasePiece(int piece) {
        int from = piece << PIECE_BITS;
        for (int id = Math.min(limit, from + PIECE) - 1; id >= from; id--) {
            reserve(id);
            if (!live(id)) {
                release(id);
            }
        }
    }

    /** The path of a znode. */
    String path(int id) {
        if (id == ROOT) {
            return Paths.ROOT;
        }
        int length = 0;
        for (int at = id; at != ROOT; at = parent(at)) {
            length += 1 + Znode.nameLength(node(at));
        }
        byte[] path = new byte[length];
        int end = length;
        for (int at = id; at != ROOT; at = parent(at)) {
            byte[] node = node(at);
            int name = Znode.nameLength(node);
            end -= name;
            System.arraycopy(node, Znode.nameAt(node), path, end, name);
            path[--end] = '/';
        }
        return new String(path, StandardCharsets.UTF_8);
    }

    private void release(int id) {
        setLink(id, FIRST, NONE);
        setLink(id, NEXT, free);
        free = id;
    }

    private void reserve(int id) {
        int piece = id >>> PIECE_BITS;
        if (piece >= links.length) {
            int pieces = Math.max(piece + 1, links.length * 2);
            nodes = Arrays.copyOf(nodes, pieces);
            links = Arrays.copyOf(links, pieces);
        }
        if (links[piece] == null) {
            nodes[piece] = new byte[PIECE][];
            links[piece] = new int[PIECE * LINKS];
            Arrays.fill(links[piece], NONE);
        }
        limit = Math.max(limit, id + 1);
    }

    private int link(int id, int which) {
        return links[id >>> PIECE_BITS][(id & (PIECE - 1)) * LINKS + which];
    }

    private void setLink(int id, int which, int to) {
        links[id >>> PIECE_BITS][(id & (PIECE - 1)) * LINKS + which] = to;
    }
}
