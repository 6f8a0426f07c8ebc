package dev.quorate.sim.history;

/**
 * A watch event that a client received.
 *
 * @param order its place among the completions of its session
 * @param zxid of the change; -1 when the event does not say
 */
public record Fired(long session, long order, String path, Kind kind, long zxid) {
    /** What changed: the znode itself (created, its data), the list of its children, or that it is gone. */
    public enum Kind {
        NODE,
        CHILDREN,
        DELETED
    }
}
