package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a leader, once the log has come to rest. Each member votes for the best viable candidate that it hears
 * itself and whose history is not behind its own; viable is who, with a quorum, hears and is heard: so neither a dead
 * member nor one behind a broken line can attract votes. Elections only propose a leader; that there is one per epoch,
 * and that it has every committed entry, is ensured by discovery.
 *
 * <p>Only a voter of its own configuration stands. But all vote, observers and strangers too: the candidate counts, by
 * its own configuration, which may be a joint one that makes a voter of somebody who has not heard of it yet.
 */
final class Looking implements Role {
    private static final long NEVER = -1;
    private static final long FIRST_BACKOFF_MS = 50;
    private static final int MAX_DOUBLINGS = 5;

    private final Context context;
    private final long startedMs;
    private final long viableFromMs;
    /** To whom the former leader handed over; 0 when it did not, or when that came to nothing. */
    private int successor;
    private final long successorUntilMs;
    /** Leaders that called before the log had come to rest. */
    private final TreeMap<Integer, Message.Lead> calls = new TreeMap<>();
    /** The last ballot of each peer on its present link, while it looks. */
    private final TreeMap<Integer, Message.Ballot> ballots = new TreeMap<>();
    private Message.@Nullable Ballot own;
    private boolean fenced;
    /** Under way while this member's history is damaged and the log is at rest. */
    private @Nullable Repair repair;
    private long agreedSinceMs = NEVER;
    private long nextBallotMs;

    Looking(Context context, int successor) {
        this.context = context;
        this.successor = successor;
        this.startedMs = context.nowMs();
        this.successorUntilMs = startedMs + context.settings().peerTimeoutMs() / 4;
        this.viableFromMs = startedMs + backoffMs();
    }

    private long backoffMs() {
        int failures = context.failedAttempts();
        if (failures == 0) {
            return 0;
        }
        long bound = FIRST_BACKOFF_MS << Math.min(failures, MAX_DOUBLINGS);
        return 1 + context.random(Math.min(bound, context.settings().maxBackoffMs()));
    }

    @Override
    public PeerView.RoleName name() {
        return PeerView.RoleName.LOOKING;
    }

    @Override
    public Next start() {
        context.emit(new Effect.Fence(context.generation()));
        return Next.STAY;
    }

    @Override
    public Next fenced(long zxid) {
        context.fenced(zxid);
        fenced = true;
        if (context.history().isDamaged()) {
            repair = new Repair(context);
        }
        if (successor == context.id() && context.succeeds()) {
            return new Next.Lead();
        }
        Next next = heedCalls();
        if (next instanceof Next.Stay) {
            askSuccessor();
        }
        return next;
    }

    /**
     * The successor may have called while this member still followed, and its next call is a heartbeat away: a leader
     * answers a ballot.
     */
    private void askSuccessor() {
        Link link = context.link(successor);
        if (link != null && awaitsSuccessor()) {
            Vote mine = context.ownVote();
            context.send(link, new Message.Ballot(mine.currentEpoch(), mine.lastZxid(), false, 0, heard()));
        }
    }

    /** Hears those who called while that had to wait. */
    private Next heedCalls() {
        for (Map.Entry<Integer, Message.Lead> call : calls.entrySet()) {
            Link from = context.link(call.getKey());
            Next next = from == null ? Next.STAY : lead(from, call.getValue());
            if (!(next instanceof Next.Stay)) {
                return next;
            }
        }
        return evaluate();
    }

    @Override
    public Next handOver(List<Integer> exceptTo) {
        context.decline();
        return evaluate();
    }

    /** Whether the one to whom was handed over may still call; nobody is elected as long as it may. */
    private boolean awaitsSuccessor() {
        return successor != 0 && successor != context.id() && context.link(successor) != null
                && context.nowMs() < successorUntilMs;
    }

    /** This peer does not lead: what it said as a leader is void, and whoever waits for it to call waits no more. */
    private void leadsNot(Link peer) {
        calls.remove(peer.peer());
        if (peer.peer() == successor) {
            successor = 0;
        }
    }

    @Override
    public @Nullable String stayOutReason() {
        return repair == null ? null : repair.waitsFor();
    }

    @Override
    public Next records(Link from, Message.Records message) {
        if (repair != null) {
            repair.records(from, message);
        }
        return Next.STAY;
    }

    @Override
    public Next filled(List<Hole> holes) {
        if (repair != null) {
            repair.filled(holes);
        }
        Next next = heedCalls();
        if (repair != null && next instanceof Next.Stay) {
            repair.ask();
        }
        return next;
    }

    /** What was missing may have changed who votes: the election begins anew. */
    @Override
    public Next repaired() {
        return new Next.Look(false);
    }

    @Override
    public Next tick() {
        if (repair != null) {
            repair.tick();
        }
        if (own != null && context.nowMs() >= nextBallotMs) {
            say(own);
        }
        return evaluate();
    }

    @Override
    public Next linkUp(Link link) {
        if (own != null) {
            context.send(link, own);
        }
        if (repair != null) {
            repair.ask();
        }
        return evaluate();
    }

    @Override
    public Next linkDown(Link link) {
        if (repair != null) {
            repair.linkDown(link);
        }
        ballots.remove(link.peer());
        leadsNot(link);
        return evaluate();
    }

