package dev.quorate.sim.member;

import dev.quorate.ensemble.member.MemberSettings;
import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.UnknownLevel;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.sim.check.Broken;
import dev.quorate.sim.disk.DiskOptions;
import dev.quorate.sim.disk.SimDisk;
import dev.quorate.sim.kernel.Dice;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A member over all its starts: its disk, its clocks, and the process that runs now, if any. */
public final class SimMember {
    private final World world;
    private final int id;
    private final Dice dice;
    private final SimDisk disk;
    private final MemberClock clock;
    private @Nullable SimProcess process;
    private Consumer<SimMember> mustRestart = member -> {};
    private Observer observer = (member, view) -> {};
    private long pausedUntilNs;
    private boolean retired;
    private int build = Builds.OLDER;
    /** Of its config file; empty before its first start. */
    private List<MemberSettings.ServerLine> serverLines = List.of();

    public SimMember(World world, int id, Dice dice, DiskOptions diskOptions) {
        this.world = world;
        this.id = id;
        this.dice = dice;
        this.disk = new SimDisk(world.scheduler(), dice.split(), diskOptions);
        this.clock = new MemberClock(world.scheduler(), dice.split(), world.settings().maxDrift());
    }

    public int id() {
        return id;
    }

    public SimDisk disk() {
        return disk;
    }

    /** Which build of the server it runs, from its next start on. */
    public int build() {
        return build;
    }

    public void install(int newBuild) {
        build = newBuild;
    }

    /**
     * The members that its config file names: those that found the ensemble, or those that were members when the file
     * of one that joins later was written. Nobody ever changes it.
     */
    List<MemberSettings.ServerLine> serverLines() {
        if (serverLines.isEmpty()) {
            Configuration present = world.invariants().configuration();
            serverLines = present == null || id <= world.settings().members()
                    ? world.settings().serverLines()
                    : present.members().stream().map(SimMember::serverLine).toList();
        }
        return serverLines;
    }

    private static MemberSettings.ServerLine serverLine(ConfigMember member) {
        String[] parts = member.address().split(";", 2);
        return new MemberSettings.ServerLine(member.id(), member.voter(), parts[0], parts[1]);
    }

    /** The ensemble has gone on to rules that its build does not know: whoever runs it installs the newer one. */
    void isTooOld(UnknownLevel unknown) {
        world.trace().event(world.scheduler().nowNs(), id, "too old", build, unknown.getMessage());
        Broken.unless(build < Builds.NEWER, () -> "member %d: %s".formatted(id, unknown.getMessage()));
        build = Builds.NEWER;
        mustRestart.accept(this);
    }

    /** Asks for another level; {@code told} hears the answer, if there is one. */
    public void raiseLevel(int level, Consumer<Outcome> told) {
        if (process != null) {
            process.raiseLevel(level, told);
        }
    }

    /** Null while it is down. */
    public @Nullable SimProcess process() {
        return process;
    }

    /** Whether it is part of an established quorum now. */
    public boolean inSync() {
        return process != null && process.loaded() && process.status().peer().inSync();
    }

    /** Whether it is in sync, and its disk is one whose votes count. */
    public boolean votes() {
        if (process == null || !inSync()) {
            return false;
        }
        Status status = process.status();
        return status.peer().configuration().isVoter(id, status.identity().incarnation());
    }

    /** Whether its disk is one whose votes count in the configuration that is committed, whether it runs or not. */
    public boolean counts() {
        Configuration committed = world.invariants().configuration();
        return committed != null && committed.isVoter(id, world.invariants().incarnation(id));
    }

    /** Whether the configuration that is committed names it. */
    public boolean isMember() {
        Configuration committed = world.invariants().configuration();
        return committed != null && committed.member(id) != null;
    }

    /** Whether it takes no part, and says why, for the sake of its disk. */
    public boolean staysOut() {
        return process != null && process.loaded() && process.status().peer().stayOutReason() != null
                && !disk.isWhole();
    }

    /** Starts a process on its disk, unless one runs. */
    public void start() {
        if (process == null && !retired) {
            pausedUntilNs = 0;
            SimProcess started = new SimProcess(world, this, dice.split(), disk, clock);
            world.invariants().ledger(id).damaged(!disk.isWhole());
            try {
                process = started;
                started.start();
                disk.troubles().readAll();
            } catch (IOException refused) {
                process = null;
                started.end();
                disk.processEnded();
                checkStruck("does not start", refused);
                mustRestart.accept(this);
            }
        }
    }

    /** Told when the process can't go on, or not begin: because of its disk, or because its build is too old. */
    public void onMustRestart(Consumer<SimMember> listener) {
        mustRestart = listener;
    }

    /** Looks at members as they go on. */
    @FunctionalInterface
    public interface Observer {
        /** A loop has ended a batch; what it says is on its way. */
        void batchEnded(SimMember member, PeerView view);
    }

    public void onBatch(Observer told) {
        observer = told;
    }

    void batchEnded(PeerView view) {
        observer.batchEnded(this, view);
    }

    /** The process ends itself. */
    void storageFailed(SimProcess failed, String what, Exception cause) {
        checkStruck(what, cause);
        world.scheduler().after(0, () -> {
            if (process == failed) {
                mustRestart.accept(this);
            }
        });
    }

    /** A good disk fails nothing. */
    private void checkStruck(String what, Exception cause) {
        world.trace().event(world.scheduler().nowNs(), id, "storage failed", 0, what + ": " + cause.getMessage());
        if (!disk.troubles().struck()) {
            Broken broken = new Broken("member " + id + " fails on a good disk: " + what);
            broken.initCause(cause);
            throw broken;
        }
    }

    /**
     * Ends the process where it stands.
     *
     * @param power whether the power goes and takes what was not durable; else the operating system lives on
     */
    public void crash(boolean power) {
        SimProcess ended = process;
        if (ended == null) {
            return;
        }
        world.trace().event(world.scheduler().nowNs(), id, power ? "power loss" : "kill", 0, null);
        process = null;
        ended.end();
        world.network().detach(id, power);
        if (power) {
            disk.losePower();
        } else {
            disk.processEnded();
        }
    }

    /** It is a member no more, and never starts again. */
    public void retire() {
        retired = true;
        crash(false);
    }

    /** Its loop and its log stand still until then; its clocks go on. */
    public void pause(long untilNs) {
        if (process != null) {
            world.trace().event(world.scheduler().nowNs(), id, "pause", untilNs, null);
            pausedUntilNs = Math.max(pausedUntilNs, untilNs);
            process.stallLog(untilNs);
        }
    }

    /** Whether its process stands still now. */
    public boolean isPaused() {
        return process != null && pausedUntilNs > world.scheduler().nowNs();
    }

    /** The log's stage alone stands still until then. */
    public void stallLog(long untilNs) {
        if (process != null) {
            world.trace().event(world.scheduler().nowNs(), id, "log stalls", untilNs, null);
            process.stallLog(untilNs);
        }
    }

    /** Asks it not to lead. */
    public void handOver() {
        if (process != null) {
            process.handOver();
        }
    }

    public void setWallClock() {
        clock.setWall();
    }

    long pausedUntilNs() {
        return pausedUntilNs;
    }
}
