package dev.quorate.ensemble.zab;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The protocol as a value machine: events in, effects out. It does no I/O, knows no time but that of the event, and
 * takes randomness from outside; so the same events give the same effects. Not safe for use by several threads.
 */
public final class Peer {
    private final Context context;
    private final @Nullable String lost;
    private Role role;
    private boolean started;
    private long elections;
    private Announced announced = new Announced(PeerView.RoleName.STOPPED, 0, 0, false, -1, null);
    private @Nullable Configuration inForce;
    /** As this peer stands since the last step; null until somebody looks. */
    private @Nullable PeerView seen;

    /** What a change of is announced. */
    private record Announced(PeerView.RoleName role, int leader, long leaderLink, boolean inSync, long epoch,
            @Nullable String stayOutReason) {}

    /**
     * A peer that has not started yet.
     *
     * @param founders the members as this one was told them: those who may found an ensemble, or who know the one that
     *     it is to join; their incarnations mean nothing
     * @param recovered what this member found on its disk
     * @param configurations those in the recovered history, ascending; the first one is that of the snapshot, if there
     *     is one
     * @param random gives random numbers, for pauses between elections
     */
    public Peer(PeerSettings settings, List<ConfigMember> founders, Recovered recovered,
            List<ConfigurationAt> configurations, LongSupplier random) {
        this.context = new Context(settings, founders, recovered, configurations, random);
        this.lost = recovered.lost();
        this.role = new Stopped(context, "not started");
    }

    /** Begins; called once, before any {@link #step}. Times are milliseconds that never fall. */
    public List<Effect> start(long nowMs) {
        Context.check(!started, "started twice");
        started = true;
        seen = null;
        context.advanceTo(nowMs, true);
        if (context.founding().isEmpty()) {
            context.nextGeneration();
            role = new Founding(context, lost == null);
            become(role.start());
        } else {
            become(new Next.Look(false));
        }
        return finish();
    }

    /**
     * Takes one event at the given time and gives what is to be done about it, in order.
     *
     * @throws IllegalStateException if an invariant of the protocol is broken: this process must stop
     */
    public List<Effect> step(Event event, long nowMs) {
        Context.check(started, "not started");
        seen = null;
        if (context.advanceTo(nowMs, false)) {
            role.woke();
        }
        become(handle(event));
        return finish();
    }

    private List<Effect> finish() {
        Configuration configuration = context.configuration();
        if (!configuration.equals(inForce)) {
            inForce = configuration;
            context.emit(new Effect.ConfigurationChanged(configuration));
        }
        String stayOutReason = stayOutReason();
        Announced now = new Announced(
                role.name(), role.leader(), role.leaderLink(), serves(), context.currentEpoch(), stayOutReason);
        if (!now.equals(announced)) {
            announced = now;
            context.emit(new Effect.RoleChanged(view()));
        }
        return context.takeEffects();
    }

    /** This peer as others may look at it. */
    public PeerView view() {
        PeerView view = seen;
        if (view == null) {
            view = new PeerView(
                    role.name(), context.currentEpoch(), role.leader(), role.leaderLink(), serves(),
                    context.history().claimedZxid(), context.history().committedZxid(), role.learners(), elections,
                    context.configuration(), stayOutReason());
            seen = view;
        }
        return view;
    }

    /** Who was removed goes on learning, so that it knows; but it serves nobody. */
    private boolean serves() {
        return role.inSync() && context.removal() == null;
    }

    private @Nullable String stayOutReason() {
        String reason = role.stayOutReason();
        if (reason == null) {
            reason = context.removal();
        }
        return reason != null ? reason : OtherDisk.describe(context, lost, role.inSync());
    }

    /** Whether this is an activated leader that a quorum followed within the silence limit before the last step. */
    public boolean freshQuorum() {
        return role.name() == PeerView.RoleName.LEADING && role.inSync();
    }

    /**
     * When an activated leader sent the last heartbeat that a quorum has answered, in the time of the steps. Meaningful
     * only while {@link #freshQuorum}.
     */
    public long quorumHeardMs() {
        return role.quorumHeardMs();
    }

    /** Goes from role to role until one stays. */
    private void become(Next next) {
        Next following = next;
        while (!(following instanceof Next.Stay)) {
            role.end();
            context.nextGeneration();
            role = roleFor(following);
            following = role.start();
        }
    }

    private Role roleFor(Next next) {
        return switch (next) {
            case Next.Stay unused -> role;
            case Next.Look look -> {
                elections++;
                if (look.failedToLead()) {
                    context.failedToLead();
                }
                yield new Looking(context, look.successor());
            }
            case Next.Lead unused -> new Leading(context);
            case Next.Follow follow -> new Following(context, follow.leader());
            case Next.Stop stop -> new Stopped(context, stop.reason());
        };
    }

