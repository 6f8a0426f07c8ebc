package dev.quorate.ensemble.tree;

/** What a watch saw, with ZooKeeper's number on the wire. */
public enum EventType {
    CREATED(1),
    DELETED(2),
    DATA_CHANGED(3),
    CHILDREN_CHANGED(4),
    DATA_WATCH_REMOVED(5),
    CHILD_WATCH_REMOVED(
            6),
    PERSISTENT_WATCH_REMOVED(7);

    private final int code;

    EventType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
