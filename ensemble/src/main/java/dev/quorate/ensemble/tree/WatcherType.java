package dev.quorate.ensemble.tree;

import org.jspecify.annotations.Nullable;

/** Which watches of a path are meant, with ZooKeeper's number on the wire. */
public enum WatcherType {
    CHILDREN(1),
    DATA(2),
    ANY(3),
    PERSISTENT(4),
    PERSISTENT_RECURSIVE(5);

    private static final WatcherType[] BY_CODE = values();

    private final int code;

    WatcherType(int code) {
        this.code = code;
    }

    /** The type of a number, or null when there is none. */
    public static @Nullable WatcherType of(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }

    public int code() {
        return code;
    }
}
