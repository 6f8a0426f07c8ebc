package dev.quorate.ensemble.zab;

import java.util.List;

/**
 * What members say to each other. {@link Protocol} messages go through the peer; {@link Shell} messages are exchanged by
 * the shells around it, on the same links and so in order with the protocol's.
 */
public sealed interface Message {

    /** A message of the protocol itself. */
    sealed interface Protocol extends Message {}

    /**
     * Leader to learner: entries of the history in their order, live or for catching up. All entries are sent under the
     * leader's epoch; their own zxids may be of earlier ones.
     */
    record Propose(long epoch, List<Entry> entries) implements Protocol {}

    /** A message between the shells. */
    sealed interface Shell extends Message {}

    /**
     * Learner to leader: writes of this origin, with consecutive sequence numbers. The origin's id, incarnation and boot
     * number are in the payloads.
     */
    record Forward(long firstSeq, List<Payload> payloads) implements Shell {}

    /** Learner to leader: sessions whose clients were heard since the last report. Answered by {@link TouchAck}. */
    record Touch(long round, long[] sessions) implements Shell {
        @Override
        public String toString() {
            return "Touch[" + round + ", " + sessions.length + " sessions]";
        }
    }

    /** Leader to learner: the report of this round has been taken into account. */
    record TouchAck(long round) implements Shell {}

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
