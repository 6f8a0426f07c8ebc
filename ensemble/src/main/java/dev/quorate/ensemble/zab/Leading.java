package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leads: discovery (a quorum promises to a new epoch), synchronization (a quorum has this history and the epoch),
 * broadcast. The own disk's acknowledgments count like any other's.
 */
final class Leading implements Role {
    /** How far this leader has come. */
    private enum Phase {
        DISCOVERING,
        SYNCHRONIZING,
        ACTIVE
    }

    private final Context context;
    private final TreeMap<Integer, Learner> learners = new TreeMap<>();
    private final EpochQuorum promises;
    private final QuorumRounds rounds;
    private final long startedMs;
    private Phase phase = Phase.DISCOVERING;
    private @Nullable LearnerSync sync;
    private long epoch;
    private int pendingSaves;
    private boolean ownEpochSaved;
    private long nextRoundMs;

    Leading(Context context) {
        this.context = context;
        this.promises = new EpochQuorum(context.membership());
        this.rounds = new QuorumRounds(context);
        this.startedMs = context.nowMs();
    }

    @Override
    public PeerView.RoleName name() {
        return PeerView.RoleName.LEADING;
    }

    @Override
    public int leader() {
        return context.id();
    }

    @Override
    public boolean inSync() {
        return phase == Phase.ACTIVE && rounds.isFresh();
    }

    @Override
    public List<PeerView.LearnerView> learners() {
        List<PeerView.LearnerView> views = new ArrayList<>();
        for (Learner learner : learners.values()) {
            views.add(
                    new PeerView.LearnerView(learner.id(), learner.isVoter(), learner.isSynced(), learner.ackedZxid()));
        }
        return views;
    }

    @Override
    public Next start() {
        Context.check(
                context.history().durableZxid() == context.history().lastZxid(),
                "a leader begins with a history that is not durable");
        promises.accepted(context.id(), context.acceptedEpoch());
        callForLearners();
        beginRound();
        propose();
        return Next.STAY;
    }

    @Override
    public void end() {
        for (Learner learner : learners.values()) {
            context.send(learner.link(), new Message.Resigned());
        }
    }

    @Override
    public void woke() {
        rounds.woke();
        beginRound();
    }

    @Override
    public Next tick() {
        long timeoutMs = context.settings().peerTimeoutMs();
        dropSilentLearners(timeoutMs);
        boolean undiscovered = phase == Phase.DISCOVERING && context.nowMs() - startedMs > timeoutMs;
        if (undiscovered || rounds.isLost()) {
            return new Next.Look(phase != Phase.ACTIVE);
        }
        if (context.nowMs() >= nextRoundMs) {
            callForLearners();
            beginRound();
        }
        return Next.STAY;
    }

    private void dropSilentLearners(long timeoutMs) {
        for (Learner learner : List.copyOf(learners.values())) {
            if (context.nowMs() - learner.link().heardMs() > timeoutMs) {
                drop(learner, "learner " + learner.id() + " is silent");
            }
        }
    }

    private void drop(Learner learner, String reason) {
        context.disconnect(learner.link(), reason);
        remove(learner.link());
    }

    private void remove(Link link) {
        Learner learner = learners.get(link.peer());
        if (learner != null && learner.link() == link) {
            learners.remove(link.peer());
            if (phase == Phase.DISCOVERING) {
                promises.gone(link.peer());
            }
        }
    }

    private void callForLearners() {
        for (Link link : context.links()) {
            callFor(link);
        }
    }

    private void callFor(Link link) {
        if (link.counts() && !learners.containsKey(link.peer())) {
            Vote vote = context.ownVote();
            long established = phase == Phase.DISCOVERING ? 0 : epoch;
            context.send(
                    link,
                    new Message.Lead(established, phase == Phase.ACTIVE, vote.currentEpoch(), vote.lastZxid()));
        }
    }

    @Override
    public Next linkUp(Link link) {
        callFor(link);
        return Next.STAY;
    }

    @Override
    public Next linkDown(Link link) {
        remove(link);
        return Next.STAY;
    }

    @Override
    public Next resigned(Link from) {
        remove(from);
        return Next.STAY;
    }

    @Override
    public Next ballot(Link from, Message.Ballot message) {
        remove(from);
        callFor(from);
        return Next.STAY;
    }

    /** Of two leaders one yields, so that neither waits for the other's voters. */
    @Override
    public Next lead(Link from, Message.Lead other) {
        context.heardOfEpoch(other.epoch());
        if (phase == Phase.DISCOVERING) {
            Vote theirs = new Vote(other.currentEpoch(), other.lastZxid(), from.peer());
            boolean yield = other.epoch() > 0 || theirs.compareTo(context.ownVote()) > 0;
            return yield ? new Next.Look(false) : Next.STAY;
        }
        return other.epoch() > epoch ? new Next.Look(false) : Next.STAY;
    }

