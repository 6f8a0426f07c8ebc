package dev.quorate.ensemble.tree;

import org.jspecify.annotations.Nullable;

/** The kinds of znode, with ZooKeeper's flag on the wire. */
public enum CreateMode {
    PERSISTENT(0, false, false),
    EPHEMERAL(1, true, false),
    PERSISTENT_SEQUENTIAL(2, false, true),
    EPHEMERAL_SEQUENTIAL(3, true, true),
    CONTAINER(4, false, false),
    PERSISTENT_WITH_TTL(5, false, false),
    PERSISTENT_SEQUENTIAL_WITH_TTL(6, false, true);

    private static final CreateMode[] BY_FLAG = values();

    private final int flag;
    private final boolean ephemeral;
    private final boolean sequential;

    CreateMode(int flag, boolean ephemeral, boolean sequential) {
        this.flag = flag;
        this.ephemeral = ephemeral;
        this.sequential = sequential;
    }

    /** The mode of a flag, or null when ZooKeeper knows none. */
    public static @Nullable CreateMode ofFlag(int flag) {
        return flag >= 0 && flag < BY_FLAG.length ? BY_FLAG[flag] : null;
    }

    public int flag() {
        return flag;
    }

    /** Whether the znode goes with its session. */
    public boolean ephemeral() {
        return ephemeral;
    }

    /** Whether the parent's counter is put behind the name. */
    public boolean sequential() {
        return sequential;
    }

    /** Whether the znode has a time to live, which this level does not offer. */
    public boolean ttl() {
        return this == PERSISTENT_WITH_TTL || this == PERSISTENT_SEQUENTIAL_WITH_TTL;
    }
}
