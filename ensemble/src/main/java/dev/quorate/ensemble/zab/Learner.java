package dev.quorate.ensemble.zab;

import java.util.List;

/** What the leader knows of one learner on its present link. */
final class Learner {
    /** How far it has come. */
    enum State {
        /** It joined, and has not accepted the epoch yet. */
        JOINED,
        /** It accepted the epoch. */
        ACCEPTED,
        /** It was told to truncate, or is getting a snapshot; it will say where it is then. */
        MOVING,
        /** The log on disk is being sent. */
        READING,
        /** It got NEWLEADER and everything since. */
        STREAMING,
        /** It acknowledged NEWLEADER. */
        SYNCED
    }

    private final Link link;
    private final long acceptedEpoch;
    private State state = State.JOINED;
    private boolean moreRecent;
    private long lastZxid;
    private long sentZxid;
    private long ackedZxid;
    private long answeredRound;

    /** @param acceptedEpoch the highest epoch it had promised to when it joined */
    Learner(Link link, long acceptedEpoch) {
        this.link = link;
        this.acceptedEpoch = acceptedEpoch;
    }

    Link link() {
        return link;
    }

    int id() {
        return link.peer();
    }

    /**
     * Whether its word counts in this epoch, if it is a voter's: who promised to a later one learns here, but may no
     * more help to commit what that later epoch need not know.
     */
    boolean isFreeFor(long epoch) {
        return acceptedEpoch <= epoch;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    /** Whether it takes part in the broadcast: it gets every proposal as it is made. */
    boolean isStreaming() {
        return state == State.STREAMING || state == State.SYNCED;
    }

    boolean isSynced() {
        return state == State.SYNCED;
    }

    /** Whether it was told how its history becomes ours in place, so that it may hear of commits. */
    boolean hearsCommits() {
        return state == State.READING || isStreaming();
    }

    /** Whether its history is ahead of the leader's. */
    boolean isMoreRecent() {
        return moreRecent;
    }

    void accepted(long zxid, boolean isMoreRecent) {
        state = State.ACCEPTED;
        lastZxid = zxid;
        moreRecent = isMoreRecent;
    }

    /** The end of its history as it last said. */
    long lastZxid() {
        return lastZxid;
    }

    long sentZxid() {
        return sentZxid;
    }

    /** Everything up to {@code zxid} is there or under way. */
    void sentTo(long zxid) {
        sentZxid = zxid;
    }

    /** Entries are about to be sent; they must follow what was sent before. */
    void sending(List<Entry> entries) {
        long first = entries.getFirst().zxid();
        Context.check(
                Zxid.follows(sentZxid, first),
                "entries after " + Zxid.text(sentZxid) + " may not begin at " + Zxid.text(first));
        sentZxid = entries.getLast().zxid();
    }

    long ackedZxid() {
        return ackedZxid;
    }

    /** Everything up to {@code zxid} is durable there; false if it acknowledges what it never got. */
    boolean acked(long zxid) {
        if (zxid > sentZxid) {
            return false;
        }
        ackedZxid = Math.max(ackedZxid, zxid);
        return true;
    }

    long answeredRound() {
        return answeredRound;
    }

    void answered(long round) {
        answeredRound = Math.max(answeredRound, round);
    }
}
