package dev.quorate.sim;

import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.Zxid;
import dev.quorate.sim.check.Broken;
import dev.quorate.sim.check.Invariants;
import dev.quorate.sim.check.SessionCheck;
import dev.quorate.sim.client.History;
import dev.quorate.sim.client.SimClient;
import dev.quorate.sim.fault.Fault;
import dev.quorate.sim.fault.Tally;
import dev.quorate.sim.history.Call;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import dev.quorate.sim.kernel.Trace;
import dev.quorate.sim.member.Builds;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.SimProcess;
import dev.quorate.sim.member.World;
import dev.quorate.sim.network.SimNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run from one seed: times of faults and times of peace by turns, and at the end the check of the history. */
public final class Simulation {
    private static final long SECOND_NS = 1_000_000_000L;
    /** In peace a leader is there within this time. */
    private static final long LEADER_LIMIT_NS = 20 * SECOND_NS;
    /** And within this time all clients are answered and all members equal. */
    private static final long CALM_LIMIT_NS = 60 * SECOND_NS;
    /** When there is a leader and no fault any more, no member goes through more elections than this. */
    private static final int MOST_ELECTIONS = 6;
    /** How long a ruined ensemble may show that it serves nothing wrong. */
    private static final long RUINED_NS = 20 * SECOND_NS;

    private final Schedule schedule;
    private final long durationNs;
    private final Options options;
    private final Scheduler scheduler = new Scheduler();
    private final Trace trace;
    private final Tally tally = new Tally();
    private final Invariants invariants;
    private final SessionCheck sessions = new SessionCheck();
    private final History history = new History();
    private static final int RESERVE = 6;

    /** Who is a member, was one or wants to be one. */
    private final List<SimMember> members = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final Faults faults;
    private final Dice phases;

    /**
     * How a run ended.
     *
     * @param virtualNs how long it was in virtual time
     * @param traceHash equal for equal runs
     * @param faults that happened
     * @param failure null when everything held
     */
    public record Result(
            Schedule schedule,
            Options options,
            long virtualNs,
            long events,
            int operations,
            int commits,
            long traceHash,
            Tally faults,
            @Nullable Failure failure) {}

    /** An entry as people read it, decoded only when somebody does. */
    private record Committed(Entry entry) {
        @Override
        public String toString() {
            try {
                return Zxid.text(entry.zxid()) + " " + TxnCodec.decode(entry.payload());
            } catch (MalformedPacket malformed) {
                return Zxid.text(entry.zxid()) + " malformed: " + malformed.getMessage();
            }
        }
    }

    /** @param live gets every event as it happens; null for none */
    private Simulation(Schedule schedule, @Nullable Consumer<String> live) {
        this.schedule = schedule;
        this.durationNs = schedule.seconds() * SECOND_NS;
        this.trace = new Trace(live);
        Dice root = new Dice(schedule.seed());
        options = Options.draw(root.split(), schedule.restriction());
        Dice networkDice = root.split();
        Dice memberDice = root.split();
        Dice clientDice = root.split();
        Dice faultDice = root.split();
        phases = root.split();
        int size = options.ensemble().members();
        int most = options.faults().changesMembers() ? size + RESERVE : size;
        invariants = new Invariants(most, this::committed);
        SimNetwork network = new SimNetwork(scheduler, networkDice, options.network(), most);
        World world = new World(scheduler, trace, network, invariants, sessions, options.ensemble(), tally);
        for (int id = 1; id <= size; id++) {
            members.add(new SimMember(world, id, memberDice.split(), options.disk()));
        }
        List<SimMember> reserve = new ArrayList<>();
        for (int id = size + 1; id <= most; id++) {
            reserve.add(new SimMember(world, id, memberDice.split(), options.disk()));
        }
        for (int number = 1; number <= options.clients().clients(); number++) {
            clients.add(new SimClient(world, members, clientDice.split(), options.clients(), number, history));
        }
        faults = new Faults(world, members, reserve, clients, options.faults(), faultDice);
    }

    /**
     * Runs a schedule.
     *
     * @param live gets every event as it happens; null for none
     */
    public static Result run(Schedule schedule, @Nullable Consumer<String> live) {
        Simulation simulation = new Simulation(schedule, live);
        Failure failure = null;
        try {
            simulation.run();
        } catch (RuntimeException | Error broken) {
            failure = new Failure(describe(broken), simulation.scheduler.nowNs(), simulation.describeMembers(),
                    simulation.trace.last());
        }
        return simulation.result(failure);
    }

