package dev.quorate.ensemble.zab;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a peer. All times are in milliseconds.
 *
 * @param id this member's id
 * @param incarnation random number of this member's disk
 * @param heartbeatMs how often a leader is heard when nothing else is to be said
 * @param peerTimeoutMs how long a silence is borne before a peer counts as gone
 * @param electionWaitMs how long a candidate with a quorum waits for the other voters it hears
 * @param maxBackoffMs the longest pause of a candidate that failed to lead
 * @param tailEntries how many committed entries are kept in memory for learners
 * @param tailBytes how many bytes of committed entries are kept in memory for learners
 * @param batchBytes about how many bytes one message carries when a learner catches up from memory
 * @param maxCounter the highest counter that an epoch may reach; smaller only in tests
 * @param configurations tells which entries bring a configuration
 */
public record PeerSettings(
        int id,
        long incarnation,
        long heartbeatMs,
        long peerTimeoutMs,
        long electionWaitMs,
        long maxBackoffMs,
        int tailEntries,
        long tailBytes,
        int batchBytes,
        long maxCounter,
        Configurations configurations) {

    /** Looks into an entry, as far as that is needed to know what it says of the members. Pure, and cheap for most. */
    @FunctionalInterface
    public interface Configurations {
        /** The configuration that is in force from this entry on; null when the entry brings none. */
        @Nullable
        Configuration of(Entry entry);
    }

    /** The settings that members run with unless they are told otherwise. */
    public static PeerSettings defaults(int id, long incarnation) {
        return new PeerSettings(
                id, incarnation, 100, 1000, 50, 1000, 20_000, 32L << 20, 1 << 20, Zxid.MAX_COUNTER - 1_000_000,
                entry -> null);
    }

    /** The same with another silence limit; heartbeats are sent ten times as often as it. */
    public PeerSettings withPeerTimeoutMs(long timeoutMs) {
        return new PeerSettings(
                id, incarnation, Math.max(1, timeoutMs / 10), timeoutMs, electionWaitMs, maxBackoffMs, tailEntries,
                tailBytes, batchBytes, maxCounter, configurations);
    }

    /** The same with other limits of what is kept in memory. */
    public PeerSettings withTail(int entries, long bytes) {
        return new PeerSettings(
                id, incarnation, heartbeatMs, peerTimeoutMs, electionWaitMs, maxBackoffMs, entries, bytes, batchBytes,
                maxCounter, configurations);
    }

    /** The same with another end of an epoch's counter. */
    public PeerSettings withMaxCounter(long counter) {
        return new PeerSettings(
                id, incarnation, heartbeatMs, peerTimeoutMs, electionWaitMs, maxBackoffMs, tailEntries, tailBytes,
                batchBytes, counter, configurations);
    }

    /** The same with another way to find configurations in entries. */
    public PeerSettings withConfigurations(Configurations found) {
        return new PeerSettings(
                id, incarnation, heartbeatMs, peerTimeoutMs, electionWaitMs, maxBackoffMs, tailEntries, tailBytes,
                batchBytes, maxCounter, found);
    }
}
