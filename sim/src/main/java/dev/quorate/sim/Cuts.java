package dev.quorate.sim;

import dev.quorate.sim.fault.Fault;
import dev.quorate.sim.fault.FaultOptions;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the network for a while; each cut is added to those that there are, and all heal at once, when the last one
 * ends.
 */
final class Cuts {
    private static final long MS = 1_000_000;

    private final World world;
    private final List<SimMember> members;
    private final FaultOptions options;
    private int cuts;

    Cuts(World world, List<SimMember> members, FaultOptions options) {
        this.world = world;
        this.members = members;
        this.options = options;
    }

    /** One is alone, or one reaches both halves, or the halves do not reach each other, or anything. */
    void partition(Dice dice) {
        List<Integer> order = new ArrayList<>();
        for (SimMember member : members) {
            order.add(dice.below(order.size() + 1), member.id());
        }
        boolean oneWay = options.has(Fault.ONE_WAY) && dice.chance(0.5);
        int shape = dice.below(4);
        int size = shape == 0 ? 1 : order.size() / 2;
        for (int i = 0; i < order.size(); i++) {
            for (int j = i + 1; j < order.size(); j++) {
                boolean apart = switch (shape) {
                    case 0, 1 -> i < size && j >= size;
                    case 2 -> i < size && j > size; // the one between reaches both sides
                    default -> dice.chance(0.4);
                };
                if (apart) {
                    cut(order.get(i), order.get(j), oneWay, dice);
                }
            }
        }
        world.trace().event(world.scheduler().nowNs(), 0, "partition", shape, order + (oneWay ? " one-way" : ""));
        healAfter(dice.exponential(dice.scaled(100, 5_000)));
    }

    /** These do not reach the others, nor these them. */
    void isolate(List<Integer> ids, long forMs) {
        for (SimMember member : members) {
            for (int id : ids) {
                if (!ids.contains(member.id())) {
                    world.network().block(id, member.id());
                    world.network().block(member.id(), id);
                }
            }
        }
        healAfter(forMs);
    }

    private void cut(int one, int other, boolean oneWay, Dice dice) {
        boolean forward = !oneWay || dice.chance(0.5);
        if (forward) {
            world.network().block(one, other);
        }
        if (!oneWay || !forward) {
            world.network().block(other, one);
        }
    }

    private void healAfter(long ms) {
        int cut = ++cuts;
        world.scheduler().after(ms * MS, () -> {
            if (cut == cuts) {
                world.trace().event(world.scheduler().nowNs(), 0, "heal", 0, null);
                world.network().heal();
            }
        });
    }
}
