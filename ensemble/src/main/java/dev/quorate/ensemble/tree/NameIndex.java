package dev.quorate.ensemble.tree;

import java.util.Arrays;

/**
 * Finds znodes by the hash of their parent and name. It is cut into many small open-addressed tables that grow one by
 * one, each by half, so no growth ever takes long. A slot holds 32 bits of the hash and the znode's number plus one; an
 * empty one is 0.
 */
final class NameIndex {
    private static final int SHARDS = 1024;
    private static final int FIRST_CAPACITY = 8;
    /** What all shards share until something is in them: most trees are small. */
    private static final long[] EMPTY = new long[1];

    private final long[][] tables = new long[SHARDS][];
    private final int[] sizes = new int[SHARDS];

    NameIndex() {
        Arrays.fill(tables, EMPTY);
    }

    /** The key of a znode: its parent's number and the hash of its name. */
    static long key(int parent, long nameHash) {
        return Hash.mix(nameHash + parent * 0x9E3779B97F4A7C15L);
    }

    /** Where a search for a key begins; go on with {@link #next}. */
    static int first(long[] table, long key) {
        return home(table, (int) (key >>> 32));
    }

    static int next(long[] table, int slot) {
        return slot + 1 == table.length ? 0 : slot + 1;
    }

    /** The znode in a slot whose hash fits the key; −1 when the hash differs, −2 when the slot is empty. */
    static int candidate(long[] table, int slot, long key) {
        long entry = table[slot];
        if (entry == 0) {
            return -2;
        }
        return entry >>> 32 == key >>> 32 ? (int) entry - 1 : -1;
    }

    long[] table(long key) {
        return tables[shard(key)];
    }

    void add(long key, int id) {
        int shard = shard(key);
        long[] table = tables[shard];
        if ((sizes[shard] + 1) * 4L > table.length * 3L) {
            table = grow(table);
            tables[shard] = table;
        }
        put(table, ((key >>> 32) << 32) | (id + 1));
        sizes[shard]++;
    }

    void remove(long key, int id) {
        int shard = shard(key);
        long[] table = tables[shard];
        long entry = ((key >>> 32) << 32) | (id + 1);
        int slot = first(table, key);
        while (table[slot] != entry) {
            if (table[slot] == 0) {
                throw new IllegalStateException("znode " + id + " is not in the index");
            }
            slot = next(table, slot);
        }
        close(table, slot);
        sizes[shard]--;
    }

    /** Empties a slot and moves back what was pushed behind it. */
    private static void close(long[] table, int emptied) {
        int hole = emptied;
        int slot = next(table, hole);
        while (table[slot] != 0) {
            int home = home(table, (int) (table[slot] >>> 32));
            boolean reachable = hole <= slot ? (home > hole && home <= slot) : home > hole || home <= slot;
            if (!reachable) {
                table[hole] = table[slot];
                hole = slot;
            }
            slot = next(table, slot);
        }
        table[hole] = 0;
    }

    private static long[] grow(long[] table) {
        long[] larger = new long[Math.max(FIRST_CAPACITY, table.length + table.length / 2)];
        for (long entry : table) {
            if (entry != 0) {
                put(larger, entry);
            }
        }
        return larger;
    }

    private static void put(long[] table, long entry) {
        int slot = home(table, (int) (entry >>> 32));
        while (table[slot] != 0) {
            slot = next(table, slot);
        }
        table[slot] = entry;
    }

    private static int home(long[] table, int tag) {
        return (int) (((tag & 0xFFFFFFFFL) * table.length) >>> 32);
    }

    private static int shard(long key) {
        return (int) key & (SHARDS - 1);
    }
}
