package dev.quorate.sim;

import dev.quorate.sim.client.SimClient;
import dev.quorate.sim.fault.Fault;
import dev.quorate.sim.fault.FaultOptions;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.SimProcess;
import dev.quorate.sim.member.World;
import dev.quorate.sim.network.SimNetwork;
import java.util.ArrayList;
import java.util.List;

/** Makes things go wrong, each kind at its own random times, while it is switched on. */
final class Faults {
    private static final long MS = 1_000_000;

    private final World world;
    private final Scheduler scheduler;
    private final SimNetwork network;
    private final List<SimMember> members;
    private final List<SimClient> clients;
    private final FaultOptions options;
    private final Dice starts;
    private final DiskFaults diskFaults;
    private final Cuts cuts;
    private final Changes changes;
    private final Strikes strikes;
    private final Upgrades upgrades;
    private boolean on;

    /** @param reserve who is no member yet */
    Faults(World world, List<SimMember> members, List<SimMember> reserve, List<SimClient> clients, FaultOptions options,
            Dice dice) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.network = world.network();
        this.members = members;
        this.clients = clients;
        this.options = options;
        starts = dice.split();
        Dice disks = dice.split();
        cuts = new Cuts(world, members, options);
        changes = new Changes(world, members, reserve, this::end);
        strikes = new Strikes(world, cuts, this::crash);
        diskFaults = new DiskFaults(world, members, options, disks, (member, power) -> crash(member, power, disks),
                changes);
        List<SimMember> everybody = new ArrayList<>(members);
        everybody.addAll(reserve);
        everybody.forEach(member -> member.onMustRestart(failed -> crash(failed, false, disks)));
        everybody.forEach(member -> member.onBatch(strikes));
        upgrades = new Upgrades(members, everybody, member -> crash(member, false, disks));
        for (Fault fault : Fault.values()) {
            Dice own = dice.split();
            if (fault == Fault.UPGRADE && options.has(fault)) {
                upgrades.begin(own);
            }
            if (options.every(fault) > 0) {
                nowAndThen(fault, own);
            }
            if (options.has(fault) && fault.nature() == Fault.Nature.ALWAYS) {
                world.tally().count(fault);
            }
        }
    }

    void on() {
        on = true;
    }

    /** Everything is well from now on; members that are down start again. */
    void off() {
        on = false;
        strikes.off();
        network.heal();
        for (SimMember member : members) {
            member.disk().slowDown(1);
            member.disk().atNextForce(() -> {});
            member.disk().troubles().end();
            scheduler.after(starts.between(0, 100 * MS), member::start);
        }
    }

    /** Who runs which build. */
    Upgrades upgrades() {
        return upgrades;
    }

    /** All have been equal for a while. */
    void peace() {
        changes.peace();
    }

    /** What befalls disks at rest. */
    DiskFaults disks() {
        return diskFaults;
    }

    /** Ends the process of a member as it stands; it will start again. */
    private void crash(SimMember member, boolean power, Dice dice) {
        SimProcess process = member.process();
        member.crash(power);
        if (process != null) {
            for (SimClient client : clients) {
                client.processEnded(process);
            }
        }
        scheduler.after(dice.exponential(dice.scaled(50, 3_000)) * MS, member::start);
    }

    /** A member's process ends for good. */
    private void end(SimMember member) {
        SimProcess process = member.process();
        member.retire();
        if (process != null) {
            clients.forEach(client -> client.processEnded(process));
        }
    }

    private void nowAndThen(Fault fault, Dice dice) {
        scheduler.after(dice.exponential(options.every(fault) * MS), () -> {
            if (on) {
                happen(fault, dice);
            }
            nowAndThen(fault, dice);
        });
    }

    private void happen(Fault fault, Dice dice) {
        switch (fault) {
            case KILL -> crash(dice.pick(members), false, dice);
            case POWER -> crashAtItsWorst(dice.pick(members), dice);
            case BLACKOUT -> members.forEach(member -> crash(member, true, dice));
            case PAUSE -> dice.pick(members).pause(until(3_000, dice));
            case PARTITION -> cuts.partition(dice);
            case CLOG -> network.clog(anyone(dice), anyone(dice), until(3_000, dice));
            case RESET -> network.reset(anyone(dice), anyone(dice));
            case STALL -> dice.pick(members).stallLog(until(3_000, dice));
            case SLOW_DISK -> slowDisk(dice);
            case WALL_CLOCK -> dice.pick(members).setWallClock();
            case CLIENT_MOVES -> dice.pick(clients).leave();
            case RECONFIG -> changes.happen(dice);
            case TURNOVER -> {
                if (changes.turnOver(dice) && dice.chance(0.8)) {
                    strikes.arm(dice);
                }
            }
            case HAND_OVER -> dice.pick(members).handOver();
            case WIRE_FLIP -> network.corrupt(anyone(dice), anyone(dice));
            case FORCE_ERROR, READ_ERROR, FULL_DISK ->
                diskFaults.happen(fault, dice.pick(members), until(3_000, dice));
            case UPGRADE -> upgrades.happen(dice);
            case EMPTIED_DISK -> diskFaults.empty(dice.pick(members));
            case FILLING_DISK -> diskFaults.fill(scheduler.nowNs() + dice.between(1_000, 20_000) * MS, dice);
            case ONE_WAY, DRIFT, TORN_SECTORS, REORDERED_NAMES, SLOW_FORCE, FLIP, MISDIRECTED_WRITE, LOST_FILE,
                    WIPED_DISK, RUIN, COUNTER_END ->
                throw new IllegalStateException(fault + " does not come now and then");
        }
        world.tally().count(fault);
    }

    private void crashAtItsWorst(SimMember member, Dice dice) {
        if (dice.chance(0.5)) {
            crash(member, true, dice);
        } else {
            SimProcess process = member.process();
            member.disk().atNextForce(() -> {
                if (member.process() == process) {
                    crash(member, true, dice);
                }
            });
        }
    }

    private void slowDisk(Dice dice) {
        SimMember member = dice.pick(members);
        member.disk().slowDown(5 + dice.below(96));
        scheduler.after(dice.between(100, 5_000) * MS, () -> member.disk().slowDown(1));
    }

    private int anyone(Dice dice) {
        return dice.pick(members).id();
    }

    private long until(long mostMs, Dice dice) {
        return scheduler.nowNs() + dice.scaled(1, mostMs) * MS;
    }
}
