package dev.quorate.sim;

import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.sim.disk.Damage;
import dev.quorate.sim.disk.SimDisk;
import dev.quorate.sim.fault.Fault;
import dev.quorate.sim.fault.FaultOptions;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What befalls disks. The fault atlas: what is at rest is damaged only while a majority of the voters has whole disks,
 * and no change of the voters may be under way; nor does anybody ask for one ({@link Changes}) that would leave less
 * than a majority of whole disks. So an intact copy of everything is left in a quorum of whatever comes into force, and
 * the ensemble must go on and lose nothing. Only in {@link Fault#RUIN}, with which a run ends, is none left: then it
 * must stop, and say so.
 */
final class DiskFaults {
    private static final long MS = 1_000_000;
    /** After so long without a change everything that is acknowledged is marked on disk. */
    static final long REST_NS = 1_500 * MS;

    private final World world;
    private final List<SimMember> members;
    private final FaultOptions options;
    private final Dice dice;
    private final BiConsumer<SimMember, Boolean> crash;
    private final Changes changes;

    /** @param crash ends a member's process, with its power or without */
    DiskFaults(World world, List<SimMember> members, FaultOptions options, Dice dice,
            BiConsumer<SimMember, Boolean> crash, Changes changes) {
        this.world = world;
        this.members = members;
        this.options = options;
        this.dice = dice;
        this.crash = crash;
        this.changes = changes;
    }

    /** A disk refuses something for a while. */
    void happen(Fault fault, SimMember member, long untilNs) {
        world.trace().event(world.scheduler().nowNs(), member.id(), fault.flag(), untilNs, null);
        switch (fault) {
            case READ_ERROR -> member.disk().troubles().unreadableUntil(untilNs);
            case FULL_DISK -> member.disk().troubles().fullUntil(untilNs);
            case FORCE_ERROR -> member.disk().troubles().forceFailsUntil(untilNs);
            default -> throw new IllegalStateException(fault + " is not such a fault");
        }
    }

    /** Little room is left on a disk, or on all of them, for a while. */
    void fill(long untilNs, Dice own) {
        long reserveBytes = world.settings().limits().reserveBytes();
        List<SimMember> struck = own.chance(0.5) ? members : List.of(own.pick(members));
        for (SimMember member : struck) {
            long leftBytes = own.between(0, 2 * reserveBytes);
            world.trace().event(world.scheduler().nowNs(), member.id(), Fault.FILLING_DISK.flag(), leftBytes, null);
            member.disk().fill(leftBytes, untilNs);
        }
    }

    /** Whether something may happen in peace. */
    boolean anyInPeace() {
        return options.meanMs().keySet().stream().anyMatch(fault -> fault.nature() == Fault.Nature.IN_PEACE);
    }

    /** Nothing is under way, and all members are equal that do not stay out. */
    void inPeace() {
        for (SimMember member : members) {
            if (member.inSync() && (member.votes() || !isVoter(member))) {
                member.disk().troubles().foundAgain();
            }
        }
        for (Fault fault : options.meanMs().keySet()) {
            SimMember member = dice.pick(members);
            if (fault.nature() == Fault.Nature.IN_PEACE && dice.chance(0.4) && maySuffer(member)) {
                damage(member, fault);
                world.tally().count(fault);
            }
        }
    }

    /** The atlas: enough voters have whole disks without this one. */
    private boolean maySuffer(SimMember chosen) {
        long whole = members.stream().filter(member -> member != chosen && member.disk().isWhole() && member.votes())
                .count();
        return whole > voters().size() / 2 && !changes.mayBeUnderWay();
    }

    /** In peace no change of the members is under way. */
    private List<SimMember> voters() {
        return members.stream().filter(this::isVoter).toList();
    }

    private boolean isVoter(SimMember member) {
        Configuration committed = world.invariants().configuration();
        return committed != null && committed.voters().contains(member.id());
    }

    /** An empty disk takes the place of this one, if the others can do without it. */
    void empty(SimMember member) {
        long others = members.stream().filter(other -> other != member && other.disk().isWhole() && other.counts())
                .count();
        if (others > voters().size() / 2 && !changes.mayBeUnderWay()) {
            crash.accept(member, true);
            world.trace().event(world.scheduler().nowNs(), member.id(), "damage", 0, wipe(member));
        }
    }

    private String wipe(SimMember member) {
        member.disk().wipe();
        world.invariants().ledger(member.id()).wiped();
        return "the disk is empty";
    }

    private void damage(SimMember member, Fault fault) {
        SimDisk disk = member.disk();
        boolean ends = fault == Fault.WIPED_DISK || dice.chance(0.7);
        if (ends) {
            crash.accept(member, dice.chance(0.5));
        }
        String what = switch (fault) {
            case FLIP -> Damage.flip(disk, dice);
            case MISDIRECTED_WRITE -> Damage.misdirect(disk, dice);
            case LOST_FILE -> Damage.lose(disk, dice);
            case WIPED_DISK -> wipe(member);
            default -> throw new IllegalStateException(fault + " is no damage");
        };
        world.trace().event(world.scheduler().nowNs(), member.id(), "damage", what.hashCode(), what);
    }

    /** Damages the disks of a majority at least, each in many places; one voter's at most is not emptied. */
    void ruin() {
        List<SimMember> struck = new ArrayList<>(voters());
        int voters = struck.size();
        while (struck.size() > voters / 2 + 1 && dice.chance(0.5)) {
            struck.remove(dice.below(struck.size()));
        }
        List<SimMember> whole = struck.stream().filter(member -> member.disk().isWhole()).toList();
        SimMember spared = dice.pick(whole.isEmpty() ? struck : whole);
        for (SimMember member : struck) {
            crash.accept(member, dice.chance(0.5));
            boolean wipe = member != spared && dice.chance(0.3);
            for (int i = wipe ? 0 : dice.between(1, 8) > 4 ? 1 : 20; i > 0; i--) {
                damage(member, dice.pick(List.of(Fault.FLIP, Fault.MISDIRECTED_WRITE, Fault.LOST_FILE)));
            }
            if (wipe) {
                damage(member, Fault.WIPED_DISK);
            }
        }
    }
}
