package dev.quorate.ensemble.zab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows a leader, as a voter (follower) or an observer. Bound to one link: when that breaks, the role ends. */
final class Following implements Role {
    /** How far this learner has come. */
    private enum Phase {
        /** It said which epoch it accepted before. */
        JOINING,
        /** It accepted the epoch and waits for how to synchronize. */
        ACCEPTED,
        TRUNCATING,
        STAGING,
        /** Its history, or the staged one, is a prefix of the leader's; entries come in. */
        STREAMING,
        /** It has the leader's history, and makes that and then the epoch durable. */
        SAVING_HISTORY,
        SAVING_EPOCH,
        /** It acknowledged NEWLEADER. */
        SYNCED
    }

    private final Context context;
    private final Link leader;
    private final long startedMs;
    private Phase phase = Phase.JOINING;
    private long epoch;
    private int pendingSaves;
    private @Nullable History staged;
    /** Where the leader was last told that its entries are to go on. */
    private long syncFromZxid;
    private long newLeaderZxid;
    private long commitTarget;
    private boolean upToDate;
    /** Recovery and a staged snapshot leave everything up to here in the tree, committed or not. */
    private long servesFromZxid;

    Following(Context context, Link leader) {
        this.context = context;
        this.leader = leader;
        this.startedMs = context.nowMs();
    }

    @Override
    public PeerView.RoleName name() {
        return context.isVoter() ? PeerView.RoleName.FOLLOWING : PeerView.RoleName.OBSERVING;
    }

    @Override
    public int leader() {
        return leader.peer();
    }

    @Override
    public long leaderLink() {
        return leader.id();
    }

    /** In sync only once all that the tree may hold is committed: nothing else may be read. */
    @Override
    public boolean inSync() {
        return upToDate && context.history().committedZxid() >= servesFromZxid;
    }

    @Override
    public Next start() {
        context.send(leader, new Message.LearnerInfo(context.acceptedEpoch()));
        return Next.STAY;
    }

    @Override
    public void end() {
        context.send(leader, new Message.Resigned());
    }

    @Override
    public Next tick() {
        long timeoutMs = context.settings().peerTimeoutMs();
        if (context.nowMs() - leader.heardMs() > timeoutMs) {
            return breakLink("leader " + leader.peer() + " is silent");
        }
        if (phase == Phase.JOINING && context.nowMs() - startedMs > 2 * timeoutMs) {
            return breakLink("leader " + leader.peer() + " does not answer");
        }
        return Next.STAY;
    }

    private Next breakLink(String reason) {
        context.disconnect(leader, reason);
        return new Next.Look(false);
    }

    @Override
    public Next linkDown(Link link) {
        return link == leader ? new Next.Look(false) : Next.STAY;
    }

    @Override
    public Next resigned(Link from) {
        return from == leader ? new Next.Look(false) : Next.STAY;
    }

    @Override
    public Next handOver(List<Integer> exceptTo) {
        context.decline();
        return Next.STAY;
    }

    /** Whoever still hears its leader does not join an election; but a leader that looks for one leads no more. */
    @Override
    public Next ballot(Link from, Message.Ballot message) {
        if (from == leader) {
            return new Next.Look(false);
        }
        context.send(from, new Message.Loyal(leader.peer(), epoch));
        return Next.STAY;
    }

    @Override
    public Next fromLeader(Link from, Message.ToLearner message) {
        if (from != leader) {
            return Next.STAY;
        }
        return switch (message) {
            case Message.NewEpoch m -> newEpoch(m.epoch());
            case Message.Heartbeat m -> heartbeat(m);
            case Message.Diff m -> accepts(m.epoch()) ? diff(m.afterZxid()) : unexpected("Diff");
            case Message.Trunc m -> accepts(m.epoch()) ? trunc(m.zxid()) : unexpected("Trunc");
            case Message.Snap m -> accepts(m.epoch()) ? snap() : unexpected("Snap");
            case Message.Propose m -> receives(m.epoch()) ? proposed(m.entries()) : unexpected("Propose");
            case Message.NewLeader m -> accepts(m.epoch()) ? newLeader(m.zxid()) : unexpected("NewLeader");
            case Message.UpToDate m -> receives(m.epoch()) ? upToDate(m.committedZxid()) : unexpected("UpToDate");
            case Message.HandOver m ->
                receives(m.epoch()) ? new Next.Look(false, m.successor()) : unexpected("HandOver");
            case Message.Commit m -> receives(m.epoch()) ? committed(m.zxid()) : unexpected("Commit");
        };
    }

