package dev.quorate.ensemble.tree;

/**
 * What one client may ask a member for. Reads change nothing that is replicated, so members may differ in this.
 *
 * @param maxMultiBytes how long the answer to a multiRead of several operations may be
 * @param maxReplyBytes how long the answer to any other read may be
 * @param maxWatchBytes what the watches of one session may take; each counts its path and {@value #BYTES_PER_WATCH}
 *     more
 */
public record ReadLimits(int maxMultiBytes, int maxReplyBytes, long maxWatchBytes) {
    /** What a watch takes beside its path, about. */
    public static final int BYTES_PER_WATCH = 100;
}
