package dev.quorate.sim.history;

/** ZooKeeper's error codes that the outcome of a write on the tree decides. */
public final class Errors {
    public static final int OK = 0;
    public static final int NO_NODE = -101;
    public static final int NO_AUTH = -102;
    public static final int BAD_VERSION = -103;
    public static final int NO_CHILDREN_FOR_EPHEMERALS = -108;
    public static final int NODE_EXISTS = -110;
    public static final int NOT_EMPTY = -111;
    /** The write was never ordered. */
    public static final int QUOTA_EXCEEDED = -125;

    private Errors() {}

    /**
     * Whether the model can tell that a call ends so; any other error means that nothing happened, for another reason.
     */
    static boolean decidedByTree(int error) {
        return switch (error) {
            case OK, NO_NODE, NO_AUTH, BAD_VERSION, NO_CHILDREN_FOR_EPHEMERALS, NODE_EXISTS, NOT_EMPTY -> true;
            default -> false;
        };
    }
}
