package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.Membership;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.OriginSeq;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Session;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.PeerView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What only an activated leader does: order writes, expire sessions, remove empty containers. Made anew for each epoch.
 */
final class Leadership {
    /** The leader's own commands: no member's writes, so never sent twice and not in the table of lasts. */
    private static final Origin LEADER = new Origin(0, 0, 0);

    private static final int CONTAINERS_PER_CHECK = 1000;

    private final MemberSettings settings;
    private final Replica replica;
    private final Orderer orderer;
    private final SessionClock sessions = new SessionClock();
    private final Attaching attaching = new Attaching();
    private final SortedMap<Long, Route> syncs = new TreeMap<>();
    private List<Payload> submissions = new ArrayList<>();
    private long lastSyncToken;
    /** A gap between two ticks that counts as a pause: touches may wait in the loop's queue behind it. */
    private final long pauseMs;
    private long lastTickMs;
    private long nextContainerCheckMs;
    private long nextMembershipCheckMs;
    private final Reconfig reconfig;

    /** Reports of touched sessions whose senders wait for an acknowledgment, in the order of their arrival. */
    private final ArrayDeque<Report> reports = new ArrayDeque<>();

    private record Report(int peer, long link, long round, long arrivedMs) {}

    /** Acknowledges a report to who sent it. */
    interface Acknowledge {
        void report(int peer, long link, long round);
    }

    /** Where a sync came from; link 0 is this member itself. */
    record Route(int peer, long link, long token) {}

    Leadership(MemberSettings settings, long incarnation, Replica replica, long nowMs) {
        this.reconfig = new Reconfig(settings.id(), incarnation, settings.levels().highest(), settings.peerTimeoutMs());
        this.settings = settings;
        this.replica = replica;
        this.orderer = new Orderer(this::lastApplied);
        this.pauseMs = Math.min(settings.peerTimeoutMs(), settings.minSessionTimeoutMs() / 3);
        this.lastTickMs = nowMs;
        this.nextContainerCheckMs = nowMs + settings.containerCheckMs();
        for (Session session : replica.tree().sessions())
            sessions.add(session.id(), session.timeoutMs(), nowMs);
    }

    private Orderer.Last lastApplied(int originId) {
        OriginSeq last = replica.tree().origin(originId);
        if (last == null)
            return Orderer.Last.NONE;
        return new Orderer.Last(last.origin().incarnation(), last.origin().boot(), last.seq());
    }

    /** Writes that came in at a member, this one or one that forwarded them. */
    void order(int member, List<Payload> payloads) {
        for (int i = 0; i < payloads.size(); i++) {
            Payload payload = payloads.get(i);
            Origin origin = TxnCodec.origin(payload);
            boolean next = origin.id() == member
                    && orderer.admit(member, origin.incarnation(), origin.boot(), TxnCodec.seq(payload));
            if (next) {
                submissions.add(payload);
                attaching.ordered(TxnCodec.attachedSession(payload));
            }
        }
    }

    /**
     * The first entry that is ever written.
     *
     * @param members the founding set and the observers; who has no client address there gets the one that it named
     *     itself
     */
    void found(String clusterId, byte[] clusterKey, List<ConfigMember> members, Map<Integer, String> clientAddresses) {
        List<ConfigMember> addressed = members.stream().map(member -> Founding.addressed(member, clientAddresses))
                .toList();
        order(new Command.Found(settings.levels().founding(), clusterId, new Bytes(clusterKey), addressed));
    }

    // The members.

    /**
     * Takes the next step in a change of the members, if there is one.
     *
     * @param view this leader with its learners
     * @return whether a new epoch is wanted for it
     */
    boolean reconfigure(PeerView view, Map<Integer, String> clientAddresses, long nowMs) {
        Membership membership = replica.tree().membership();
        nextMembershipCheckMs = nowMs + settings.heartbeatMs();
        if (membership == null)
            return false;
        Command command = reconfig.next(membership, view, clientAddresses, nowMs);
        if (command != null)
            order(command);
        return reconfig.needsNewEpoch(membership, view);
    }

    /** Whether a change may have a next step now. */
    boolean mayReconfigure(long nowMs) {
        Membership membership = replica.tree().membership();
        return membership != null && (membership.isChanging() || nowMs >= nextMembershipCheckMs);
    }

    private void order(Command command) {
        attaching.ordered(0);
        submissions.add(TxnCodec.encode(new Txn(LEADER, 0, Caller.ENSEMBLE, command)));
    }

    /** What is to be ordered now; empty when nothing is. */
    List<Payload> takeSubmissions() {
        if (submissions.isEmpty())
            return List.of();
        List<Payload> taken = submissions;
        submissions = new ArrayList<>();
        return taken;
    }

    // Sessions.

    void applied(Outcome outcome, long nowMs) {
        attaching.applied();
        reconfig.applied(outcome);
        switch (outcome) {
            case Outcome.SessionCreated created -> sessions.add(created.sessionId(), created.timeoutMs(), nowMs);
            case Outcome.SessionAttached attached -> sessions.touch(attached.sessionId(), nowMs);
            case Outcome.SessionClosed closed -> sessions.remove(closed.sessionId());
            default -> {
                // Other outcomes don't touch the table of sessions.
            }
        }
    }

    void touch(long[] sessionIds, long nowMs) {
        for (long sessionId : sessionIds)
            sessions.touch(sessionId, nowMs);
    }

    /** A member reports which of its sessions were heard. */
    void reported(int peer, long link, Message.Touch report, long nowMs) {
        touch(report.sessions(), nowMs);
        reports.add(new Report(peer, link, report.round(), nowMs));
    }

    /**
     * Acknowledges the reports that had arrived when a heartbeat was sent that a quorum has answered by now: then no
     * later leader was there yet, and any gives each session its full timeout from its own beginning. A leader that was
     * cut off would else let a member answer pings of sessions that its successor has expired.
     */
    void acknowledge(long quorumHeardMs, Acknowledge to) {
        while (!reports.isEmpty() && reports.element().arrivedMs() <= quorumHeardMs) {
            Report report = reports.remove();
            to.report(report.peer(), report.link(), report.round());
        }
    }

    /**
     * Time passed.
     *
     * @param freshQuorum whether a quorum answered lately; nothing expires without
     */
    void tick(boolean freshQuorum, long nowMs) {
        boolean wasDeaf = nowMs - lastTickMs > pauseMs;
        lastTickMs = nowMs;
        if (wasDeaf)
            sessions.touchAll(nowMs);
        if (!freshQuorum)
            return;
        for (long sessionId : sessions.expired(nowMs)) {
            if (!attaching.contains(sessionId))
                order(new Command.CloseSession(sessionId, true));
        }
        if (nowMs >= nextContainerCheckMs) {
            nextContainerCheckMs = nowMs + settings.containerCheckMs();
            DataTree tree = replica.tree();
            for (String path : tree.emptyContainers(CONTAINERS_PER_CHECK))
                order(new Command.DeleteContainer(path));
        }
    }

    // Syncs.

    /** A sync came in; the token with which the protocol is asked. */
    long sync(Route route) {
        long token = ++lastSyncToken;
        syncs.put(token, route);
        return token;
    }

    /** Whom a token stands for; each is asked for once. */
    Route syncReady(long token) {
        Route route = syncs.remove(token);
        if (route == null)
            throw new IllegalStateException("sync " + token + " was never asked for");
        return route;
    }
}