    @Override
    public Next fromLearner(Link from, Message.ToLeader message) {
        if (message instanceof Message.LearnerInfo info) {
            return joined(from, info);
        }
        Learner learner = learners.get(from.peer());
        if (learner == null) {
            return Next.STAY;
        }
        return switch (message) {
            case Message.LearnerInfo info -> joined(from, info);
            case Message.AckEpoch m -> m.epoch() == epoch ? epochAcked(learner, m) : Next.STAY;
            case Message.SyncFrom m -> m.epoch() == epoch ? syncFrom(learner, m) : Next.STAY;
            case Message.AckNewLeader m -> m.epoch() == epoch ? newLeaderAcked(learner, m.zxid()) : Next.STAY;
            case Message.Ack m -> m.epoch() == epoch ? acked(learner, m.zxid()) : Next.STAY;
            case Message.HeartbeatAck m -> m.epoch() == epoch ? answered(learner, m.round()) : Next.STAY;
        };
    }

    private Next joined(Link from, Message.LearnerInfo info) {
        boolean voter = context.membership().isVoter(from.peer());
        Learner learner = new Learner(from, voter);
        learners.put(from.peer(), learner);
        if (voter) {
            context.heardOfEpoch(info.acceptedEpoch());
        }
        if (phase != Phase.DISCOVERING) {
            if (voter && info.acceptedEpoch() > epoch) {
                return new Next.Look(false);
            }
            context.send(from, new Message.NewEpoch(epoch));
            return Next.STAY;
        }
        if (voter) {
            promises.accepted(from.peer(), info.acceptedEpoch());
        }
        if (!propose() && epoch > 0 && pendingSaves == 0) {
            context.send(from, new Message.NewEpoch(epoch));
        }
        return Next.STAY;
    }

    /** Makes a new proposal durable before it is said to anyone. */
    private boolean propose() {
        if (!promises.propose(context.heardEpoch())) {
            return false;
        }
        epoch = promises.epoch();
        save(context.currentEpoch());
        return true;
    }

    private void save(long currentEpoch) {
        pendingSaves++;
        context.saveEpochs(epoch, currentEpoch);
    }

    @Override
    public Next epochsSaved() {
        pendingSaves--;
        if (pendingSaves > 0) {
            return Next.STAY;
        }
        if (phase == Phase.DISCOVERING) {
            promises.promised(context.id());
            for (Learner learner : learners.values()) {
                context.send(learner.link(), new Message.NewEpoch(epoch));
            }
            return establish();
        }
        ownEpochSaved = true;
        return activate();
    }

    private Next epochAcked(Learner learner, Message.AckEpoch ack) {
        boolean moreRecent = context.ownVote().compareRecency(ack.currentEpoch(), ack.lastZxid()) < 0;
        learner.accepted(ack.lastZxid(), moreRecent);
        if (sync != null) {
            sync.begin(learner, ack.lastZxid());
            return Next.STAY;
        }
        if (!learner.isVoter()) {
            return Next.STAY;
        }
        if (moreRecent) {
            return context.membership().isQuorum(this::mayFollow) ? Next.STAY : new Next.Look(true);
        }
        if (ack.promised()) {
            promises.promised(learner.id());
        }
        return establish();
    }

    private boolean mayFollow(int voter) {
        Link link = context.link(voter);
        Learner learner = learners.get(voter);
        if (voter == context.id()) {
            return true;
        }
        boolean linked = link != null && link.counts();
        return linked && (learner == null || !learner.isMoreRecent());
    }

    private Next establish() {
        if (pendingSaves > 0 || !promises.isEstablished()) {
            return Next.STAY;
        }
        phase = Phase.SYNCHRONIZING;
        LearnerSync started = new LearnerSync(context, epoch);
        sync = started;
        save(epoch);
        for (Learner learner : learners.values()) {
            if (learner.state() == Learner.State.ACCEPTED) {
                started.begin(learner, learner.lastZxid());
            }
        }
        beginRound();
        return Next.STAY;
    }

    private Next syncFrom(Learner learner, Message.SyncFrom message) {
        if (sync == null || learner.state() != Learner.State.MOVING) {
            return broken(learner, "SyncFrom without a Trunc or Snap");
        }
        if (message.snapshotNeeded()) {
            sync.snapshot(learner);
        } else {
            sync.begin(learner, message.lastZxid());
        }
        return Next.STAY;
    }

    private Next broken(Learner learner, String what) {
        drop(learner, "learner " + learner.id() + " broke the protocol: " + what);
        return Next.STAY;
    }

    @Override
    public Next historySent(Link link, long zxid) {
        Learner learner = learners.get(link.peer());
        if (sync != null && learner != null && learner.state() == Learner.State.READING) {
            learner.sentTo(zxid);
            sync.catchUp(learner);
        }
        return Next.STAY;
    }

    @Override
    public Next historyGone(Link link) {
        Learner learner = learners.get(link.peer());
        if (sync != null && learner != null && learner.state() == Learner.State.READING) {
            sync.snapshot(learner);
        }
        return Next.STAY;
    }

