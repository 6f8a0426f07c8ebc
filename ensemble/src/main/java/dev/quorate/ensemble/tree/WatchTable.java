package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches by path and by session. A session may watch a path in several modes at once; one-shot ones go when they fire.
 * The table of paths is cut into many small ones, so that none takes long to grow.
 */
final class WatchTable {
    /** Fires once. */
    static final int ONE_SHOT = 1;
    static final int PERSISTENT = 2;
    static final int RECURSIVE = 4;
    static final int ANY = 7;

    private static final int SHARDS = 256;

    private final List<Map<String, Map<Long, Integer>>> byPath = new ArrayList<>(SHARDS);
    private final TreeMap<Long, OfSession> bySession = new TreeMap<>();
    private int recursive;
    private int size;

    /** What one session watches, and about how many bytes that takes. */
    private static final class OfSession {
        final TreeMap<String, Integer> paths = new TreeMap<>();
        long bytes;
    }

    WatchTable() {
        for (int i = 0; i < SHARDS; i++) {
            byPath.add(new HashMap<>());
        }
    }

    /** Pairs of session and path. */
    int size() {
        return size;
    }

    void add(long session, String path, int mode) {
        int modes = modes(session, path);
        set(session, path, modes, modes | mode);
    }

    boolean contains(long session, String path, int modes) {
        return (modes(session, path) & modes) != 0;
    }

    /** Whether there was one of those. */
    boolean remove(long session, String path, int modes) {
        int before = modes(session, path);
        set(session, path, before, before & ~modes);
        return (before & modes) != 0;
    }

    /** About how many bytes the watches of a session take. */
    long bytes(long session) {
        OfSession watches = bySession.get(session);
        return watches == null ? 0 : watches.bytes;
    }

    private static int bytesOf(String path) {
        return ReadLimits.BYTES_PER_WATCH + path.length();
    }

    void removeSession(long session) {
        OfSession watches = bySession.get(session);
        if (watches != null) {
            for (String path : new ArrayList<>(watches.paths.keySet())) {
                remove(session, path, ANY);
            }
        }
    }

    /**
     * The sessions that an event at a path concerns, in the order in which they began to watch; their one-shot ones go.
     */
    Set<Long> fire(String path) {
        if (size == 0) {
            return Set.of();
        }
        Set<Long> fired = null;
        Map<Long, Integer> watchers = shard(path).get(path);
        if (watchers != null) {
            fired = new LinkedHashSet<>(watchers.keySet());
            for (long session : fired) {
                remove(session, path, ONE_SHOT);
            }
        }
        if (recursive > 0) {
            fired = addRecursive(path, fired);
        }
        return fired == null ? Set.of() : fired;
    }

    private @Nullable Set<Long> addRecursive(String path, @Nullable Set<Long> fired) {
        Set<Long> all = fired;
        int slash = path.length();
        while (slash > 0 && path.length() > 1) {
            slash = path.lastIndexOf('/', slash - 1);
            String parent = Paths.parent(path, slash);
            Map<Long, Integer> watchers = shard(parent).get(parent);
            if (watchers != null) {
                for (Map.Entry<Long, Integer> watcher : watchers.entrySet()) {
                    if ((watcher.getValue() & RECURSIVE) != 0) {
                        all = all == null ? new LinkedHashSet<>() : all;
                        all.add(watcher.getKey());
                    }
                }
            }
        }
        return all;
    }

    private int modes(long session, String path) {
        Map<Long, Integer> watchers = shard(path).get(path);
        Integer modes = watchers == null ? null : watchers.get(session);
        return modes == null ? 0 : modes;
    }

    private void set(long session, String path, int before, int after) {
        if (before == after) {
            return;
        }
        recursive += (after & RECURSIVE) / RECURSIVE - (before & RECURSIVE) / RECURSIVE;
        Map<String, Map<Long, Integer>> shard = shard(path);
        if (after != 0) {
            shard.computeIfAbsent(path, key -> new LinkedHashMap<>(2)).put(session, after);
            OfSession watches = bySession.computeIfAbsent(session, key -> new OfSession());
            watches.paths.put(path, after);
            watches.bytes += before == 0 ? bytesOf(path) : 0;
            size += before == 0 ? 1 : 0;
            return;
        }
        size--;
        Map<Long, Integer> watchers = shard.get(path);
        if (watchers != null) {
            watchers.remove(session);
            if (watchers.isEmpty()) {
                shard.remove(path);
            }
        }
        OfSession watches = bySession.get(session);
        if (watches != null) {
            watches.paths.remove(path);
            watches.bytes -= bytesOf(path);
            if (watches.paths.isEmpty()) {
                bySession.remove(session);
            }
        }
    }

    private Map<String, Map<Long, Integer>> shard(String path) {
        int hash = path.hashCode();
        return byPath.get((hash ^ (hash >>> 16)) & (SHARDS - 1));
    }
}
