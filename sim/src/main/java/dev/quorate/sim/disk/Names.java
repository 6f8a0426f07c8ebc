package dev.quorate.sim.disk;

import dev.quorate.sim.kernel.Dice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of one directory: those that a running process sees, the durable ones, and the changes between, in order.
 */
final class Names {
    private static final long NEVER = Long.MAX_VALUE;

    private TreeMap<String, Inode> cache = new TreeMap<>();
    private final TreeMap<String, Inode> durable = new TreeMap<>();
    private final long createdNs;
    private long deletedNs = NEVER;
    private long deletionDurableNs = NEVER;
    private final Deque<Change> changes = new ArrayDeque<>();

    /** {@code inode} is now called {@code to} (null: nothing) instead of {@code from} (null: nothing). */
    private static final class Change {
        final long startNs;
        final @Nullable String from;
        final @Nullable String to;
        final Inode inode;
        long durableNs = NEVER;

        Change(long startNs, @Nullable String from, @Nullable String to, Inode inode) {
            this.startNs = startNs;
            this.from = from;
            this.to = to;
            this.inode = inode;
        }

        void apply(Map<String, Inode> names) {
            if (from != null && names.get(from) == inode) {
                names.remove(from);
            }
            if (to != null) {
                names.put(to, inode);
            }
        }
    }

    /** @param createdNs when the directory was made */
    Names(long createdNs) {
        this.createdNs = createdNs;
    }

    long createdNs() {
        return createdNs;
    }

    /** The directory is deleted. */
    void delete(long nowNs) {
        deletedNs = nowNs;
    }

    /** The directory above was synced: from then on the deletion lasts. */
    void deletionIsDurable(long nowNs) {
        deletionDurableNs = Math.min(deletionDurableNs, nowNs);
    }

    /** @param lost whether a deletion that does not last yet is lost */
    boolean mayBeThereAgain(long nowNs, boolean lost) {
        return deletedNs > nowNs || (lost && deletionDurableNs > nowNs);
    }

    /** The name is gone from the disk, as if it had never been made. */
    void lose(String name) {
        cache.remove(name);
        durable.remove(name);
        changes.removeIf(change -> name.equals(change.to));
    }

    SortedMap<String, Inode> seen() {
        return cache;
    }

    void change(long nowNs, @Nullable String from, @Nullable String to, Inode inode) {
        Change change = new Change(nowNs, from, to, inode);
        change.apply(cache);
        changes.add(change);
    }

    void sync(long nowNs, long durableNs) {
        settle(nowNs);
        for (Change change : changes) {
            change.durableNs = Math.min(change.durableNs, durableNs);
        }
    }

    private void settle(long nowNs) {
        for (Change next = changes.peek(); next != null && next.durableNs <= nowNs; next = changes.peek()) {
            changes.remove().apply(durable);
        }
    }

    /** The process ended now: later changes were never made. */
    void cutAt(long nowNs) {
        settle(nowNs);
        cache = new TreeMap<>(durable);
        for (Iterator<Change> all = changes.iterator(); all.hasNext();) {
            Change change = all.next();
            if (change.startNs > nowNs) {
                all.remove();
            } else {
                change.apply(cache);
                if (change.durableNs > nowNs) {
                    change.durableNs = NEVER;
                }
            }
        }
    }

    /** The power went off now: of the pending changes the last ones are lost, or any. */
    void losePower(long nowNs, Dice dice, DiskOptions options) {
        cutAt(nowNs);
        boolean any = options.reorderNames() && dice.chance(0.5);
        boolean kept = true;
        for (Change change : changes) {
            kept = any ? dice.chance(0.5) : kept && dice.chance(0.6);
            if (kept) {
                change.apply(durable);
            }
        }
        changes.clear();
        cache = new TreeMap<>(durable);
    }
}
