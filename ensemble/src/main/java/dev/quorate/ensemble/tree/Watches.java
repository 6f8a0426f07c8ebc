package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * This member's watches, ZooKeeper's kinds: those on data (and existence), those on children; a persistent one is in
 * both, a recursive one among those on data. What an entry changes is noted, and fires when the entry is done.
 */
final class Watches {
    private final WatchSink sink;
    private final WatchTable data = new WatchTable();
    private final WatchTable child = new WatchTable();
    private final TreeMap<Long, List<Identity>> identities = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** A change that watches may see; {@code parent} counts for creation and deletion. */
    private record Change(EventType type, String path, List<Acl> acl, String parent, List<Acl> parentAcl) {}

    Watches(WatchSink sink) {
        this.sink = sink;
    }

    int size() {
        return data.size() + child.size();
    }

    /** Whether changes need to be noted at all. */
    boolean any() {
        return data.size() + child.size() > 0;
    }

    void created(String path, List<Acl> acl, String parent, List<Acl> parentAcl) {
        changes.add(new Change(EventType.CREATED, path, acl, parent, parentAcl));
    }

    void deleted(String path, List<Acl> acl, String parent, List<Acl> parentAcl) {
        changes.add(new Change(EventType.DELETED, path, acl, parent, parentAcl));
    }

    void dataChanged(String path, List<Acl> acl) {
        changes.add(new Change(EventType.DATA_CHANGED, path, acl, "", List.of()));
    }

    /** The entry was undone. */
    void forgetChanges() {
        changes.clear();
    }

    /** The entry is done: fires what its changes concern, in their order. */
    void fireChanges(long zxid) {
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Set<Long> seen = data.fire(change.path());
            deliver(seen, Set.of(), change.type(), change.path(), zxid, change.acl());
            if (change.type() == EventType.DELETED) {
                deliver(child.fire(change.path()), seen, EventType.DELETED, change.path(), zxid, change.acl());
            }
            if (change.type() != EventType.DATA_CHANGED) {
                deliver(child.fire(change.parent()), Set.of(), EventType.CHILDREN_CHANGED, change.parent(), zxid,
                        change.parentAcl());
            }
        }
        changes.clear();
    }

    /** Fires one event for one session; −1 as its zxid, as ZooKeeper does for what was missed. */
    void fireMissed(long session, EventType type, String path) {
        sink.fired(new WatchEvent(session, type, path, -1));
    }

    /** Whether a session may watch one more path; a path that it watches already takes nothing more. */
    boolean hasRoom(long session, String path, long maxBytes) {
        return data.bytes(session) + child.bytes(session) + ReadLimits.BYTES_PER_WATCH + path.length() <= maxBytes
                || contains(session, path, WatcherType.ANY);
    }

    void watchData(Caller caller, String path) {
        add(data, caller, path, WatchTable.ONE_SHOT);
    }

    void watchChildren(Caller caller, String path) {
        add(child, caller, path, WatchTable.ONE_SHOT);
    }

    void watchPersistently(Caller caller, String path, AddWatchMode mode) {
        switch (mode) {
            case PERSISTENT -> {
                add(data, caller, path, WatchTable.PERSISTENT);
                add(child, caller, path, WatchTable.PERSISTENT);
            }
            case PERSISTENT_RECURSIVE -> add(data, caller, path, WatchTable.RECURSIVE);
        }
    }

    boolean contains(long session, String path, WatcherType type) {
        return switch (type) {
            case CHILDREN -> child.contains(session, path, WatchTable.ONE_SHOT);
            case DATA -> data.contains(session, path, WatchTable.ONE_SHOT);
            case PERSISTENT -> data.contains(session, path, WatchTable.PERSISTENT);
            case PERSISTENT_RECURSIVE -> data.contains(session, path, WatchTable.RECURSIVE);
            case ANY -> data.contains(session, path, WatchTable.ANY) || child.contains(session, path, WatchTable.ANY);
        };
    }

    /** Whether there was such a watch. */
    boolean remove(long session, String path, WatcherType type) {
        return switch (type) {
            case CHILDREN -> child.remove(session, path, WatchTable.ONE_SHOT);
            case DATA -> data.remove(session, path, WatchTable.ONE_SHOT);
            case PERSISTENT -> removeBoth(session, path, WatchTable.PERSISTENT);
            case PERSISTENT_RECURSIVE -> data.remove(session, path, WatchTable.RECURSIVE);
            case ANY -> removeBoth(session, path, WatchTable.ANY);
        };
    }

    void removeSession(long session) {
        data.removeSession(session);
        child.removeSession(session);
        identities.remove(session);
    }

    /** What a session proved to be by now; noted only for sessions that watch something. */
    void identify(Caller caller) {
        if (identities.containsKey(caller.sessionId())) {
            identities.put(caller.sessionId(), caller.identities());
        }
    }

    private boolean removeBoth(long session, String path, int modes) {
        boolean ofData = data.remove(session, path, modes);
        boolean ofChildren = child.remove(session, path, modes);
        return ofData || ofChildren;
    }

    private void add(WatchTable table, Caller caller, String path, int mode) {
        identities.put(caller.sessionId(), caller.identities());
        table.add(caller.sessionId(), path, mode);
    }

    private void deliver(Set<Long> sessions, Set<Long> except, EventType type, String path, long zxid,
            List<Acl> acl) {
        for (long session : sessions) {
            if (!except.contains(session) && mayRead(session, acl)) {
                sink.fired(new WatchEvent(session, type, path, zxid));
            }
        }
    }

    private boolean mayRead(long session, List<Acl> acl) {
        return acl.equals(Acl.OPEN) || Access.allowed(acl, Acl.READ, identities.getOrDefault(session, List.of()));
    }
}
