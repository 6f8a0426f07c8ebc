package dev.quorate.ensemble.zab;

import java.util.List;
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
    private final Learners learners;
    private final EpochQuorum promises;
    private final QuorumRounds rounds;
    private final long startedMs;
    private Phase phase = Phase.DISCOVERING;
    private @Nullable LearnerSync sync;
    private @Nullable Broadcast broadcast;
    private long epoch;
    private int pendingSaves;
    private boolean ownEpochSaved;
    private long nextRoundMs;
    private @Nullable HandOver handOver;
    private boolean handedOver;

    Leading(Context context) {
        this.context = context;
        this.learners = new Learners(context);
        this.promises = new EpochQuorum(context.configuration());
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
    public long quorumHeardMs() {
        return rounds.freshFromMs();
    }

    @Override
    public List<PeerView.LearnerView> learners() {
        return learners.views(epoch);
    }

    @Override
    public Next start() {
        Context.check(
                context.history().durableZxid() == context.history().lastZxid(),
                "a leader begins with a history that is not durable");
        promises.accepted(context.id(), context.settings().incarnation(), context.acceptedEpoch());
        callForLearners();
        beginRound();
        propose();
        return Next.STAY;
    }

    @Override
    public void end() {
        learners.send(learner -> !handedOver || !learner.hearsCommits(), new Message.Resigned());
    }

    @Override
    public void woke() {
        rounds.woke();
        beginRound();
    }

    @Override
    public Next tick() {
        long timeoutMs = context.settings().peerTimeoutMs();
        for (Learner learner : learners.silent()) {
            drop(learner, "learner " + learner.id() + " is silent");
        }
        boolean undiscovered = phase == Phase.DISCOVERING && context.nowMs() - startedMs > timeoutMs;
        if (undiscovered || rounds.isLost()) {
            return new Next.Look(phase != Phase.ACTIVE);
        }
        if (handOver != null && handOver.isOverdue()) {
            return leave(0);
        }
        if (phase == Phase.ACTIVE && handOver == null && context.isRetired()) {
            Next next = handOver(List.of());
            if (!(next instanceof Next.Stay)) {
                return next;
            }
        }
        if (context.nowMs() >= nextRoundMs) {
            callForLearners();
            beginRound();
        }
        return Next.STAY;
    }

    private void drop(Learner learner, String reason) {
        context.disconnect(learner.link(), reason);
        remove(learner.link());
    }

    private void remove(Link link) {
        if (learners.remove(link) && phase == Phase.DISCOVERING) {
            promises.gone(link.peer());
        }
    }

    private void callForLearners() {
        for (Link link : context.links()) {
            callFor(link);
        }
    }

    private void callFor(Link link) {
        if (learners.get(link.peer()) == null) {
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
        boolean voter = context.isVoter(from);
        learners.add(new Learner(from, info.acceptedEpoch()));
        context.heardOfEpoch(info.acceptedEpoch());
        if (phase != Phase.DISCOVERING) {
            if (voter && info.acceptedEpoch() > epoch) {
                return beginEpoch();
            }
            context.send(from, new Message.NewEpoch(epoch));
            return Next.STAY;
        }
        if (voter) {
            promises.accepted(from.peer(), from.info().incarnation(), info.acceptedEpoch());
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
        // What they accepted was an earlier proposal.
        learners.all().forEach(learner -> learner.state(Learner.State.JOINED));
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
            learners.send(learner -> true, new Message.NewEpoch(epoch));
            return establish();
        }
        ownEpochSaved = true;
        return activate();
    }

    private Next epochAcked(Learner learner, Message.AckEpoch ack) {
        boolean moreRecent = context.ownVote().compareRecency(ack.currentEpoch(), ack.lastZxid()) < 0;
        learner.accepted(ack.intactZxid(), moreRecent);
        if (sync != null) {
            sync.begin(learner, ack.intactZxid());
            return Next.STAY;
        }
        if (!context.isVoter(learner.link())) {
            return Next.STAY;
        }
        if (moreRecent) {
            return context.configuration().isQuorum(this::mayFollow) ? Next.STAY : new Next.Look(true);
        }
        if (ack.promised()) {
            promises.promised(learner.id());
        }
        return establish();
    }

    private boolean mayFollow(int voter, long incarnation) {
        Learner learner = learners.get(voter);
        boolean linked = context.link(voter, incarnation) != null;
        return context.isSelf(voter, incarnation) || (linked && (learner == null || !learner.isMoreRecent()));
    }

    private Next establish() {
        if (pendingSaves > 0 || !promises.isEstablished()) {
            return Next.STAY;
        }
        phase = Phase.SYNCHRONIZING;
        LearnerSync started = new LearnerSync(context, epoch);
        sync = started;
        broadcast = new Broadcast(context, learners, started, epoch);
        save(epoch);
        for (Learner learner : learners.all()) {
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
        if (phase != Phase.SYNCHRONIZING || !context.configuration().isQuorum(this::hasHistoryAndEpoch)) {
            return Next.STAY;
        }
        phase = Phase.ACTIVE;
        context.partOfQuorum();
        long last = context.history().lastZxid();
        context.commit(last);
        learners.send(Learner::isSynced, new Message.UpToDate(epoch, last));
        beginRound();
        context.emitLast(new Effect.Activated(epoch, last == Zxid.NONE));
        return Next.STAY;
    }

    private boolean hasHistoryAndEpoch(int voter, long incarnation) {
        return context.isSelf(voter, incarnation) ? ownEpochSaved : learners.isSynced(voter, incarnation, epoch);
    }

    /** At the end of its counter an epoch ends. What is not ordered stays with its origins, who submit it again. */
    @Override
    public Next submitted(List<Payload> payloads, long timeMs) {
        if (phase != Phase.ACTIVE || broadcast == null || handOver != null || payloads.isEmpty()) {
            return Next.STAY;
        }
        return broadcast.order(payloads, timeMs) ? Next.STAY : beginEpoch();
    }

    @Override
    public Next handOver(List<Integer> exceptTo) {
        if (phase != Phase.ACTIVE) {
            return leave(0);
        }
        HandOver begun = HandOver.toAnother(context, learners, epoch, exceptTo);
        if (learners.all().stream().noneMatch(begun::maySucceed)) {
            return Next.STAY;
        }
        handOver = begun;
        return leaveWhenReady();
    }

    /** Somebody who promised to a later epoch is to vote. */
    @Override
    public Next newEpochWanted() {
        return phase == Phase.ACTIVE ? beginEpoch() : Next.STAY;
    }

    /** A new epoch with the same leader: handed over to itself, so it needs no vote either. */
    private Next beginEpoch() {
        if (phase != Phase.ACTIVE) {
            return new Next.Look(false);
        }
        if (handOver == null) {
            handOver = HandOver.toItself(context, learners, epoch);
        }
        return leaveWhenReady();
    }

    private Next leaveWhenReady() {
        int successor = handOver == null ? 0 : handOver.successor();
        return successor == 0 ? Next.STAY : leave(successor);
    }

    /** @param successor 0 when it is left to an election */
    private Next leave(int successor) {
        if (successor != 0) {
            learners.send(Learner::hearsCommits, new Message.HandOver(epoch, successor));
            handedOver = true;
        }
        if (handOver == null || !handOver.isToItself()) {
            context.standBack();
        }
        return new Next.Look(false, successor);
    }

    @Override
    public Next appended(long zxid) {
        context.history().durable(zxid);
        advance();
        return leaveWhenReady();
    }

    private Next acked(Learner learner, long zxid) {
        if (!learner.isSynced() || !learner.acked(zxid)) {
            return broken(learner, "an acknowledgment of what was not sent");
        }
        advance();
        return leaveWhenReady();
    }

    private void advance() {
        if (broadcast != null && inSync()) {
            broadcast.advance();
        }
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
        learners.send(learner -> true, heartbeat);
        countAnswers();
    }

    private Next answered(Learner learner, long round) {
        learner.answered(Math.min(round, rounds.current()));
        countAnswers();
        return leaveWhenReady();
    }

    private void countAnswers() {
        if (phase == Phase.DISCOVERING) {
            return;
        }
        for (long token : rounds.answered(context.configuration().quorumValue(this::answeredBy))) {
            context.emit(new Effect.SyncReady(token, context.history().committedZxid()));
        }
        advance();
        if (phase == Phase.ACTIVE && rounds.shouldBegin()) {
            beginRound();
        }
    }

    private long answeredBy(int voter, long incarnation) {
        return context.isSelf(voter, incarnation)
                ? rounds.current()
                : learners.answeredBy(voter, incarnation, epoch);
    }
}
