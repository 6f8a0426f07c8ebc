package dev.quorate.sim.history;

/**
 * A watch event that a client received.
 *
 * @param order its place among the completions of its session
 */
public record Fired(long session, long order, String path, Kind kind) {
    /** What changed: the znode itself (created, its data), the list of its children, or that it is gone. */
    public enum Kind {
        NODE,
        CHILDREN,
        DELETED
    }
}
