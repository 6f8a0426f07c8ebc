package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Membership;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.PendingChange;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leader's part in changes of the members. It goes by what is replicated alone, so a new leader goes on where the
 * former one stopped: a joint configuration is ended, an accepted change is begun as soon as all its new voters are in
 * sync, or abandoned when they are not for too long. When there is nothing else to do, a voter that came back with
 * another disk is readmitted once it is in sync: the quorum of the old members does not count its new disk, that of the
 * next ones does.
 */
final class Reconfig {
    private final int id;
    private final long incarnation;
    private final int level;
    private final long patienceMs;
    private boolean ordered;
    private long waitsFor;
    private long waitsSinceMs;

    /**
     * @param incarnation of the leader's own disk
     * @param level the highest that its build knows
     * @param patienceMs how long new voters may take to be in sync; they need it when the leader has just been elected
     */
    Reconfig(int id, long incarnation, int level, long patienceMs) {
        this.id = id;
        this.incarnation = incarnation;
        this.level = level;
        this.patienceMs = patienceMs;
    }

    /** What the leader itself ordered has been applied. */
    void applied(Outcome outcome) {
        switch (outcome) {
            case Outcome.ChangeBegun begun -> ordered = false;
            case Outcome.Configured configured -> ordered = false;
            case Outcome.ChangeDone done -> ordered = false;
            default -> {
                // The members are as they were.
            }
        }
    }

    /**
     * What is to be ordered now; null when nothing is.
     *
     * @param clientAddresses what members said of themselves; who joins without a client address gets the one from here
     */
    @Nullable
    Command next(Membership membership, PeerView view, Map<Integer, String> clientAddresses, long nowMs) {
        if (ordered)
            return null;
        Configuration present = membership.configuration();
        PendingChange change = membership.pending();
        Command command;
        if (present.isJoint())
            command = end(membership);
        else if (change == null)
            command = readmit(present, view);
        else
            command = change.level() > present.level()
                    ? raise(change, present, view, nowMs)
                    : begin(change, present, view, clientAddresses, nowMs);
        ordered = command != null;
        return command;
    }

    /** Whether somebody is to vote who has promised to a later epoch: its word counts only in one above that. */
    boolean needsNewEpoch(Membership membership, PeerView view) {
        for (LearnerView learner : view.learners()) {
            if (learner.inSync() && !learner.counts() && isWanted(learner, membership))
                return true;
        }
        return false;
    }

    private static boolean isWanted(LearnerView learner, Membership membership) {
        ConfigMember present = membership.configuration().member(learner.id());
        PendingChange change = membership.pending();
        boolean joins = change != null && change.members().stream()
                .anyMatch(member -> member.id() == learner.id() && member.voter());
        return joins || (present != null && present.voter());
    }

    private static Command end(Membership membership) {
        Configuration joint = membership.configuration();
        List<ConfigMember> next = joint.next();
        if (next == null)
            throw new IllegalStateException("only a joint configuration has an end");
        return new Command.Final(membership.jointFor(), joint.level(), joint.highestId(), next);
    }

    private @Nullable Command begin(PendingChange change, Configuration present, PeerView view,
            Map<Integer, String> clientAddresses, long nowMs) {
        List<ConfigMember> next = new ArrayList<>();
        boolean ready = true;
        for (ConfigMember wanted : change.members()) {
            ConfigMember member = Founding.addressed(wanted, clientAddresses);
            ConfigMember before = present.member(member.id());
            if (member.voter() && before != null && before.voter()) {
                member = member.withIncarnation(before.incarnation());
            } else if (member.voter()) {
                LearnerView learner = inSync(view, member.id());
                ready &= learner != null;
                member = member.withIncarnation(learner == null ? 0 : learner.incarnation());
            }
            next.add(member);
        }
        ready = ready && Configuration.founding(next).isQuorum((voter, disk) -> isInSync(view, voter, disk));
        return ready ? new Command.Joint(change.zxid(), present.joint(next)) : abandonInTime(change, nowMs);
    }

    private @Nullable Command raise(PendingChange change, Configuration present, PeerView view, long nowMs) {
        boolean supported = level >= change.level();
        for (ConfigMember member : present.members()) {
            supported &= member.id() == id || view.learners().stream()
                    .anyMatch(learner -> learner.id() == member.id() && learner.level() >= change.level());
        }
        return supported
                ? new Command.Final(change.zxid(), change.level(), present.highestId(), present.members())
                : abandonInTime(change, nowMs);
    }

    private @Nullable Command abandonInTime(PendingChange change, long nowMs) {
        if (waitsFor != change.zxid()) {
            waitsFor = change.zxid();
            waitsSinceMs = nowMs;
        }
        return nowMs - waitsSinceMs < patienceMs
                ? null
                : new Command.Abandon(change.zxid(), ErrorCode.NEW_CONFIG_NO_QUORUM);
    }

    private static @Nullable Command readmit(Configuration present, PeerView view) {
        for (ConfigMember member : present.members()) {
            LearnerView learner = member.voter() ? inSync(view, member.id()) : null;
            if (learner != null && learner.incarnation() != member.incarnation()) {
                List<ConfigMember> next = new ArrayList<>(present.members());
                next.set(next.indexOf(member), member.withIncarnation(learner.incarnation()));
                return new Command.Joint(0, present.joint(next));
            }
        }
        return null;
    }

    private boolean isInSync(PeerView view, int voter, long disk) {
        if (voter == id)
            return disk == incarnation;
        LearnerView learner = inSync(view, voter);
        return learner != null && learner.incarnation() == disk;
    }

    private static @Nullable LearnerView inSync(PeerView view, int learnerId) {
        for (LearnerView learner : view.learners()) {
            if (learner.id() == learnerId && learner.inSync() && learner.counts())
                return learner;
        }
        return null;
    }
}
