package dev.quorate.ensemble.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of children, packed: for each its length in UTF-8 as four bytes, big end first, then the bytes. A parent of a
 * million children is answered with one array instead of a million objects.
 */
public final class Names {
    private final int count;
    private final Bytes packed;

    Names(int count, Bytes packed) {
        this.count = count;
        this.packed = packed;
    }

    public int count() {
        return count;
    }

    /** The packed form; it is also the body of a vector of strings in ZooKeeper's protocol. */
    public Bytes packed() {
        return packed;
    }

    /** The names as strings. */
    public List<String> list() {
        List<String> names = new ArrayList<>(count);
        byte[] array = packed.array();
        int at = packed.offset();
        for (int i = 0; i < count; i++) {
            int length = (array[at] & 0xFF) << 24 | (array[at + 1] & 0xFF) << 16 | (array[at + 2] & 0xFF) << 8
                    | (array[at + 3] & 0xFF);
            names.add(new String(array, at + 4, length, StandardCharsets.UTF_8));
            at += 4 + length;
        }
        return names;
    }
}
