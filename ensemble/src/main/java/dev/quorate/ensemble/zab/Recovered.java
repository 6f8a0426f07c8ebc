package dev.quorate.ensemble.zab;

import java.util.List;

/**
 * What a member found on its own disk when it started, after recovery.
 *
 * @param acceptedEpoch the highest epoch it promised to (0: none)
 * @param currentEpoch the epoch whose history it holds (0: none)
 * @param lastZxid the last entry of its durable history, {@link Zxid#NONE} when empty
 * @param floorZxid the zxid after which the log is complete: a learner whose last zxid is lower needs a snapshot.
 *     {@link Zxid#NONE} when the log reaches back to the first entry
 * @param epochEnds the last zxid of each epoch that occurs after {@code floorZxid} (and {@code floorZxid} itself when it
 *     is not NONE), ascending; its last element is {@code lastZxid} unless the history is empty
 * @param lastTimeMs {@code timeMs} of the last entry, 0 when none
 * @param founding the founding set that is held durably; empty when this disk was never part of an ensemble
 * @param stayOutReason null when this member may vote; else why it stays out of the quorum, as a sentence for people
 */
public record Recovered(
        long acceptedEpoch,
        long currentEpoch,
        long lastZxid,
        long floorZxid,
        List<Long> epochEnds,
        long lastTimeMs,
        List<FoundingMember> founding,
        @org.jspecify.annotations.Nullable String stayOutReason) {}
