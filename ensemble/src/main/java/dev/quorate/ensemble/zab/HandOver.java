package dev.quorate.ensemble.zab;

import java.util.List;

/**
 * The end of an active leader's time that is not forced on it. From now on it orders nothing; it leaves as soon as all
 * of its history is committed and a successor has it durably. Bounded: a leader that waits longer leaves without a
 * successor.
 */
final class HandOver {
    private final Context context;
    private final Learners learners;
    private final long epoch;
    private final boolean toItself;
    private final List<Integer> exceptTo;
    private final long untilMs;

    private HandOver(Context context, Learners learners, long epoch, boolean toItself, List<Integer> exceptTo) {
        this.epoch = epoch;
        this.context = context;
        this.learners = learners;
        this.toItself = toItself;
        this.exceptTo = exceptTo;
        this.untilMs = context.nowMs() + context.settings().peerTimeoutMs() / 2;
    }

    /** Another voter is to lead, but none of those in {@code exceptTo}. */
    static HandOver toAnother(Context context, Learners learners, long epoch, List<Integer> exceptTo) {
        return new HandOver(context, learners, epoch, false, exceptTo);
    }

    /** Only the epoch is to end. */
    static HandOver toItself(Context context, Learners learners, long epoch) {
        return new HandOver(context, learners, epoch, true, List.of());
    }

    /** Whether a learner is in sync and votes, also after a change that is under way. */
    boolean maySucceed(Learner learner) {
        return !exceptTo.contains(learner.id()) && learner.isSynced() && learner.isFreeFor(epoch)
                && context.configuration().staysVoter(learner.id(), learner.link().info().incarnation());
    }

    boolean isToItself() {
        return toItself;
    }

    /** Whether writes have waited for long enough. */
    boolean isOverdue() {
        return context.nowMs() > untilMs;
    }

    /** Who may take over now: of the voters that have everything the one that was heard last; 0 when nobody may yet. */
    int successor() {
        long last = context.history().lastZxid();
        if (context.history().committedZxid() != last) {
            return 0;
        }
        if (toItself) {
            return context.id();
        }
        int successor = 0;
        long heardMs = Long.MIN_VALUE;
        for (Learner learner : learners.all()) {
            boolean hasAll = maySucceed(learner) && learner.ackedZxid() == last;
            if (hasAll && learner.link().heardMs() >= heardMs) {
                successor = learner.id();
                heardMs = learner.link().heardMs();
            }
        }
        return successor;
    }
}