    private Next handle(Event event) {
        return switch (event) {
            case Event.Tick unused -> role.tick();
            case Event.LinkUp e -> linkUp(e);
            case Event.LinkDown e -> linkDown(context.link(e.peer()), e.link());
            case Event.Received e -> received(e);
            case Event.Submitted e -> role.submitted(e.payloads(), e.timeMs());
            case Event.SyncRequested e -> role.syncRequested(e.token());
            case Event.HandOver e -> role.handOver(e.exceptTo());
            case Event.NewEpochWanted unused -> role.newEpochWanted();
            case Event.Appended e -> isCurrent(e.generation()) ? role.appended(e.zxid()) : Next.STAY;
            case Event.EpochsSaved e -> isCurrent(e.generation()) ? role.epochsSaved() : Next.STAY;
            case Event.Truncated e -> isCurrent(e.generation()) ? role.truncated(e.zxid()) : Next.STAY;
            case Event.Filled e -> isCurrent(e.generation()) ? role.filled(e.holes()) : Next.STAY;
            case Event.Repaired e -> repaired(e);
            case Event.Fenced e -> isCurrent(e.generation()) ? role.fenced(e.zxid()) : Next.STAY;
            case Event.SnapshotStaged e ->
                isCurrent(e.generation()) ? role.snapshotStaged(e) : Next.STAY;
            case Event.FoundingSaved unused -> foundingSaved();
            case Event.HistorySent e -> {
                Link link = present(e.peer(), e.link());
                yield link == null ? Next.STAY : role.historySent(link, e.zxid());
            }
            case Event.HistoryGone e -> {
                Link link = present(e.peer(), e.link());
                yield link == null ? Next.STAY : role.historyGone(link);
            }
            case Event.SnapshotSent unused -> Next.STAY;
            case Event.FloorRaised e -> {
                context.history().raiseFloor(e.floorZxid());
                yield Next.STAY;
            }
            case Event.StayOut e -> new Next.Stop(e.reason());
        };
    }

    private boolean isCurrent(long generation) {
        return generation == context.generation();
    }

    private @Nullable Link present(int peer, long id) {
        Link link = context.link(peer);
        return link != null && link.id() == id ? link : null;
    }

    private Next linkUp(Event.LinkUp event) {
        Link older = context.link(event.peer());
        if (older != null) {
            become(linkDown(older, older.id()));
        }
        Link link = new Link(event.peer(), event.link(), event.info(), context.nowMs());
        context.linkUp(link);
        if (!event.info().founded()) {
            tellFounding(link);
        }
        return role.linkUp(link);
    }

    private Next linkDown(@Nullable Link link, long id) {
        if (link == null || link.id() != id) {
            return Next.STAY;
        }
        context.linkDown(link);
        return role.linkDown(link);
    }

    private Next foundingSaved() {
        Next next = role.foundingSaved();
        for (Link link : context.links()) {
            if (!link.info().founded()) {
                tellFounding(link);
            }
        }
        return next;
    }

    /** A founded member tells the founding set to one that does not know it. */
    private void tellFounding(Link link) {
        if (!context.founding().isEmpty() && role.name() != PeerView.RoleName.STOPPED) {
            context.send(link, new Message.FoundingSet(context.founding()));
        }
    }

    private Next received(Event.Received event) {
        Link link = present(event.peer(), event.link());
        if (link == null) {
            return Next.STAY;
        }
        link.heard(context.nowMs());
        return switch (event.message()) {
            case Message.FoundingProposal m -> {
                tellFounding(link);
                yield role.foundingProposal(link, m);
            }
            case Message.FoundingSet m -> role.foundingSet(link, m);
            case Message.Fetch m -> {
                context.emit(new Effect.SendRecords(link.peer(), link.id(), m.afterZxid(), m.toZxid()));
                yield Next.STAY;
            }
            case Message.Records m -> role.records(link, m);
            case Message.Electing m -> electing(link, m);
            case Message.ToLearner m -> role.fromLeader(link, m);
            case Message.ToLeader m -> role.fromLearner(link, m);
        };
    }

    /** Whoever asked for it: the disk is whole now. */
    private Next repaired(Event.Repaired event) {
        context.repaired(event.whole(), event.configurations());
        return isCurrent(event.generation()) ? role.repaired() : Next.STAY;
    }

    private Next electing(Link link, Message.Electing message) {
        return switch (message) {
            case Message.FoundingProposal unused -> Next.STAY;
            case Message.FoundingSet unused -> Next.STAY;
            case Message.Ballot m -> role.ballot(link, m);
            case Message.Loyal unused -> role.loyal(link);
            case Message.Lead m -> role.lead(link, m);
            case Message.Resigned unused -> role.resigned(link);
        };
    }
}
