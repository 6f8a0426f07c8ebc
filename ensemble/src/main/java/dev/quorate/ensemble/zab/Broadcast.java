package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;

/** The activated leader's broadcast: orders entries, counts acknowledgments, commits. */
final class Broadcast {
    private final Context context;
    private final Learners learners;
    private final LearnerSync sync;
    private final long epoch;

    Broadcast(Context context, Learners learners, LearnerSync sync, long epoch) {
        this.context = context;
        this.learners = learners;
        this.sync = sync;
        this.epoch = epoch;
    }

    /** Orders these; false, and nothing done, when the epoch's counter does not suffice. */
    boolean order(List<Payload> payloads, long timeMs) {
        History history = context.history();
        long counter = Zxid.epoch(history.lastZxid()) == epoch ? Zxid.counter(history.lastZxid()) : 0;
        if (counter + payloads.size() > context.settings().maxCounter()) {
            return false;
        }
        long entryTimeMs = Math.max(timeMs, history.lastTimeMs());
        List<Entry> entries = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            entries.add(new Entry(Zxid.of(epoch, ++counter), entryTimeMs, payload));
        }
        history.append(entries);
        context.emit(new Effect.Append(context.generation(), entries));
        for (Learner learner : learners.all()) {
            if (learner.isStreaming()) {
                sync.propose(learner, entries);
            }
        }
        return true;
    }

    /** Commits what a quorum has acknowledged, if it is of this epoch: older entries were committed by activation. */
    void advance() {
        long zxid = context.configuration().quorumValue(this::ackedBy);
        if (Zxid.epoch(zxid) == epoch && context.commit(zxid)) {
            learners.send(Learner::hearsCommits, new Message.Commit(epoch, zxid));
        }
    }

    private long ackedBy(int voter, long incarnation) {
        return context.isSelf(voter, incarnation)
                ? context.history().durableZxid()
                : learners.ackedBy(voter, incarnation, epoch);
    }
}
