package dev.quorate.ensemble.zab;

import java.util.List;

/**
 * What members say to each other. {@link Protocol} messages go through the peer; {@link Shell} messages are exchanged
 * by the shells around it, on the same links and so in order with the protocol's.
 */
public sealed interface Message {

    /** A message of the protocol itself. */
    sealed interface Protocol extends Message {}

    /** Founding and election: between any two members. */
    sealed interface Electing extends Protocol {}

    /** From a leader to its learner. */
    sealed interface ToLearner extends Protocol {}

    /** From a learner to its leader. */
    sealed interface ToLeader extends Protocol {}

    /** Unfounded voter to all: the incarnations it sees. The ensemble is founded when all voters say the same. */
    record FoundingProposal(List<FoundingMember> members) implements Electing {}

    /** Founded member to an unfounded one: the set that this ensemble was founded with. */
    record FoundingSet(List<FoundingMember> members) implements Electing {}

    /**
     * A looking member to all: how recent its history is, and for whom it is.
     *
     * @param viable whether it may lead: it and a quorum hear each other, and it is not backing off
     * @param vote the id of the best viable candidate that it hears, 0 when there is none
     * @param heard the members it hears, ascending
     */
    record Ballot(long currentEpoch, long lastZxid, boolean viable, int vote,
            List<Integer> heard) implements Electing {}

    /** Answer of a follower to a candidate: it still hears its leader and does not join in. */
    record Loyal(int leader, long epoch) implements Electing {}

    /**
     * Leader to everyone linked who is not its learner yet: join me.
     *
     * @param epoch the epoch that a quorum promised to it, 0 before that
     * @param active whether it is activated
     */
    record Lead(long epoch, boolean active, long currentEpoch, long lastZxid) implements Electing {}

    /** The sender's part in this link's role has ended: a leader that leads no more, a learner that follows no more. */
    record Resigned() implements Electing {}

    /** Learner to leader, first: the highest epoch it promised to (FOLLOWERINFO and OBSERVERINFO of ZooKeeper). */
    record LearnerInfo(long acceptedEpoch) implements ToLeader {}

    /** Leader to learner: promise to this epoch (NEWEPOCH of the paper, LEADERINFO of ZooKeeper). */
    record NewEpoch(long epoch) implements ToLearner {}

    /**
     * Learner to leader: the epoch is accepted, and durably so when {@code promised}.
     *
     * @param promised whether this is the learner's first and durable acceptance of this epoch: only then it counts for
     *     the epoch
     * @param lastZxid the end of its history
     * @param intactZxid the last entry before the first that is missing in a damaged history; {@code lastZxid} in a
     *     whole one
     */
    record AckEpoch(long epoch, boolean promised, long currentEpoch, long lastZxid,
            long intactZxid) implements ToLeader {

        /** Of a member whose history is whole. */
        public AckEpoch(long epoch, boolean promised, long currentEpoch, long lastZxid) {
            this(epoch, promised, currentEpoch, lastZxid, lastZxid);
        }
    }

    /** Leader to learner: your history is a prefix of mine, the entries after {@code afterZxid} follow. */
    record Diff(long epoch, long afterZxid) implements ToLearner {}

    /** Leader to learner: drop what you have after {@code zxid}, then say where you are ({@link SyncFrom}). */
    record Trunc(long epoch, long zxid) implements ToLearner {}

    /** Leader to learner: a snapshot follows on this link; say where it ends when it is staged ({@link SyncFrom}). */
    record Snap(long epoch) implements ToLearner {}

    /**
     * Learner to leader: its history, or the staged one, now ends here.
     *
     * @param snapshotNeeded it cannot go back as far as it was asked to
     */
    record SyncFrom(long epoch, long lastZxid, boolean snapshotNeeded) implements ToLeader {}

    /**
     * Leader to learner: entries of the history in their order, live or for catching up. All entries are sent under the
     * leader's epoch; their own zxids may be of earlier ones.
     */
    record Propose(long epoch, List<Entry> entries) implements ToLearner {}

    /** Leader to learner: you have my history up to {@code zxid}; make it durable, then the epoch, then answer. */
    record NewLeader(long epoch, long zxid) implements ToLearner {}

    /** Learner to leader: history up to {@code zxid} is durable, and after it the epoch. */
    record AckNewLeader(long epoch, long zxid) implements ToLeader {}

    /** Leader to learner: the epoch is activated and you are part of it. */
    record UpToDate(long epoch, long committedZxid) implements ToLearner {}

    /** Learner to leader: everything up to {@code zxid} is durable. Cumulative; never before {@link AckNewLeader}. */
    record Ack(long epoch, long zxid) implements ToLeader {}

    /** Leader to learner: everything up to {@code zxid} is committed. Cumulative; may run ahead of the entries. */
    record Commit(long epoch, long zxid) implements ToLearner {}

    /** Leader to learner: answer this round. The epoch is 0 until a quorum promised to one. */
    record Heartbeat(long epoch, long round) implements ToLearner {}

    /**
     * Leader to learner, last: everything is committed and {@code successor} has it. It goes to discovery without a
     * vote, and the others follow it when it calls.
     *
     * @param successor its id; the leader's own when only the epoch ends
     */
    record HandOver(long epoch, int successor) implements ToLearner {}

    /** Learner to leader: answer to {@link Heartbeat}, with the epoch that the learner accepted of this leader. */
    record HeartbeatAck(long epoch, long round) implements ToLeader {}

    /** Between any two members, whatever they do: entries that one of them lost. */
    sealed interface Repairing extends Protocol {}

    /**
     * My log is damaged: I have {@code afterZxid} and lack what follows up to {@code toZxid}; what of it do you have?
     */
    record Fetch(long afterZxid, long toZxid) implements Repairing {}

    /**
     * Answer to {@link Fetch}: the entries that directly follow {@code afterZxid}, as many as one answer takes; or
     * none.
     */
    record Records(long afterZxid, List<Entry> entries) implements Repairing {}

    /** A message between the shells. */
    sealed interface Shell extends Message {}

    /**
     * Learner to leader: writes of this origin, with consecutive sequence numbers. The origin's id, incarnation and
     * boot number are in the payloads.
     */
    record Forward(long firstSeq, List<Payload> payloads) implements Shell {}

    /**
     * Learner to leader: sessions whose clients were heard since the last report. Answered by {@link TouchAck}.
     *
     * @param diskShort whether the learner is short of room on its disk
     */
    record Touch(long round, boolean diskShort, long[] sessions) implements Shell {
        @Override
        public String toString() {
            return "Touch[" + round + ", " + sessions.length + " sessions]";
        }
    }

    /**
     * Leader to learner: the report of this round has been taken into account.
     *
     * @param refusing whether no quorum has room on its disks, so that writes which grow the data are not taken
     */
    record TouchAck(long round, boolean refusing) implements Shell {}

    /** Learner to leader: a client wants a sync. */
    record SyncRequest(long token) implements Shell {}

    /** Leader to learner: the sync may be answered as soon as {@code zxid} is applied. */
    record SyncReply(long token, long zxid) implements Shell {}

    /**
     * Leader to learner: a piece of the snapshot, in order from offset 0.
     *
     * @param zxid where the snapshot is exact
     * @param last whether this is the last piece
     */
    record SnapshotChunk(long zxid, long offset, Payload bytes, boolean last) implements Shell {}
}