    @Override
    public Next ballot(Link from, Message.Ballot message) {
        ballots.put(from.peer(), message);
        leadsNot(from);
        return evaluate();
    }

    /** A successor that is loyal has not heard yet that it is one. */
    @Override
    public Next loyal(Link from) {
        ballots.remove(from.peer());
        if (from.peer() != successor) {
            leadsNot(from);
        }
        return evaluate();
    }

    @Override
    public Next resigned(Link from) {
        ballots.remove(from.peer());
        calls.remove(from.peer());
        return evaluate();
    }

    /**
     * An activated leader is joined at once, by a voter even when its epoch is outdated: that makes it aware of it. One
     * that is not activated yet is joined only if it is at least as good as the own choice.
     */
    @Override
    public Next lead(Link from, Message.Lead message) {
        ballots.remove(from.peer());
        if (!fenced || (repair != null && repair.isFilling())) {
            calls.put(from.peer(), message);
            return Next.STAY;
        }
        boolean outdated = message.epoch() > 0 && message.epoch() < context.currentEpoch();
        if (outdated && !context.isVoter()) {
            return Next.STAY;
        }
        Vote offered = new Vote(message.currentEpoch(), message.lastZxid(), from.peer());
        Vote choice = own == null ? null : choice(own.viable(), own.heard());
        boolean best = !isBehind(offered) && (choice == null || offered.compareTo(choice) >= 0);
        return message.active() || best ? new Next.Follow(from) : evaluate();
    }

    /** Whether a candidate lacks what this member has; its id does not matter for that. */
    private boolean isBehind(Vote candidate) {
        Vote mine = context.ownVote();
        return candidate.compareRecency(mine.currentEpoch(), mine.lastZxid()) < 0;
    }

    /** The best viable candidate among those heard, and this member if it is viable; null when there is none. */
    private @Nullable Vote choice(boolean viable, List<Integer> heard) {
        Vote best = viable ? context.ownVote() : null;
        for (int id : heard) {
            Message.Ballot ballot = ballots.get(id);
            if (ballot != null && ballot.viable()) {
                Vote vote = new Vote(ballot.currentEpoch(), ballot.lastZxid(), id);
                if (!isBehind(vote) && (best == null || vote.compareTo(best) > 0)) {
                    best = vote;
                }
            }
        }
        return best;
    }

    private Next evaluate() {
        if (!fenced || awaitsSuccessor()) {
            return Next.STAY;
        }
        List<Integer> heard = heard();
        NavigableMap<Integer, Message.Ballot> mutual = mutual(heard);
        int me = context.id();
        boolean quorum = context.mayLead() && isQuorum(mutual::containsKey);
        own = withVote(heard, quorum && context.stands() && context.nowMs() >= viableFromMs);
        IntPredicate supports = id -> votesFor(me, mutual.get(id));
        if (own.vote() != me || !isQuorum(supports)) {
            agreedSinceMs = NEVER;
            return Next.STAY;
        }
        if (agreedSinceMs == NEVER) {
            agreedSinceMs = context.nowMs();
        }
        boolean all = heard.stream().filter(this::isVoter).allMatch(supports::test);
        boolean waited = context.nowMs() - agreedSinceMs >= context.settings().electionWaitMs();
        return all || waited ? new Next.Lead() : Next.STAY;
    }

    /** Whether this member together with those for which something holds is a quorum. */
    private boolean isQuorum(IntPredicate holds) {
        return context.configuration().isQuorum((id, incarnation) -> context.isSelf(id, incarnation)
                || (context.link(id, incarnation) != null && holds.test(id)));
    }

    private boolean isVoter(int id) {
        Link link = context.link(id);
        return link != null && context.isVoter(link);
    }

    /** The members on present links that spoke since this election began, or within the silence limit. */
    private List<Integer> heard() {
        List<Integer> heard = new ArrayList<>();
        for (Link link : context.links()) {
            long silentSinceMs = Math.max(link.heardMs(), startedMs);
            if (context.nowMs() - silentSinceMs <= context.settings().peerTimeoutMs()) {
                heard.add(link.peer());
            }
        }
        return heard;
    }

    private static boolean votesFor(int candidate, Message.@Nullable Ballot ballot) {
        return ballot != null && ballot.vote() == candidate;
    }

    /** The ballots of those whom this member hears and is heard by. */
    private NavigableMap<Integer, Message.Ballot> mutual(List<Integer> heard) {
        TreeMap<Integer, Message.Ballot> mutual = new TreeMap<>();
        for (int id : heard) {
            Message.Ballot ballot = ballots.get(id);
            if (ballot != null && ballot.heard().contains(context.id())) {
                mutual.put(id, ballot);
            }
        }
        return mutual;
    }

    /** The ballot that follows from what is known now; said to all when it differs from the last. */
    private Message.Ballot withVote(List<Integer> heard, boolean viable) {
        Vote mine = context.ownVote();
        Message.Ballot before = own;
        Vote best = choice(viable, heard);
        int vote = best == null ? 0 : best.id();
        Message.Ballot ballot = new Message.Ballot(mine.currentEpoch(), mine.lastZxid(), viable, vote, heard);
        if (!ballot.equals(before)) {
            say(ballot);
        }
        return ballot;
    }

    private void say(Message.Ballot ballot) {
        nextBallotMs = context.nowMs() + context.settings().heartbeatMs();
        for (Link link : context.links()) {
            context.send(link, ballot);
        }
    }
}
