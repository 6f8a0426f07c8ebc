package dev.quorate.sim;

import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.SimAdmin;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.SimProcess;
import dev.quorate.sim.member.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks for changes of the members: one or two join, leave or swap places, one gets another role or address; or most of
 * the voters are replaced at once. Whoever is to join is started first, on an empty disk; whoever was removed ends some
 * time later, or goes on being in the way.
 */
final class Changes {
    private static final int MOST_VOTERS = 7;

    private final World world;
    private final List<SimMember> members;
    private final List<SimMember> reserve;
    private final Consumer<SimMember> end;
    /** Since the last peace. */
    private final List<SimAdmin> asked = new ArrayList<>();

    /**
     * @param members who runs; joiners are added, those who end for good are taken out
     * @param reserve who may join, in the order of ids
     * @param end ends a member for good
     */
    Changes(World world, List<SimMember> members, List<SimMember> reserve, Consumer<SimMember> end) {
        this.world = world;
        this.members = members;
        this.reserve = new ArrayList<>(reserve);
        this.end = end;
    }

    /**
     * Whether a configuration may come into force that is not the committed one: somebody asked for it, and may not
     * have been answered, or it is on its way.
     */
    boolean mayBeUnderWay() {
        Configuration present = world.invariants().configuration();
        return present == null || present.isJoint() || asked.stream().anyMatch(admin -> !admin.answered());
    }

    /** All have been equal for a while: what was asked for and not answered came to nothing. */
    void peace() {
        asked.clear();
    }

    /**
     * Whether whole disks that count are a majority of the voters as they are, and of those that are to be: then all
     * that was acknowledged is left in each quorum, whatever became of the other disks.
     */
    private boolean areEnoughWhole(Configuration present, List<String> joining, List<Integer> leaving) {
        List<Integer> voters = new ArrayList<>();
        for (SimMember member : members) {
            ConfigMember named = present.member(member.id());
            String key = "server." + member.id() + "=";
            Optional<String> line = joining.stream().filter(each -> each.startsWith(key)).findAny();
            boolean votes = line.map(each -> each.contains(":participant;"))
                    .orElse(named != null && named.voter() && !leaving.contains(member.id()));
            if (votes) {
                voters.add(member.id());
            }
        }
        return areMostlyWhole(present, present.voters()) && areMostlyWhole(present, voters);
    }

    private boolean areMostlyWhole(Configuration present, List<Integer> voters) {
        long whole = members.stream().filter(member -> voters.contains(member.id()) && member.disk().isWhole()
                && (member.counts() || !present.voters().contains(member.id()))).count();
        return whole > voters.size() / 2;
    }

    void happen(Dice dice) {
        Configuration present = world.invariants().configuration();
        if (present == null) {
            return;
        }
        endRemoved(present, dice);
        List<String> joining = new ArrayList<>();
        List<Integer> leaving = new ArrayList<>();
        int kind = dice.below(6);
        int pair = 1 + dice.below(2);
        if (kind <= 2) {
            joining.addAll(joiners(present, pair, dice));
        }
        if (kind == 2 || kind == 3) {
            leaving.addAll(leavers(present, pair, dice));
        }
        if (kind >= 4) {
            ConfigMember other = dice.pick(present.members());
            boolean voter = kind == 4 ? !other.voter() : other.voter();
            joining.add(line(other.id(), kind == 5, voter));
        }
        List<SimProcess> running = members.stream().map(SimMember::process)
                .filter(process -> process != null && process.loaded()).toList();
        if (present.voters().size() + joining.size() <= MOST_VOTERS && joining.size() + leaving.size() > 0) {
            ask(present, joining, leaving, running, dice);
        }
    }

