package dev.quorate.ensemble.zab;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a history in memory: a ring of entries, found by binary search. */
final class Tail {
    private @Nullable Entry[] ring = new Entry[256];
    private int head;
    private int size;
    private long bytes;
    private long afterZxid;

    /** An empty tail of a history that ends at {@code afterZxid}. */
    Tail(long afterZxid) {
        this.afterZxid = afterZxid;
    }

    /** Every entry of the history after this zxid is here. */
    long afterZxid() {
        return afterZxid;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    Entry get(int index) {
        Entry entry = ring[(head + index) & (ring.length - 1)];
        if (entry == null) {
            throw new IllegalStateException("no entry at " + index + " of " + size);
        }
        return entry;
    }

    void append(Entry entry) {
        if (size == ring.length) {
            grow();
        }
        ring[(head + size) & (ring.length - 1)] = entry;
        size++;
        bytes += entry.payload().size();
    }

    private void grow() {
        @Nullable
        Entry[] larger = new Entry[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = get(i);
        }
        ring = larger;
        head = 0;
    }

    /** The index of the first entry after {@code zxid}; {@link #size} when there is none. */
    int indexAfter(long zxid) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).zxid() <= zxid) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The entries from one index up to, but without, another. */
    List<Entry> slice(int from, int to) {
        Entry[] entries = new Entry[to - from];
        for (int i = from; i < to; i++) {
            entries[i - from] = get(i);
        }
        return Collections.unmodifiableList(Arrays.asList(entries));
    }

    void dropFirst() {
        Entry first = get(0);
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        bytes -= first.payload().size();
        afterZxid = first.zxid();
    }

    /** Drops all entries after {@code zxid}, which becomes the end of the history. */
    void dropAfter(long zxid) {
        while (size > 0 && get(size - 1).zxid() > zxid) {
            bytes -= get(size - 1).payload().size();
            size--;
            ring[(head + size) & (ring.length - 1)] = null;
        }
        afterZxid = Math.min(afterZxid, zxid);
    }
}
