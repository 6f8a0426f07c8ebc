package dev.quorate.sim.fault;

import dev.quorate.sim.kernel.Dice;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Which faults there are.
 *
 * @param meanMs mean time between two faults of a kind, in virtual milliseconds; a kind that is not in it is off
 */
public record FaultOptions(Map<Fault, Long> meanMs) {

    /** Each kind draws from its own dice. How many there are differs from seed to seed. */
    public static FaultOptions draw(Dice dice) {
        double share = dice.between(2, 9) / 10.0;
        Map<Fault, Long> drawn = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            Dice own = dice.split();
            if (own.chance(share * commonness(fault))) {
                drawn.put(fault, meanMs(fault, own));
            }
        }
        return new FaultOptions(Collections.unmodifiableMap(drawn));
    }

    /** What takes a member away for good leaves less to see of the rest. */
    private static double commonness(Fault fault) {
        return switch (fault) {
            case FORCE_ERROR, READ_ERROR, FULL_DISK, FILLING_DISK, FLIP, MISDIRECTED_WRITE, LOST_FILE -> 0.4;
            case WIPED_DISK, RUIN, EMPTIED_DISK -> 0.2;
            case RECONFIG, UPGRADE -> 0.6;
            case TURNOVER, COUNTER_END -> 0.5;
            default -> 1;
        };
    }

    private static long meanMs(Fault fault, Dice dice) {
        return switch (fault) {
            case FORCE_ERROR, READ_ERROR, FULL_DISK, EMPTIED_DISK, FILLING_DISK -> dice.scaled(5_000, 60_000);
            case BLACKOUT -> dice.scaled(5_000, 60_000);
            case CLIENT_MOVES -> dice.scaled(200, 10_000);
            case TURNOVER -> dice.scaled(1_000, 10_000);
            default -> fault.nature() != Fault.Nature.NOW_AND_THEN ? 0 : dice.scaled(1_000, 30_000);
        };
    }

    /** A kind's mean time between two, in virtual milliseconds; 0 when it is off. */
    public long every(Fault fault) {
        return meanMs.getOrDefault(fault, 0L);
    }

    public boolean has(Fault fault) {
        return meanMs.containsKey(fault);
    }

    /** Whether there are others than the members that found the ensemble. */
    public boolean changesMembers() {
        return has(Fault.RECONFIG) || has(Fault.TURNOVER);
    }

    public FaultOptions without(Set<Fault> off) {
        Map<Fault, Long> left = new EnumMap<>(Fault.class);
        left.putAll(meanMs);
        left.keySet().removeAll(off);
        return new FaultOptions(Collections.unmodifiableMap(left));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("faults:");
        meanMs.forEach((fault, mean) -> text.append(' ').append(fault.flag())
                .append(mean == 0 ? "" : " every " + mean + " ms,"));
        return text.toString();
    }
}