    /**
     * Most of the voters go at once, or vote no more, and others take their places: observers, and members that join.
     * Who is to join is often started well before.
     *
     * @return whether it was asked for
     */
    boolean turnOver(Dice dice) {
        Configuration present = world.invariants().configuration();
        if (present == null) {
            return false;
        }
        endRemoved(present, dice);
        List<Integer> old = new ArrayList<>(present.voters());
        int wanted = dice.chance(0.7) ? old.size() : dice.pick(List.of(1, 3, 5));
        List<Integer> others = new ArrayList<>(present.observers());
        members.stream().filter(member -> member.id() > present.highestId()).forEach(member -> others.add(member.id()));
        boolean ready = others.size() >= wanted || reserve.isEmpty();
        while (others.size() < wanted && !reserve.isEmpty()) {
            others.add(startNext().id());
        }
        if (others.isEmpty() || (!ready && dice.chance(0.7))) {
            return false;
        }
        if (old.size() > 1 && dice.chance(0.3)) {
            takeOne(old, dice);
        }
        List<String> joining = new ArrayList<>();
        List<Integer> leaving = new ArrayList<>();
        while (joining.size() < wanted && !others.isEmpty()) {
            joining.add(line(takeOne(others, dice), false, true));
        }
        if (reserve.isEmpty() || dice.chance(0.5)) {
            old.forEach(id -> joining.add(line(id, false, false)));
        } else {
            leaving.addAll(old);
        }
        List<SimProcess> inSync = members.stream().map(SimMember::process)
                .filter(process -> process != null && process.loaded() && process.status().peer().inSync()).toList();
        return ask(present, joining, leaving, inSync, dice);
    }

    /** @param askable one of these is asked */
    private boolean ask(Configuration present, List<String> joining, List<Integer> leaving, List<SimProcess> askable,
            Dice dice) {
        if (askable.isEmpty() || !areEnoughWhole(present, joining, leaving)) {
            return false;
        }
        long from = dice.chance(0.5) ? present.version() : Command.ANY_VERSION;
        asked.add(SimAdmin.ask(world, dice.pick(askable), command(present, joining, leaving, from, dice)));
        return true;
    }

    private static Command command(Configuration present, List<String> joining, List<Integer> leaving, long from,
            Dice dice) {
        String gone = String.join(",", leaving.stream().map(String::valueOf).toList());
        if (dice.chance(0.8)) {
            return new Command.Reconfig(String.join(",", joining), gone, null, from);
        }
        List<String> all = new ArrayList<>(joining);
        for (ConfigMember member : present.members()) {
            String key = "server." + member.id() + "=";
            if (!leaving.contains(member.id()) && joining.stream().noneMatch(line -> line.startsWith(key))) {
                all.add(key + member.address());
            }
        }
        return new Command.Reconfig("", "", String.join("\n", all), from);
    }

    private void endRemoved(Configuration present, Dice dice) {
        for (SimMember member : List.copyOf(members)) {
            boolean removed = present.member(member.id()) == null && member.id() <= present.highestId();
            if (removed && dice.chance(0.4)) {
                members.remove(member);
                end.accept(member);
            }
        }
    }

    /** Lines of members that run already and may still join; the next time it may be one that is started now. */
    private List<String> joiners(Configuration present, int count, Dice dice) {
        List<String> lines = new ArrayList<>();
        for (SimMember member : members) {
            if (member.id() > present.highestId() && lines.size() < count) {
                lines.add(line(member.id(), false, dice.chance(0.75)));
            }
        }
        while (lines.size() < count && !reserve.isEmpty()) {
            SimMember next = startNext();
            if (dice.chance(0.5)) {
                break;
            }
            lines.add(line(next.id(), false, true));
        }
        return lines;
    }

    private static int takeOne(List<Integer> ids, Dice dice) {
        int taken = dice.pick(ids);
        ids.removeIf(id -> id == taken);
        return taken;
    }

    private SimMember startNext() {
        SimMember next = reserve.removeFirst();
        members.add(next);
        next.start();
        return next;
    }

    private static List<Integer> leavers(Configuration present, int count, Dice dice) {
        List<ConfigMember> staying = new ArrayList<>(present.members());
        List<Integer> leaving = new ArrayList<>();
        while (leaving.size() < count && staying.size() > 1) {
            leaving.add(staying.remove(dice.below(staying.size())).id());
        }
        return leaving;
    }

    private static String line(int id, boolean moved, boolean voter) {
        String host = "m" + id + (moved ? "x" : "");
        return "server." + id + "=" + host + ":2888:3888:" + (voter ? "participant" : "observer") + ";" + host
                + ":2181";
    }
}
