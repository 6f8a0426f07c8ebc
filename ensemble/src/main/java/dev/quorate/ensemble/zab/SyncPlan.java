package dev.quorate.ensemble.zab;

/** How a learner's history becomes the leader's. */
sealed interface SyncPlan {
    /** The learner's history is a prefix of ours: send what comes after it. */
    record Diff(long afterZxid) implements SyncPlan {}

    /** The learner's history leaves ours: it drops what it has after {@code zxid}, then the plan is made again. */
    record Trunc(long zxid) implements SyncPlan {}

    /** Our log does not reach back to where the learner is. */
    record Snap() implements SyncPlan {}

    /** The plan for a learner whose history ends at {@code learnerLast}. */
    static SyncPlan of(long learnerLast, History ours) {
        long common = ours.lastAtOrBefore(learnerLast);
        if (common == learnerLast) {
            return new Diff(learnerLast);
        }
        return common == History.BELOW_FLOOR ? new Snap() : new Trunc(common);
    }
}
