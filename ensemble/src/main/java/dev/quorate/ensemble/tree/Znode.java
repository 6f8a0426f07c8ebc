package dev.quorate.ensemble.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The packed form of a znode: one byte array that holds its facts, its name and its data. Facts that most znodes do not
 * have take no room: a flag says whether their block is there. Layout: flags (1 byte), czxid (8), ctime (8), then the
 * blocks in the order of their flags, the length of the name (1 to 3 bytes), the name, the data up to the end.
 *
 * <p>Only the block of children is ever changed in place; everything else makes a new array, so that names and data may
 * be handed out without a copy.
 */
final class Znode {
    /** Children ever created (int), children there (int), pzxid (long). Without it: none, none, czxid. */
    private static final int CHILDREN = 1;

    /** mzxid (long), mtime (long), version (int). Without it: czxid, ctime, 0. */
    private static final int CHANGED = 2;

    /** Number of the access list (int), aversion (int). Without it: 0, 0. */
    private static final int ACCESS = 4;

    /** Session (long). */
    private static final int EPHEMERAL = 8;

    private static final int CONTAINER = 16;
    private static final int NULL_DATA = 32;

    private static final int BLOCK_FLAGS = 15;
    private static final int CZXID_AT = 1;
    private static final int CTIME_AT = 9;
    private static final int BLOCKS_AT = 17;
    private static final int CHILDREN_BYTES = 16;
    private static final int CHANGED_BYTES = 20;
    private static final int ACCESS_BYTES = 8;
    private static final int EPHEMERAL_BYTES = 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Znode() {}

    /** A znode that was just created. */
    static byte[] create(long zxid, long timeMs, Bytes name, @Nullable Bytes data, int acl, long owner,
            boolean container) {
        int flags = (acl == Acls.OPEN ? 0 : ACCESS) | (owner == 0 ? 0 : EPHEMERAL) | (container ? CONTAINER : 0);
        byte[] node = allocate(flags, name, data);
        LONG.set(node, CZXID_AT, zxid);
        LONG.set(node, CTIME_AT, timeMs);
        if (acl != Acls.OPEN) {
            setAccess(node, acl, 0);
        }
        if (owner != 0) {
            LONG.set(node, at(node, EPHEMERAL), owner);
        }
        return node;
    }

    /** A znode as a snapshot has it; its children are counted when they are loaded. */
    static byte[] load(SnapshotRecord.Znode row, int acl) {
        boolean children = row.createdChildren() != 0 || row.pzxid() != row.czxid();
        boolean changed = row.mzxid() != row.czxid() || row.mtimeMs() != row.ctimeMs() || row.version() != 0;
        boolean access = acl != Acls.OPEN || row.aversion() != 0;
        int flags = (children ? CHILDREN : 0) | (changed ? CHANGED : 0) | (access ? ACCESS : 0)
                | (row.ephemeralOwner() != 0 ? EPHEMERAL : 0) | (row.container() ? CONTAINER : 0);
        byte[] node = allocate(flags, row.name(), row.data());
        LONG.set(node, CZXID_AT, row.czxid());
        LONG.set(node, CTIME_AT, row.ctimeMs());
        if (children) {
            setChildren(node, row.createdChildren(), 0, row.pzxid());
        }
        if (changed) {
            setChanged(node, row.mzxid(), row.mtimeMs(), row.version());
        }
        if (access) {
            setAccess(node, acl, row.aversion());
        }
        if (row.ephemeralOwner() != 0) {
            LONG.set(node, at(node, EPHEMERAL), row.ephemeralOwner());
        }
        return node;
    }

    /** The same znode with other data. */
    static byte[] withData(byte[] node, @Nullable Bytes data, long zxid, long timeMs, int version) {
        byte[] copy = rebuild(node, CHANGED, data);
        setChanged(copy, zxid, timeMs, version);
        return copy;
    }

    /** The same znode with another access list. */
    static byte[] withAcl(byte[] node, int acl, int aversion) {
        byte[] copy = rebuild(node, ACCESS, data(node));
        setAccess(copy, acl, aversion);
        return copy;
    }