    private Result result(@Nullable Failure failure) {
        return new Result(schedule, options, scheduler.nowNs(), trace.count(), history.size(),
                invariants.committed().size(), trace.hash(), tally, failure);
    }

    private static String describe(Throwable broken) {
        StringBuilder text = new StringBuilder(broken.toString());
        int frames = broken instanceof Broken ? 0 : 12;
        for (StackTraceElement frame : broken.getStackTrace()) {
            if (frames-- > 0) {
                text.append("\n    at ").append(frame);
            }
        }
        for (Throwable cause = broken.getCause(); cause != null; cause = cause.getCause()) {
            text.append("\n  caused by ").append(describe(cause));
            break;
        }
        return text.toString();
    }

    private void run() {
        for (SimMember member : members) {
            scheduler.after(phases.between(0, SECOND_NS), member::start);
        }
        for (SimClient client : clients) {
            client.start();
        }
        while (scheduler.nowNs() < durationNs) {
            faults.on();
            scheduler.runUntil(scheduler.nowNs() + phases.between(SECOND_NS, 40 * SECOND_NS));
            faults.off();
            calm();
        }
        if (options.faults().has(Fault.RUIN)) {
            faults.disks().ruin();
            scheduler.runUntil(scheduler.nowNs() + RUINED_NS);
            clients.forEach(SimClient::end);
        } else {
            verify();
        }
        history.check(invariants.committed());
    }

    private void committed(Entry entry) {
        trace.event(scheduler.nowNs(), 0, "committed", entry.zxid(), new Committed(entry));
        sessions.committed(entry, scheduler.nowNs());
        faults.upgrades().committed(entry);
    }

    /** After the faults: a leader, everything answered, everybody equal. Then the clients go on. */
    private void calm() {
        trace.event(scheduler.nowNs(), 0, "calm", 0, null);
        long fromNs = scheduler.nowNs();
        await("an established leader", fromNs + LEADER_LIMIT_NS, this::hasLeader);
        Map<SimProcess, Long> elections = elections();
        clients.forEach(client -> client.quiet(true));
        await("an answer to every client", fromNs + CALM_LIMIT_NS, () -> clients.stream().allMatch(SimClient::idle));
        if (options.faults().changesMembers() || options.faults().has(Fault.UPGRADE)) {
            // A change that was asked for is begun or abandoned within the silence limit.
            scheduler.runUntil(scheduler.nowNs() + 5 * SECOND_NS);
        }
        await("equal members", fromNs + CALM_LIMIT_NS, this::allEqual);
        elections().forEach((process, now) -> Broken.unless(now - elections.getOrDefault(process, 0L) <= MOST_ELECTIONS,
                () -> "member %d went through %d elections, without a fault".formatted(process.id(), now)));
        faults.peace();
        if (faults.upgrades().isRaising()) {
            raiseLevelInPeace();
        }
        if (options.faults().has(Fault.HAND_OVER)) {
            handOverInPeace();
        }
        if (faults.disks().anyInPeace() || options.faults().has(Fault.RUIN)) {
            scheduler.runUntil(scheduler.nowNs() + DiskFaults.REST_NS);
            faults.disks().inPeace();
        }
        clients.forEach(client -> client.quiet(false));
    }

    /** How many elections each process went through so far. */
    private Map<SimProcess, Long> elections() {
        Map<SimProcess, Long> elections = new LinkedHashMap<>();
        for (SimMember member : members) {
            SimProcess process = member.process();
            if (process != null && process.loaded()) {
                elections.put(process, process.status().peer().elections());
            }
        }
        return elections;
    }

    /** Whether the next level is refused follows from who knows it. */
    private void raiseLevelInPeace() {
        SimMember leader = leader();
        Configuration before = invariants.configuration();
        if (leader == null || before == null || members.stream().anyMatch(SimMember::staysOut)) {
            return;
        }
        List<Outcome> answers = new ArrayList<>();
        leader.raiseLevel(Builds.NEWER, answers::add);
        await("an answer to who asks for a level", scheduler.nowNs() + CALM_LIMIT_NS, () -> !answers.isEmpty());
        faults.upgrades().checkAnswer(before, answers.getFirst());
        await("equal members", scheduler.nowNs() + CALM_LIMIT_NS, this::allEqual);
    }

