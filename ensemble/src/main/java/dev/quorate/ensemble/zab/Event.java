package dev.quorate.ensemble.zab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can happen to a peer. Completions of effects carry the generation of the role that asked; the peer drops those
 * of a role that has ended.
 */
public sealed interface Event {
    /** Time has passed; comes every few milliseconds. The time itself is the argument of {@code Peer.step}. */
    record Tick() implements Event {}

    /** A link to a peer is up. A newer link replaces an older one; messages of older links are dropped. */
    record LinkUp(int peer, long link, PeerInfo info) implements Event {}

    /** A link broke: an immediate hint that the peer is gone. */
    record LinkDown(int peer, long link) implements Event {}

    /** A protocol message arrived. Messages of one link arrive in the order in which they were sent. */
    record Received(int peer, long link, Message.Protocol message) implements Event {}

    /**
     * The shell of an activated leader wants these ordered, in this order.
     *
     * @param timeMs the wall clock; the leader never lets entry times fall
     */
    record Submitted(List<Payload> payloads, long timeMs) implements Event {}

    /**
     * Entries of {@link Effect.Fill} are in place, or were found not to be those which were there.
     *
     * @param holes what is missing now, at least one
     */
    record Filled(long generation, List<Hole> holes) implements Event {}

    /**
     * The last hole was filled: the disk durably holds what it held before the damage, and the tree has all of it.
     *
     * @param configurations those in the history, ascending; the first one is that of the snapshot, if there is one
     */
    record Repaired(long generation, Recovered whole,
            List<ConfigurationAt> configurations) implements Event {}

    /** Everything appended up to {@code zxid} is durable on this member's own disk. Cumulative. */
    record Appended(long generation, long zxid) implements Event {}

    /** The epochs of the last {@link Effect.SaveEpochs} are durable (and a staged snapshot became the history). */
    record EpochsSaved(long generation) implements Event {}

    /** The history now durably ends at {@code zxid}, and the tree does not go beyond it. */
    record Truncated(long generation, long zxid) implements Event {}

    /** The fence went through the log: {@code zxid} is the durable end of the history, nothing else is under way. */
    record Fenced(long generation, long zxid) implements Event {}

    /** The founding set is durable. */
    record FoundingSaved() implements Event {}

    /** {@link Effect.SendHistory} has sent everything up to {@code zxid} on this link. */
    record HistorySent(int peer, long link, long zxid) implements Event {}

    /** The log does not reach back any more to where this learner needs it: it needs a snapshot. */
    record HistoryGone(int peer, long link) implements Event {}

    /** {@link Effect.SendSnapshot} has sent all of a snapshot that is exact at {@code zxid} on this link. */
    record SnapshotSent(int peer, long link, long zxid) implements Event {}

    /**
     * A learner's shell has received, checked and staged a whole snapshot; entries appended from now on follow it. It
     * becomes the history with the next {@link Effect.SaveEpochs}; a fence before that drops it.
     *
     * @param configuration the one that is in force at {@code zxid}; null when the snapshot is of an empty tree
     */
    record SnapshotStaged(long generation, long zxid, long lastTimeMs,
            @Nullable Configuration configuration) implements Event {}

    /** Old segments were purged: the log is complete only after {@code floorZxid} now. */
    record FloorRaised(long floorZxid) implements Event {}

    /** Leader only: go on in an epoch above all that are known. */
    record NewEpochWanted() implements Event {}

    /** Leader only: answer with {@link Effect.SyncReady} after a quorum round that starts now. */
    record SyncRequested(long token) implements Event {}

    /**
     * This member should not lead. An active leader hands over to the voter in sync that it heard last, once that one
     * has everything; with none in sync it leads on. For a while it does not stand then. Any other member neither
     * stands for a while, nor takes over when a leader names it.
     *
     * @param exceptTo who is not to lead either
     */
    record HandOver(List<Integer> exceptTo) implements Event {
        public HandOver() {
            this(List.of());
        }
    }

    /** Own disk failed, or an operator wants this member to take no part: leave the quorum for good, saying why. */
    record StayOut(String reason) implements Event {}
}