    /** The same znode with room for the block of children. */
    static byte[] withChildren(byte[] node) {
        byte[] copy = rebuild(node, CHILDREN, data(node));
        setChildren(copy, createdChildren(node), children(node), pzxid(node));
        return copy;
    }

    static boolean hasChildrenBlock(byte[] node) {
        return (node[0] & CHILDREN) != 0;
    }

    /** Changes the block of children in place; it must be there. */
    static void setChildren(byte[] node, int created, int count, long pzxid) {
        int at = BLOCKS_AT;
        INT.set(node, at, created);
        INT.set(node, at + 4, count);
        LONG.set(node, at + 8, pzxid);
    }

    private static void setChanged(byte[] node, long mzxid, long mtimeMs, int version) {
        int at = at(node, CHANGED);
        LONG.set(node, at, mzxid);
        LONG.set(node, at + 8, mtimeMs);
        INT.set(node, at + 16, version);
    }

    private static void setAccess(byte[] node, int acl, int aversion) {
        int at = at(node, ACCESS);
        INT.set(node, at, acl);
        INT.set(node, at + 4, aversion);
    }

    static long czxid(byte[] node) {
        return (long) LONG.get(node, CZXID_AT);
    }

    static long ctimeMs(byte[] node) {
        return (long) LONG.get(node, CTIME_AT);
    }

    static long mzxid(byte[] node) {
        return (node[0] & CHANGED) == 0 ? czxid(node) : (long) LONG.get(node, at(node, CHANGED));
    }

    static long mtimeMs(byte[] node) {
        return (node[0] & CHANGED) == 0 ? ctimeMs(node) : (long) LONG.get(node, at(node, CHANGED) + 8);
    }

    static int version(byte[] node) {
        return (node[0] & CHANGED) == 0 ? 0 : (int) INT.get(node, at(node, CHANGED) + 16);
    }

    static int createdChildren(byte[] node) {
        return (node[0] & CHILDREN) == 0 ? 0 : (int) INT.get(node, BLOCKS_AT);
    }

    static int children(byte[] node) {
        return (node[0] & CHILDREN) == 0 ? 0 : (int) INT.get(node, BLOCKS_AT + 4);
    }

    static long pzxid(byte[] node) {
        return (node[0] & CHILDREN) == 0 ? czxid(node) : (long) LONG.get(node, BLOCKS_AT + 8);
    }

    static int acl(byte[] node) {
        return (node[0] & ACCESS) == 0 ? Acls.OPEN : (int) INT.get(node, at(node, ACCESS));
    }

    static int aversion(byte[] node) {
        return (node[0] & ACCESS) == 0 ? 0 : (int) INT.get(node, at(node, ACCESS) + 4);
    }

    /** The session it goes with; 0 when it is not ephemeral. */
    static long owner(byte[] node) {
        return (node[0] & EPHEMERAL) == 0 ? 0 : (long) LONG.get(node, at(node, EPHEMERAL));
    }

    static boolean container(byte[] node) {
        return (node[0] & CONTAINER) != 0;
    }

    static Bytes name(byte[] node) {
        int at = nameAt(node);
        return new Bytes(node, at, nameLength(node));
    }

    static int nameAt(byte[] node) {
        int at = blocksEnd(node[0]);
        return at + varintBytes(node, at);
    }

    static int nameLength(byte[] node) {
        int at = blocksEnd(node[0]);
        int low = node[at];
        if (low >= 0) {
            return low;
        }
        int middle = node[at + 1];
        return middle >= 0
                ? (low & 0x7F) | (middle << 7)
                : (low & 0x7F) | ((middle & 0x7F) << 7) | (node[at + 2] << 14);
    }

    static boolean named(byte[] node, byte[] path, int from, int to) {
        int length = nameLength(node);
        if (length != to - from) {
            return false;
        }
        int at = nameAt(node);
        for (int i = 0; i < length; i++) {
            if (node[at + i] != path[from + i]) {
                return false;
            }
        }
        return true;
    }

    static int dataAt(byte[] node) {
        return nameAt(node) + nameLength(node);
    }