    private Next newLeaderAcked(Learner learner, long zxid) {
        if (learner.state() != Learner.State.STREAMING || !learner.acked(zxid)) {
            return broken(learner, "an acknowledgment of NEWLEADER that was not sent");
        }
        learner.state(Learner.State.SYNCED);
        if (phase != Phase.ACTIVE) {
            return activate();
        }
        context.send(learner.link(), new Message.UpToDate(epoch, context.history().committedZxid()));
        advance();
        return Next.STAY;
    }

    /** Everything in the history of an activated leader counts as committed. */
    private Next activate() {
        if (phase != Phase.SYNCHRONIZING || !context.membership().isQuorum(this::hasHistoryAndEpoch)) {
            return Next.STAY;
        }
        phase = Phase.ACTIVE;
        context.partOfQuorum();
        long last = context.history().lastZxid();
        context.commit(last);
        for (Learner learner : learners.values()) {
            if (learner.isSynced()) {
                context.send(learner.link(), new Message.UpToDate(epoch, last));
            }
        }
        beginRound();
        context.emitLast(new Effect.Activated(epoch, last == Zxid.NONE));
        return Next.STAY;
    }

    private boolean hasHistoryAndEpoch(int voter) {
        if (voter == context.id()) {
            return ownEpochSaved;
        }
        Learner learner = learners.get(voter);
        return learner != null && learner.isSynced();
    }

    @Override
    public Next submitted(List<Payload> payloads, long timeMs) {
        LearnerSync streams = sync;
        if (phase != Phase.ACTIVE || streams == null || payloads.isEmpty()) {
            return Next.STAY;
        }
        History history = context.history();
        long counter = Zxid.epoch(history.lastZxid()) == epoch ? Zxid.counter(history.lastZxid()) : 0;
        if (counter + payloads.size() > context.settings().maxCounter()) {
            return new Next.Look(false);
        }
        long entryTimeMs = Math.max(timeMs, history.lastTimeMs());
        List<Entry> entries = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            entries.add(new Entry(Zxid.of(epoch, ++counter), entryTimeMs, payload));
        }
        history.append(entries);
        context.emit(new Effect.Append(context.generation(), entries));
        for (Learner learner : learners.values()) {
            if (learner.isStreaming()) {
                streams.propose(learner, entries);
            }
        }
        return Next.STAY;
    }

    @Override
    public Next appended(long zxid) {
        context.history().durable(zxid);
        advance();
        return Next.STAY;
    }

    private Next acked(Learner learner, long zxid) {
        if (!learner.isSynced() || !learner.acked(zxid)) {
            return broken(learner, "an acknowledgment of what was not sent");
        }
        advance();
        return Next.STAY;
    }

    /** Commits what a quorum has acknowledged, if it is of this epoch: older entries were committed by activation. */
    private void advance() {
        if (!inSync()) {
            return;
        }
        long zxid = context.membership().quorumValue(this::ackedBy);
        if (Zxid.epoch(zxid) != epoch || !context.commit(zxid)) {
            return;
        }
        Message.Commit commit = new Message.Commit(epoch, zxid);
        for (Learner learner : learners.values()) {
            if (learner.hearsCommits()) {
                context.send(learner.link(), commit);
            }
        }
    }

    private long ackedBy(int voter) {
        if (voter == context.id()) {
            return context.history().durableZxid();
        }
        Learner learner = learners.get(voter);
        return learner != null && learner.isSynced() ? learner.ackedZxid() : Zxid.NONE;
    }

    @Override
    public Next syncRequested(long token) {
        if (rounds.await(token) && phase == Phase.ACTIVE) {
            beginRound();
        }
        return Next.STAY;
    }

    private void beginRound() {
        nextRoundMs = context.nowMs() + context.settings().heartbeatMs();
        Message.Heartbeat heartbeat = new Message.Heartbeat(phase == Phase.DISCOVERING ? 0 : epoch, rounds.begin());
        for (Learner learner : learners.values()) {
            context.send(learner.link(), heartbeat);
        }
        countAnswers();
    }

    private Next answered(Learner learner, long round) {
        learner.answered(Math.min(round, rounds.current()));
        countAnswers();
        return Next.STAY;
    }

    private void countAnswers() {
        if (phase == Phase.DISCOVERING) {
            return;
        }
        for (long token : rounds.answered(context.membership().quorumValue(this::answeredBy))) {
            context.emit(new Effect.SyncReady(token, context.history().committedZxid()));
        }
        advance();
        if (phase == Phase.ACTIVE && rounds.shouldBegin()) {
            beginRound();
        }
    }

    private long answeredBy(int voter) {
        if (voter == context.id()) {
            return rounds.current();
        }
        Learner learner = learners.get(voter);
        return learner == null ? 0 : learner.answeredRound();
    }
}