    /**
     * Under load the leader hands over: soon there is another one, or it leads again, and no client loses its
     * connection.
     */
    private void handOverInPeace() {
        // What clients went through before must not be taken for what comes now: whoever still stands still wakes up,
        // and members report their sessions.
        await("nobody to be paused", scheduler.nowNs() + CALM_LIMIT_NS,
                () -> members.stream().noneMatch(SimMember::isPaused));
        scheduler.runUntil(scheduler.nowNs() + SECOND_NS);
        SimMember leader = leader();
        if (leader == null || !hasSuccessor(leader)) {
            return;
        }
        clients.forEach(client -> client.quiet(false));
        long fromNs = scheduler.nowNs();
        int dropped = clients.stream().mapToInt(SimClient::dropped).sum();
        long epoch = epoch(leader);
        leader.handOver();
        // With a very slow disk no successor may have everything within the limit: then there is an election.
        await("a new epoch after a hand-over", fromNs + LEADER_LIMIT_NS, () -> {
            SimMember now = leader();
            return now != null && epoch(now) > epoch;
        });
        tally.count(Fault.HAND_OVER);
        // With very slow disks or messages it may take so long that a member can't be sure of its clients' sessions.
        boolean soon = scheduler.nowNs() - fromNs < options.clients().timeoutMs() * 1_000_000L / 3;
        int droppedSince = clients.stream().mapToInt(SimClient::dropped).sum() - dropped;
        if (soon && droppedSince > 0) {
            throw new Broken("a hand-over in peace cost %d clients their connection".formatted(droppedSince));
        }
        clients.forEach(client -> client.quiet(true));
        await("an answer to every client", scheduler.nowNs() + CALM_LIMIT_NS,
                () -> clients.stream().allMatch(SimClient::idle));
        await("equal members", scheduler.nowNs() + CALM_LIMIT_NS, this::allEqual);
    }

    /** In the end every client reads everything, each at whatever member it is. */
    private void verify() {
        List<Call> reads = new ArrayList<>();
        reads.add(new Call.Sync("/"));
        for (String root : List.of("/r", "/q", "/e")) {
            reads.add(new Call.GetChildren(root, false));
        }
        for (int key = 0; key < options.clients().keys(); key++) {
            reads.add(new Call.GetData("/r/" + key, false));
            reads.add(new Call.GetData("/e/" + key, false));
        }
        clients.forEach(client -> client.quiet(true));
        clients.forEach(client -> client.ask(reads));
        await("an answer to every last read", scheduler.nowNs() + 2 * CALM_LIMIT_NS,
                () -> clients.stream().allMatch(SimClient::idle));
    }

    private void await(String what, long untilNs, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (scheduler.nowNs() >= untilNs) {
                throw new Broken("no faults any more, and yet not in time: " + what + "; " + describeMembers());
            }
            scheduler.runUntil(scheduler.nowNs() + 100_000_000);
        }
    }

    private boolean hasLeader() {
        return leader() != null;
    }

    /** The member that leads and is sure of it; null when there is none. */
    private @Nullable SimMember leader() {
        for (SimMember member : members) {
            SimProcess process = member.process();
            if (process != null && process.loaded() && process.status().peer().inSync()
                    && process.status().peer().role() == PeerView.RoleName.LEADING) {
                return member;
            }
        }
        return null;
    }

    private static long epoch(SimMember member) {
        SimProcess process = member.process();
        return process == null ? 0 : process.status().peer().epoch();
    }

    private static boolean hasSuccessor(SimMember leader) {
        SimProcess process = leader.process();
        return process != null && process.status().peer().learners().stream()
                .anyMatch(learner -> learner.voter() && learner.inSync());
    }

    private boolean allEqual() {
        Status.Tree first = null;
        for (SimMember member : members) {
            if (member.staysOut() || !member.isMember()) {
                continue;
            }
            SimProcess process = member.process();
            if (process == null || !process.loaded() || !process.status().peer().inSync()
                    || process.status().peer().configuration().isJoint()
                    || process.status().membership().wanted() != null) {
                return false;
            }
            Status.Tree tree = process.status().tree();
            if (first != null && (tree.appliedZxid() != first.appliedZxid() || tree.digest() != first.digest())) {
                return false;
            }
            first = tree;
        }
        return true;
    }

    private String describeMembers() {
        StringBuilder text = new StringBuilder();
        for (SimMember member : members) {
            SimProcess process = member.process();
            text.append("\n    member ").append(member.id()).append(": ");
            if (process == null || !process.loaded()) {
                text.append(process == null ? "down" : "starting");
            } else {
                Status status = process.status();
                text.append(status.peer()).append(" applied ").append(Zxid.text(status.tree().appliedZxid()))
                        .append(" connections ").append(process.status().tree().sessions());
            }
        }
        return text.toString();
    }
}
