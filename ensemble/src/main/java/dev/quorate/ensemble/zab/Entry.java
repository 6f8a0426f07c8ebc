package dev.quorate.ensemble.zab;

/**
 * One entry of the replicated history.
 *
 * @param zxid its place in the order
 * @param timeMs the leader's wall clock when it was ordered, in milliseconds since 1970; never less than that of the
 *     entry before
 * @param payload what is replicated
 */
public record Entry(long zxid, long timeMs, Payload payload) {}
