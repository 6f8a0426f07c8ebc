package dev.quorate.ensemble.zab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member found on its own disk when it started, after recovery.
 *
 * @param acceptedEpoch the highest epoch it promised to (0: none)
 * @param currentEpoch the epoch whose history it holds (0: none)
 * @param lastZxid the last entry of its durable history, {@link Zxid#NONE} when empty. With holes: the last one that it
 *     certainly held, which it claims in elections
 * @param floorZxid the zxid after which the log is complete: a learner whose last zxid is lower needs a snapshot.
 *     {@link Zxid#NONE} when the log reaches back to the first entry
 * @param epochEnds the last zxid of each epoch that occurs after {@code floorZxid} (and {@code floorZxid} itself when
 *     it is not NONE), ascending; its last element is {@link #intactZxid} unless that is NONE
 * @param lastTimeMs {@code timeMs} of the last entry before the first hole, 0 when none
 * @param founding the founding set that is held durably; empty when this disk was never part of an ensemble
 * @param holes what is missing of the history, ascending; the tree can be loaded up to the first one
 * @param lost null unless what this member had promised or logged earlier is lost and it began anew, under another
 *     incarnation; then what happened, as the beginning of a sentence
 */
public record Recovered(
        long acceptedEpoch,
        long currentEpoch,
        long lastZxid,
        long floorZxid,
        List<Long> epochEnds,
        long lastTimeMs,
        List<FoundingMember> founding,
        List<Hole> holes,
        @Nullable String lost) {

    /** The end of what can be read without a hole. */
    public long intactZxid() {
        return holes.isEmpty() ? lastZxid : holes.getFirst().afterZxid();
    }
}