    /** Whether the leader may still say how to synchronize in this epoch. */
    private boolean accepts(long messageEpoch) {
        return messageEpoch == epoch && pendingSaves == 0 && phase != Phase.JOINING && phase != Phase.SYNCED;
    }

    private boolean receives(long messageEpoch) {
        return messageEpoch == epoch
                && (phase == Phase.STREAMING
                        || phase == Phase.SAVING_HISTORY
                        || phase == Phase.SAVING_EPOCH
                        || phase == Phase.SYNCED);
    }

    private Next unexpected(String message) {
        return breakLink("leader " + leader.peer() + " sent an unexpected " + message + " in phase " + phase);
    }

    private Next heartbeat(Message.Heartbeat message) {
        context.send(leader, new Message.HeartbeatAck(phase == Phase.JOINING ? 0 : epoch, message.round()));
        return Next.STAY;
    }

    /**
     * Promises durably before it answers: an observer, too, for the leader may have it as a voter already. Who promised
     * to a later epoch may still learn in this one, and its word does not count: the leader was told ({@link
     * Message.LearnerInfo}).
     */
    private Next newEpoch(long newEpoch) {
        if (phase != Phase.JOINING && phase != Phase.ACCEPTED) {
            return unexpected("NewEpoch");
        }
        if (newEpoch == epoch) {
            // Called for twice: this member joined before as well, in a role that ended on the same link. Its one
            // answer is given, or will be once the promise is durable.
            return Next.STAY;
        }
        if (newEpoch < context.currentEpoch()) {
            return breakLink("an outdated leader");
        }
        if (newEpoch <= context.acceptedEpoch()) {
            return accept(newEpoch, false);
        }
        phase = Phase.JOINING;
        epoch = newEpoch;
        pendingSaves++;
        context.saveEpochs(newEpoch, context.currentEpoch());
        return Next.STAY;
    }

    private Next accept(long newEpoch, boolean promised) {
        phase = Phase.ACCEPTED;
        epoch = newEpoch;
        History history = context.history();
        syncFromZxid = history.lastZxid();
        context.send(leader, new Message.AckEpoch(newEpoch, promised, context.currentEpoch(), history.claimedZxid(),
                history.lastZxid()));
        return Next.STAY;
    }

    @Override
    public Next epochsSaved() {
        pendingSaves--;
        if (pendingSaves > 0) {
            return Next.STAY;
        }
        if (phase == Phase.JOINING) {
            return accept(epoch, true);
        }
        if (phase == Phase.SAVING_EPOCH) {
            context.install();
            staged = null;
            phase = Phase.SYNCED;
            servesFromZxid = context.history().lastZxid();
            context.send(leader, new Message.AckNewLeader(epoch, newLeaderZxid));
            ackDurable();
            advance();
        }
        return Next.STAY;
    }

    /** What the leader's entries are appended to. */
    private History target() {
        return staged != null ? staged : context.history();
    }

    private Next diff(long afterZxid) {
        if (phase != Phase.ACCEPTED || afterZxid != syncFromZxid) {
            return unexpected("Diff after " + Zxid.text(afterZxid));
        }
        if (staged == null && context.history().isDamaged()) {
            staged = context.history().refilledAfter(context.settings(), afterZxid);
            context.emit(new Effect.Refill(context.generation(), afterZxid));
        }
        phase = Phase.STREAMING;
        return Next.STAY;
    }

