package dev.quorate.ensemble.zab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer as others may look at it.
 *
 * @param role what it does now
 * @param epoch the current epoch of its history
 * @param leader id of the leader it knows, 0 when none
 * @param leaderLink the link to that leader, 0 when this member leads or knows none
 * @param inSync whether it serves as part of an established quorum: an activated leader with a fresh quorum, or a
 *     learner that is up to date with one
 * @param lastLoggedZxid the end of its history
 * @param committedZxid the highest zxid it knows to be committed
 * @param learners the leader's learners, ascending by id; empty elsewhere
 * @param elections how many elections this process went through
 * @param configuration the one in force here, committed or not
 * @param stayOutReason why this member takes no part in a quorum; null when it may
 */
public record PeerView(
        RoleName role,
        long epoch,
        int leader,
        long leaderLink,
        boolean inSync,
        long lastLoggedZxid,
        long committedZxid,
        List<LearnerView> learners,
        long elections,
        Configuration configuration,
        @Nullable String stayOutReason) {

    /** Leader only: up to which zxid the quickest other voter in sync has everything; {@link Zxid#NONE} without one. */
    public long ackedByOtherVoter() {
        long acked = Zxid.NONE;
        for (LearnerView each : learners) {
            acked = each.voter() && each.inSync() ? Math.max(acked, each.ackedZxid()) : acked;
        }
        return acked;
    }

    /** Whether it is a learner in sync. */
    public boolean follows() {
        return inSync && (role == RoleName.FOLLOWING || role == RoleName.OBSERVING);
    }

    /** What a member does. */
    public enum RoleName {
        FOUNDING,
        LOOKING,
        LEADING,
        FOLLOWING,
        OBSERVING,
        STOPPED
    }

    /**
     * The leader's view of one learner.
     *
     * @param incarnation of its disk
     * @param level the highest level that its build knows
     * @param voter whether it votes in the configuration in force
     * @param inSync whether it acknowledged this epoch and takes part in the broadcast
     * @param counts whether its word would count in this epoch if it votes: not when it promised to a later one before
     * @param ackedZxid the last zxid it has acknowledged
     */
    public record LearnerView(int id, long incarnation, int level, boolean voter, boolean inSync, boolean counts,
            long ackedZxid) {}
}
