package dev.quorate.ensemble.zab;

import java.util.List;

/**
 * Brings learners to the leader's history: plan, catch up from disk while much is missing, then memory, then NEWLEADER.
 */
final class LearnerSync {
    /** With more than so many batches missing the disk is read, which goes at the learner's pace. */
    private static final int BATCHES_FROM_MEMORY = 4;

    private final Context context;
    private final long epoch;

    LearnerSync(Context context, long epoch) {
        this.context = context;
        this.epoch = epoch;
    }

    /** Plans for a learner whose history, or staged snapshot, ends at {@code lastZxid}. */
    void begin(Learner learner, long lastZxid) {
        History history = context.history();
        switch (SyncPlan.of(lastZxid, history)) {
            case SyncPlan.Diff diff -> {
                context.send(learner.link(), new Message.Diff(epoch, diff.afterZxid()));
                learner.sentTo(diff.afterZxid());
                if (history.committedZxid() > Zxid.NONE) {
                    context.send(learner.link(), new Message.Commit(epoch, history.committedZxid()));
                }
                catchUp(learner);
            }
            case SyncPlan.Trunc trunc -> {
                learner.state(Learner.State.MOVING);
                context.send(learner.link(), new Message.Trunc(epoch, trunc.zxid()));
            }
            case SyncPlan.Snap unused -> snapshot(learner);
        }
    }

    void snapshot(Learner learner) {
        learner.state(Learner.State.MOVING);
        context.send(learner.link(), new Message.Snap(epoch));
        context.emit(new Effect.SendSnapshot(learner.id(), learner.link().id()));
    }

    /** Sends what is missing: a round from disk, or the rest from memory and NEWLEADER. */
    void catchUp(Learner learner) {
        History history = context.history();
        long sent = learner.sentZxid();
        long fromMemory = (long) BATCHES_FROM_MEMORY * context.settings().batchBytes();
        boolean little = history.tailCovers(sent)
                && (history.tailBytesAfter(sent) <= fromMemory || history.durableZxid() <= sent);
        if (!little) {
            Context.check(history.durableZxid() > sent, "what memory dropped is not on disk");
            learner.state(Learner.State.READING);
            context.emit(
                    new Effect.SendHistory(learner.id(), learner.link().id(), epoch, sent, history.durableZxid()));
            return;
        }
        while (learner.sentZxid() < history.lastZxid()) {
            propose(learner, history.tailAfter(learner.sentZxid(), context.settings().batchBytes()));
        }
        learner.state(Learner.State.STREAMING);
        context.send(learner.link(), new Message.NewLeader(epoch, history.lastZxid()));
    }

    void propose(Learner learner, List<Entry> entries) {
        learner.sending(entries);
        context.send(learner.link(), new Message.Propose(epoch, entries));
    }
}
