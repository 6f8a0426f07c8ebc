package dev.quorate.sim.disk;

import dev.quorate.sim.kernel.Dice;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The content of one file: what a running process sees, what is durable, and the changes between the two, in order. */
final class Inode {
    static final int SECTOR_BYTES = 512;
    private static final long NEVER = Long.MAX_VALUE;

    private Image cache = new Image();
    private Image durable = new Image();
    private final Deque<Change> changes = new ArrayDeque<>();
    private final List<long[]> damaged = new ArrayList<>();

    /** A write of {@code bytes} at {@code position}; without bytes the file only grows. */
    private static final class Change {
        final long startNs;
        final long position;
        final byte[] bytes;
        final long size;
        long durableNs = NEVER;

        Change(long startNs, long position, byte[] bytes, long size) {
            this.startNs = startNs;
            this.position = position;
            this.bytes = bytes;
            this.size = size;
        }
    }

    private static final class Image {
        byte[] bytes = new byte[0];
        int size;

        Image copy() {
            Image copy = new Image();
            copy.bytes = Arrays.copyOf(bytes, size);
            copy.size = size;
            return copy;
        }

        void grow(long to) {
            if (to > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.max(to, Math.min(2L * bytes.length, bytes.length + (1 << 20))));
            }
            size = (int) Math.max(size, to);
        }

        void put(byte[] source, int from, long position, int length) {
            grow(position + length);
            System.arraycopy(source, from, bytes, (int) position, length);
        }
    }

    long size() {
        return cache.size;
    }

    void write(long nowNs, ByteBuffer source, long position) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        cache.put(bytes, 0, position, bytes.length);
        changes.add(new Change(nowNs, position, bytes, cache.size));
        damaged.removeIf(range -> range[0] >= position && range[1] <= position + bytes.length);
    }

    void grow(long nowNs, long size) {
        if (size > cache.size) {
            cache.grow(size);
            changes.add(new Change(nowNs, size, new byte[0], size));
        }
    }

    int read(ByteBuffer target, long position) {
        int length = (int) Math.max(0, Math.min(target.remaining(), cache.size - position));
        if (length > 0) {
            target.put(cache.bytes, (int) position, length);
        }
        return length;
    }

    /** All changes so far will be durable at {@code durableNs}. */
    void force(long nowNs, long durableNs) {
        settle(nowNs);
        for (Change change : changes) {
            change.durableNs = Math.min(change.durableNs, durableNs);
        }
    }

    long durableSize(long nowNs) {
        settle(nowNs);
        return durable.size;
    }

    /** As it was when that was last asked with a time. */
    long durableSize() {
        return durable.size;
    }

    /** How much of it there is before the zeros that it ends with. */
    long writtenSize() {
        int size = durable.size;
        while (size > 0 && durable.bytes[size - 1] == 0) {
            size--;
        }
        return size;
    }

    /** Whether everything is as it was written. */
    boolean isWhole() {
        return damaged.isEmpty();
    }

    /** What lies on the disk here is something else from now on. */
    void damage(byte[] bytes, long position) {
        int length = (int) Math.min(bytes.length, durable.size - position);
        System.arraycopy(bytes, 0, durable.bytes, (int) position, length);
        System.arraycopy(bytes, 0, cache.bytes, (int) position, length);
        damaged.add(new long[]{position, position + length});
    }

    byte[] durableBytes(long position, int length) {
        return Arrays.copyOfRange(durable.bytes, (int) position,
                (int) Math.min(durable.size, position + length));
    }

    /** Making it durable fails: what was under way is gone from the cache too. */
    void dropUnwritten(long nowNs) {
        settle(nowNs);
        changes.clear();
        cache = durable.copy();
    }

    /** What is durable by now can not be lost any more. */
    private void settle(long nowNs) {
        for (Change next = changes.peek(); next != null && next.durableNs <= nowNs; next = changes.peek()) {
            changes.remove();
            apply(durable, next);
        }
    }

    private static void apply(Image image, Change change) {
        image.put(change.bytes, 0, change.position, change.bytes.length);
        image.grow(change.size);
    }

    /** The process ended now: what it would have written later was never written; the rest is still in the cache. */
    void cutAt(long nowNs) {
        settle(nowNs);
        if (changes.isEmpty() || changes.getLast().startNs <= nowNs) {
            return;
        }
        cache = durable.copy();
        for (Iterator<Change> all = changes.iterator(); all.hasNext();) {
            Change change = all.next();
            if (change.startNs > nowNs) {
                all.remove();
            } else {
                apply(cache, change);
                if (change.durableNs > nowNs) {
                    change.durableNs = NEVER;
                }
            }
        }
    }

    /** The power went off now. */
    void losePower(long nowNs, Dice dice, DiskOptions options) {
        cutAt(nowNs);
        if (changes.isEmpty()) {
            return; // all is durable
        }
        for (Change change : changes) {
            lose(change, dice, options);
        }
        changes.clear();
        cache = durable.copy();
    }

    /** Each sector of the change comes back old, new, as zeros, or as garbage; the size may have grown without data. */
    private void lose(Change change, Dice dice, DiskOptions options) {
        if (dice.chance(0.5)) {
            durable.grow(change.size);
        }
        int written = 0;
        while (written < change.bytes.length) {
            long at = change.position + written;
            int length = (int) Math.min(change.bytes.length - written, SECTOR_BYTES - at % SECTOR_BYTES);
            int fate = dice.below(options.tornSectors() ? 6 : 4);
            if (fate >= 2) {
                durable.put(change.bytes, written, at, length);
            }
            if (fate >= 4) {
                byte[] sector = new byte[SECTOR_BYTES];
                if (fate == 5) {
                    dice.nextBytes(sector);
                }
                durable.put(sector, 0, at - at % SECTOR_BYTES, SECTOR_BYTES);
            }
            written += length;
        }
    }
}