    static @Nullable Bytes data(byte[] node) {
        if ((node[0] & NULL_DATA) != 0) {
            return null;
        }
        int at = dataAt(node);
        return new Bytes(node, at, node.length - at);
    }

    /** Bytes of name and data. */
    static int contentBytes(byte[] node) {
        return node.length - nameAt(node);
    }

    static Stat stat(byte[] node) {
        int children = children(node);
        return new Stat(czxid(node), mzxid(node), ctimeMs(node), mtimeMs(node), version(node),
                2 * createdChildren(node) - children, aversion(node), owner(node), node.length - dataAt(node), children,
                pzxid(node));
    }

    /** All that the digest covers but the block of children. */
    static long hash(byte[] node, long pathHash, long aclHash) {
        long hash = Hash.mix(pathHash, czxid(node));
        hash = Hash.mix(hash, ctimeMs(node));
        if ((node[0] & CHANGED) != 0) {
            hash = Hash.mix(hash, mzxid(node) + Hash.mix(mtimeMs(node), version(node)));
        }
        if ((node[0] & ACCESS) != 0) {
            hash = Hash.mix(hash, aclHash + aversion(node));
        }
        long kind = owner(node) + (node[0] & (CONTAINER | NULL_DATA));
        return Hash.mix(hash + kind, Hash.bytes(node, dataAt(node), node.length));
    }

    /** The digest's share of the block of children. */
    static long childrenHash(byte[] node, long pathHash) {
        int created = createdChildren(node);
        long pzxid = pzxid(node);
        return created == 0 && pzxid == czxid(node) ? 0 : Hash.mix(pathHash ^ pzxid, created);
    }

    private static byte[] allocate(int flags, Bytes name, @Nullable Bytes data) {
        int blocks = blocksEnd(flags);
        int length = name.length();
        int nameAt = blocks + (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3);
        byte[] node = new byte[nameAt + length + (data == null ? 0 : data.length())];
        node[0] = (byte) (flags | (data == null ? NULL_DATA : 0));
        int at = blocks;
        int rest = length;
        while (at < nameAt - 1) {
            node[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        node[at] = (byte) rest;
        name.copyTo(node, nameAt);
        if (data != null) {
            data.copyTo(node, nameAt + length);
        }
        return node;
    }

    /** A copy with one more block, its content still to be set, and the given data. */
    private static byte[] rebuild(byte[] node, int block, @Nullable Bytes data) {
        int flags = (node[0] & ~NULL_DATA) | block;
        byte[] copy = allocate(flags, name(node), data);
        System.arraycopy(node, CZXID_AT, copy, CZXID_AT, BLOCKS_AT - CZXID_AT);
        copyBlock(node, copy, CHILDREN, CHILDREN_BYTES);
        copyBlock(node, copy, CHANGED, CHANGED_BYTES);
        copyBlock(node, copy, ACCESS, ACCESS_BYTES);
        copyBlock(node, copy, EPHEMERAL, EPHEMERAL_BYTES);
        return copy;
    }

    private static void copyBlock(byte[] from, byte[] to, int block, int bytes) {
        if ((from[0] & block) != 0) {
            System.arraycopy(from, at(from, block), to, at(to, block), bytes);
        }
    }

    /** Where a block begins: behind those of the lower flags. */
    private static int at(byte[] node, int block) {
        return blocksEnd(node[0] & (block - 1));
    }

    private static int blocksEnd(int flags) {
        int blocks = flags & BLOCK_FLAGS;
        return BLOCKS_AT + ((blocks & CHILDREN) != 0 ? CHILDREN_BYTES : 0)
                + ((blocks & CHANGED) != 0 ? CHANGED_BYTES : 0) + ((blocks & ACCESS) != 0 ? ACCESS_BYTES : 0)
                + ((blocks & EPHEMERAL) != 0 ? EPHEMERAL_BYTES : 0);
    }

    private static int varintBytes(byte[] node, int at) {
        return node[at] >= 0 ? 1 : node[at + 1] >= 0 ? 2 : 3;
    }
}
