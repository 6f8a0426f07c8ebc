package dev.quorate.ensemble.zab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer does at a time. Only messages of present links and completions of this role's own generation reach it.
 * What a role does not react to leaves it as it is. Whoever asks is answered; whether an answer counts is decided by
 * who asked, by the configuration in force there: that may be one which this member has not heard of yet.
 */
interface Role {
    PeerView.RoleName name();

    /** The first thing a role does. */
    Next start();

    /** The role has ended: say so to those who count on it. */
    default void end() {}

    /** The known leader, 0 when none. */
    default int leader() {
        return 0;
    }

    /** The link to the known leader, 0 when there is none. */
    default long leaderLink() {
        return 0;
    }

    default boolean inSync() {
        return false;
    }

    default List<PeerView.LearnerView> learners() {
        return List.of();
    }

    default @Nullable String stayOutReason() {
        return null;
    }

    default Next tick() {
        return Next.STAY;
    }

    /** This process did not run for longer than the silence limit. */
    default void woke() {}

    default Next linkUp(Link link) {
        return Next.STAY;
    }

    default Next linkDown(Link link) {
        return Next.STAY;
    }

    default Next submitted(List<Payload> payloads, long timeMs) {
        return Next.STAY;
    }

    /** @param exceptTo who is not to lead either */
    default Next handOver(List<Integer> exceptTo) {
        return Next.STAY;
    }

    default Next syncRequested(long token) {
        return Next.STAY;
    }

    /** When a leader sent the last heartbeat that a quorum has answered; long ago for every other role. */
    default long quorumHeardMs() {
        return Long.MIN_VALUE / 2;
    }

    default Next newEpochWanted() {
        return Next.STAY;
    }

    default Next appended(long zxid) {
        return Next.STAY;
    }

    default Next epochsSaved() {
        return Next.STAY;
    }

    default Next truncated(long zxid) {
        return Next.STAY;
    }

    default Next filled(List<Hole> holes) {
        return Next.STAY;
    }

    default Next repaired() {
        return Next.STAY;
    }

    /** Somebody answers a {@link Message.Fetch}. */
    default Next records(Link from, Message.Records message) {
        return Next.STAY;
    }

    default Next fenced(long zxid) {
        return Next.STAY;
    }

    default Next foundingSaved() {
        return Next.STAY;
    }

    default Next snapshotStaged(Event.SnapshotStaged staged) {
        return Next.STAY;
    }

    default Next historySent(Link link, long zxid) {
        return Next.STAY;
    }

    default Next historyGone(Link link) {
        return Next.STAY;
    }

    default Next foundingProposal(Link from, Message.FoundingProposal message) {
        return Next.STAY;
    }

    default Next foundingSet(Link from, Message.FoundingSet message) {
        return Next.STAY;
    }

    default Next ballot(Link from, Message.Ballot message) {
        return Next.STAY;
    }

    default Next loyal(Link from) {
        return Next.STAY;
    }

    default Next lead(Link from, Message.Lead message) {
        return Next.STAY;
    }

    default Next resigned(Link from) {
        return Next.STAY;
    }

    /** A message that only leaders send to learners. */
    default Next fromLeader(Link from, Message.ToLearner message) {
        return Next.STAY;
    }

    /** A message that only learners send to leaders. */
    default Next fromLearner(Link from, Message.ToLeader message) {
        return Next.STAY;
    }
}
