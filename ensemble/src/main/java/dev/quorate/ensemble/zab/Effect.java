package dev.quorate.ensemble.zab;

import java.util.List;

/** What a peer wants done. The shell performs effects strictly in the order of the list. */
public sealed interface Effect {
    /** Send a message on a link; dropped silently when the link is gone. */
    record Send(int peer, long link, Message message) implements Effect {}

    /** Append to the own log (to the staged history when a snapshot is being installed) → {@link Event.Appended}. */
    record Append(long generation, List<Entry> entries) implements Effect {}

    /**
     * Make both epochs durable, after all that was appended before → {@link Event.EpochsSaved}. When a snapshot is
     * staged this is also the moment at which the staged history replaces the old one, atomically.
     */
    record SaveEpochs(long generation, long acceptedEpoch, long currentEpoch) implements Effect {}

    /** Durably drop all entries after {@code zxid} → {@link Event.Truncated}. */
    record Truncate(long generation, long zxid) implements Effect {}

    /**
     * The history is damaged and goes on after {@code afterZxid} with what is appended from now on. That replaces the
     * rest of it with the next {@link SaveEpochs}, atomically; a fence before that drops it.
     */
    record Refill(long generation, long afterZxid) implements Effect {}

    /** These entries were missing in the damaged history → {@link Event.Filled}, {@link Event.Repaired} at last. */
    record Fill(long generation, List<Entry> entries) implements Effect {}

    /**
     * A damaged member lacks these entries: send it some that are here, from the first on, or none → Message.Records.
     */
    record SendRecords(int peer, long link, long afterZxid, long toZxid) implements Effect {}

    /** A role has ended: drop what is staged, let the log finish → {@link Event.Fenced}. */
    record Fence(long generation) implements Effect {}

    /** Make the founding set durable → {@link Event.FoundingSaved}. */
    record SaveFounding(List<FoundingMember> founding) implements Effect {}

    /**
     * Everything up to {@code zxid} is committed.
     *
     * @param entries the newly committed entries that were appended since this process started, in order. Those which
     *     recovery found on disk have been applied to the tree by recovery already and are not listed again; those
     *     which followed a staged snapshot went to the staged tree as they came and may be listed once more
     */
    record Commit(long zxid, List<Entry> entries) implements Effect {}

    /**
     * Stream entries from the log on disk to a learner, as {@link Message.Propose} messages of this epoch, in order
     * → {@link Event.HistorySent}. Entries are in ({@code afterZxid}, {@code toZxid}].
     */
    record SendHistory(int peer, long link, long epoch, long afterZxid, long toZxid) implements Effect {}

    /** Stream the newest snapshot to a learner → {@link Event.SnapshotSent}. */
    record SendSnapshot(int peer, long link) implements Effect {}

    /** A snapshot will arrive on the leader's link: stage it → {@link Event.SnapshotStaged}. */
    record StageSnapshot(long generation) implements Effect {}

    /**
     * The staged snapshot at {@code zxid} is the history now: its tree replaces the present one. Also comes after a
     * {@link Fence}, when the role ended between {@link SaveEpochs} and its completion: so from {@link SaveEpochs} on a
     * fence drops nothing.
     */
    record Installed(long zxid) implements Effect {}

    /** Close a link. */
    record Disconnect(int peer, long link, String reason) implements Effect {}

    /** Another configuration is in force here: others are to be linked from now on. */
    record ConfigurationChanged(Configuration inForce) implements Effect {}

    /** The role, the known leader, or whether this member is in sync has changed; details: {@code Peer.view()}. */
    record RoleChanged(PeerView view) implements Effect {}

    /**
     * This leader is activated: all of its history is committed and the shell may submit.
     *
     * @param historyIsEmpty true for the first leader ever: the first thing to submit is the founding command
     */
    record Activated(long epoch, boolean historyIsEmpty) implements Effect {}

    /** A quorum answered a heartbeat that was sent after the sync arrived; {@code committedZxid} as of that moment. */
    record SyncReady(long token, long committedZxid) implements Effect {}
}
