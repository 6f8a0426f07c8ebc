package dev.quorate.sim;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Strikes while a change of the members is at its most delicate: its joint configuration is written, and the one that
 * ends it is not committed. Then those that go do not reach those that come, or the leader is lost, or both; neither
 * side may decide alone.
 */
final class Strikes implements SimMember.Observer {
    private static final long MS = 1_000_000;

    private final World world;
    private final Cuts cuts;
    private final Crash crash;
    private @Nullable Armed armed;
    private @Nullable Joint joint;
    private boolean on;

    /** Ends a member's process; it starts again. */
    @FunctionalInterface
    interface Crash {
        void happen(SimMember member, boolean power, Dice dice);
    }

    /** How far the change is when it is struck. */
    private enum Moment {
        /** The leader has written the joint configuration. */
        WRITTEN,
        /** As many of the old members have it durably as could decide by themselves, if they were asked alone. */
        DURABLE_AT_THE_OLD,
        /** The leader knows it to be committed, and is about to end the change. */
        COMMITTED
    }

    private enum Blow {
        LEADER_STAYS_WITH_THE_NEW,
        LEADER_STAYS_WITH_THE_OLD,
        LEADER_IS_LOST,
        OLD_ARE_ALONE,
        PARTITION
    }

    private record Armed(Moment moment, Blow blow, Dice dice) {}

    /**
     * A change under way.
     *
     * @param end of the leader's history when it was first seen
     */
    private record Joint(SimMember leader, Configuration configuration, long end) {
        /** Voters that will not be any more, without the leader. */
        List<Integer> leavers() {
            List<ConfigMember> next = configuration.next() == null ? List.of() : configuration.next();
            return configuration.voters().stream().filter(id -> id != leader.id()
                    && next.stream().noneMatch(member -> member.id() == id && member.voter())).toList();
        }
    }

    Strikes(World world, Cuts cuts, Crash crash) {
        this.world = world;
        this.cuts = cuts;
        this.crash = crash;
    }

    /** The next change is struck. */
    void arm(Dice dice) {
        on = true;
        joint = null;
        armed = new Armed(dice.pick(List.of(Moment.values())), dice.pick(List.of(Blow.values())), dice);
    }

    /** Nothing is struck from now on. */
    void off() {
        on = false;
        armed = null;
    }

    @Override
    public void batchEnded(SimMember member, PeerView view) {
        Armed strike = armed;
        if (strike == null) {
            return;
        }
        boolean leads = view.role() == PeerView.RoleName.LEADING && view.configuration().isJoint();
        if (leads && (joint == null || joint.leader() != member)) {
            joint = new Joint(member, view.configuration(), view.lastLoggedZxid());
        }
        Joint seen = joint;
        if (seen != null && hasCome(strike.moment(), seen, member, view)) {
            armed = null;
            world.scheduler().after(0, () -> strike(seen, strike));
        }
    }

    private boolean hasCome(Moment moment, Joint seen, SimMember member, PeerView view) {
        return switch (moment) {
            case WRITTEN -> true;
            case DURABLE_AT_THE_OLD -> isDurableAtTheOld(seen);
            case COMMITTED -> member == seen.leader() && view.committedZxid() >= seen.end();
        };
    }

    private boolean isDurableAtTheOld(Joint seen) {
        List<Integer> leavers = seen.leavers();
        long have = leavers.stream().filter(id -> world.invariants().ledger(id).durableEnd() >= seen.end()).count();
        return have >= Math.min(leavers.size(), seen.configuration().voters().size() / 2 + 1);
    }

    private void strike(Joint seen, Armed strike) {
        if (!on) {
            return;
        }
        Dice dice = strike.dice();
        world.trace().event(world.scheduler().nowNs(), seen.leader().id(), "struck while joint",
                seen.end(),
                strike.moment() + " " + strike.blow() + " " + seen.configuration());
        List<Integer> old = new ArrayList<>(seen.leavers());
        long forMs = dice.scaled(500, 10_000);
        switch (strike.blow()) {
            case LEADER_STAYS_WITH_THE_NEW -> cuts.isolate(old, forMs);
            case LEADER_STAYS_WITH_THE_OLD -> {
                old.add(seen.leader().id());
                cuts.isolate(old, forMs);
            }
            case LEADER_IS_LOST -> crash(seen.leader(), dice);
            case OLD_ARE_ALONE -> {
                cuts.isolate(old, forMs);
                world.scheduler().after(dice.scaled(1, 1_000) * MS, () -> crash(seen.leader(), dice));
            }
            case PARTITION -> cuts.partition(dice);
        }
    }

    private void crash(SimMember leader, Dice dice) {
        if (on) {
            crash.happen(leader, dice.chance(0.5), dice);
        }
    }
}