    private Next trunc(long zxid) {
        if (phase != Phase.ACCEPTED) {
            return unexpected("Trunc");
        }
        long end = context.history().lastAtOrBefore(zxid);
        if (staged != null || end == History.BELOW_FLOOR) {
            context.send(leader, new Message.SyncFrom(epoch, target().lastZxid(), true));
            return Next.STAY;
        }
        if (context.history().isDamaged()) {
            // Dropped now, what is readable after the damage would be missed if this leader did not last.
            return syncFrom(end);
        }
        Context.check(end >= context.history().committedZxid(), "a leader asks to drop committed entries");
        phase = Phase.TRUNCATING;
        context.emit(new Effect.Truncate(context.generation(), end));
        return Next.STAY;
    }

    @Override
    public Next truncated(long zxid) {
        if (phase == Phase.TRUNCATING) {
            context.history().truncate(zxid);
            return syncFrom(zxid);
        }
        return Next.STAY;
    }

    private Next syncFrom(long zxid) {
        phase = Phase.ACCEPTED;
        syncFromZxid = zxid;
        context.send(leader, new Message.SyncFrom(epoch, zxid, false));
        return Next.STAY;
    }

    private Next snap() {
        if (phase != Phase.ACCEPTED && phase != Phase.STREAMING) {
            return unexpected("Snap");
        }
        staged = null;
        phase = Phase.STAGING;
        context.emit(new Effect.StageSnapshot(context.generation()));
        return Next.STAY;
    }

    @Override
    public Next snapshotStaged(Event.SnapshotStaged snapshot) {
        if (phase == Phase.STAGING) {
            staged = History.ofSnapshot(
                    context.settings(), snapshot.zxid(), snapshot.lastTimeMs(), snapshot.configuration(),
                    context.history().committedZxid());
            return syncFrom(snapshot.zxid());
        }
        return Next.STAY;
    }

    private Next proposed(List<Entry> entries) {
        if (!target().isContinuedBy(entries)) {
            return breakLink("entries from leader " + leader.peer() + " do not follow "
                    + Zxid.text(target().lastZxid()));
        }
        target().append(entries);
        context.emit(new Effect.Append(context.generation(), entries));
        advance();
        return Next.STAY;
    }

    private Next newLeader(long zxid) {
        if (phase != Phase.STREAMING || zxid != target().lastZxid()) {
            return unexpected("NewLeader at " + Zxid.text(zxid));
        }
        newLeaderZxid = zxid;
        phase = Phase.SAVING_HISTORY;
        saveEpochOnceDurable();
        return Next.STAY;
    }

    /** History first, then the epoch: the other order loses committed entries in a crash between the two. */
    private void saveEpochOnceDurable() {
        if (phase == Phase.SAVING_HISTORY && target().durableZxid() >= newLeaderZxid) {
            phase = Phase.SAVING_EPOCH;
            pendingSaves++;
            context.saveEpochs(Math.max(epoch, context.acceptedEpoch()), epoch);
            if (staged != null) {
                context.switchTo(staged);
            }
        }
    }

    @Override
    public Next appended(long zxid) {
        target().durable(zxid);
        saveEpochOnceDurable();
        if (phase == Phase.SYNCED) {
            ackDurable();
        }
        return Next.STAY;
    }

    private void ackDurable() {
        long durable = context.history().durableZxid();
        if (durable > newLeaderZxid) {
            context.send(leader, new Message.Ack(epoch, durable));
        }
    }

    private Next upToDate(long committedZxid) {
        if (phase != Phase.SYNCED) {
            return unexpected("UpToDate");
        }
        upToDate = true;
        context.partOfQuorum();
        return committed(committedZxid);
    }

    private Next committed(long zxid) {
        commitTarget = Math.max(commitTarget, zxid);
        advance();
        return Next.STAY;
    }

    /**
     * Commits may run ahead of the entries: what is not here yet waits. A staged history waits until it is installed.
     */
    private void advance() {
        if (staged == null) {
            context.commit(Math.min(commitTarget, context.history().lastZxid()));
        }
    }
}
