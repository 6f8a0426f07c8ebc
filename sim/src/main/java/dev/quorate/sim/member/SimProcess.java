package dev.quorate.sim.member;

import dev.quorate.ensemble.member.Clients;
import dev.quorate.ensemble.member.Member;
import dev.quorate.ensemble.member.MemberSettings;
import dev.quorate.ensemble.member.RandomSource;
import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.UnknownLevel;
import dev.quorate.ensemble.storage.FileStorage;
import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerSettings;
import dev.quorate.sim.disk.SimDisk;
import dev.quorate.sim.disk.SimExec;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.network.Host;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One process of a member: the server's own member over simulated ports, and its loop in virtual time. */
public final class SimProcess implements Host {
    /** The digest of {@link SimAdmin}'s password. */
    private static final String SUPER_DIGEST = "super:OQE4e2t0sFWx1D8wtuq5+F0J9nQ=";

    private final World world;
    private final SimMember owner;
    private final Dice dice;
    private final SimDisk disk;
    private final MemberClock clock;
    private final SimExec log;
    private final Deque<Input> inputs = new ArrayDeque<>();
    private @Nullable Member member;
    private boolean ended;
    private boolean scheduled;
    private boolean tickWaits;

    private record Input(String what, long number, @Nullable Object detail, Runnable action) {}

    SimProcess(World world, SimMember owner, Dice dice, SimDisk disk, MemberClock clock) {
        this.world = world;
        this.owner = owner;
        this.dice = dice;
        this.disk = disk;
        this.clock = clock;
        this.log = new SimExec(world.scheduler(), disk);
    }

    /** @throws IOException when the disk does not let it begin */
    void start() throws IOException {
        FileStorage files = openStorage();
        Storage.Identity identity = files.identity();
        world.trace().event(world.scheduler().nowNs(), id(), "start", identity.boot(), identity.recovered());
        world.invariants().started(id(), identity.incarnation(), identity.boot(), identity.recovered());
        ProbedStorage storage = new ProbedStorage(files, world.invariants().ledger(id()));
        Member started = new Member(memberSettings(), peerSettings(identity.incarnation()), storage,
                new ProbedTransport(id(), world.network().attach(this), world.invariants().ledger(id())), clock,
                new Draws(dice),
                (what, cause) -> owner.storageFailed(this, what, cause));
        files.listen(storage.listener(started.disk()));
        member = started;
        world.scheduler().at(world.scheduler().nowNs() + disk.takeBusyNs(), () -> post("load", 0, null, () -> {
            world.invariants().ledger(id()).opened(identity.recovered());
            started.start();
        }));
        tickLater();
    }

    private FileStorage openStorage() throws IOException {
        EnsembleSettings settings = world.settings();
        return FileStorage.open(disk, log, this::fromLog,
                new StorageSettings("data", "log", id(), settings.clusterId(), "",
                        mustBeFounded(), settings.limits(), dice::nextLong));
    }

    /**
     * Founders that are no members any more, or a lone one, can not know that their disks were emptied: they are told,
     * as the operator does.
     */
    private boolean mustBeFounded() {
        Configuration committed = world.invariants().configuration();
        boolean founder = id() <= world.settings().voters();
        return founder && committed != null && (world.settings().voters() == 1
                || IntStream.rangeClosed(1, world.settings().voters()).anyMatch(id -> committed.member(id) == null));
    }

    private MemberSettings memberSettings() {
        EnsembleSettings settings = world.settings();
        return new MemberSettings(id(), owner.serverLines(), EnsembleSettings.clientAddress(id()), settings.clusterId(),
                1_000, 60_000, 200, settings.peerTimeoutMs(), 10_000, settings::snapCount, 60_000, 10_000,
                new ReadLimits(1 << 20, 1 << 20, 1 << 20), true, SUPER_DIGEST, Builds.levels(owner.build()));
    }

    private PeerSettings peerSettings(long incarnation) {
        EnsembleSettings settings = world.settings();
        return PeerSettings.defaults(id(), incarnation).withPeerTimeoutMs(settings.peerTimeoutMs())
                .withTail(settings.tailEntries(), 1 << 20).withMaxCounter(settings.maxCounter())
                .withConfigurations(TxnCodec::configuration);
    }

    /** The process is gone: nothing of it runs any more. */
    void end() {
        ended = true;
        inputs.clear();
        log.end();
    }

    void handOver() {
        post("hand over", 0, null, () -> started().handOver("somebody asks for it"));
    }

    void raiseLevel(int level, Consumer<Outcome> told) {
        post("raise level", level, null, () -> started().submit(new Command.RaiseLevel(level), (zxid, outcome) -> {
            world.trace().event(world.scheduler().nowNs(), id(), "admin is told", zxid, outcome);
            told.accept(outcome);
        }));
    }

    void stallLog(long untilNs) {
        log.stallUntil(untilNs);
    }

    @Override
    public int id() {
        return owner.id();
    }

    @Override
    public boolean running() {
        return !ended;
    }

    @Override
    public boolean accepting() {
        return !ended && owner.pausedUntilNs() <= world.scheduler().nowNs();
    }

    /** Where clients come in. */
    public Clients clients() {
        return started().clients();
    }

    /** Whether it has begun to work on what it found on its disk. */
    public boolean loaded() {
        return member != null;
    }

    public Status status() {
        return started().status();
    }

    private Member started() {
        if (member == null) {
            throw new IllegalStateException("the process was not started");
        }
        return member;
    }

    @Override
    public void post(String what, long number, @Nullable Object detail, Runnable action) {
        if (!ended) {
            inputs.add(new Input(what, number, detail, action));
            runSoon();
        }
    }

    /** What the log's thread posts comes when the log is there in its task. */
    private void fromLog(Runnable task) {
        world.scheduler().at(disk.taskNowNs(), () -> post("log", 0, null, task));
    }

    private void runSoon() {
        if (!scheduled) {
            scheduled = true;
            world.scheduler().after(dice.between(0, world.settings().loopMaxNs()), this::run);
        }
    }

    private void tickLater() {
        world.scheduler().after(clock.realNs(world.settings().tickMs()), () -> {
            if (!ended) {
                tickWaits = true;
                runSoon();
                tickLater();
            }
        });
    }

    /** One batch of the loop. */
    private void run() {
        if (ended) {
            return;
        }
        long nowNs = world.scheduler().nowNs();
        if (owner.pausedUntilNs() > nowNs) {
            world.scheduler().at(owner.pausedUntilNs(), this::run);
            return;
        }
        scheduled = false;
        try {
            runBatch(nowNs, started());
        } catch (UnknownLevel unknown) {
            owner.isTooOld(unknown);
        }
    }

    private void runBatch(long nowNs, Member running) {
        if (tickWaits) {
            tickWaits = false;
            running.tick();
        }
        for (Input input = inputs.poll(); input != null; input = inputs.poll()) {
            world.trace().event(nowNs, id(), input.what, input.number, input.detail);
            input.action.run();
        }
        running.endBatch();
        Status status = running.status();
        world.invariants().afterBatch(id(), status);
        owner.batchEnded(status.peer());
    }

    /** A member's randomness, from the seed. */
    private record Draws(Dice dice) implements RandomSource {
        @Override
        public long nextLong() {
            return dice.nextLong();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            dice.nextBytes(bytes);
        }
    }
}
