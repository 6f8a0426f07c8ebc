package dev.quorate.sim.history;

/**
 * A client's persistent watches are set again after it came to a member, or are not set any more because it left one.
 *
 * @param order its place among the completions of its session
 * @param zxid the last entry applied where they were set; {@link #GONE} when the connection has ended
 */
public record Watching(long session, long order, long zxid) {
    public static final long GONE = -1;
}
