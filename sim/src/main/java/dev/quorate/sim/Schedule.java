package dev.quorate.sim;

/**
 * All that a run follows from.
 *
 * @param seconds virtual seconds of faults and peace before the last check
 */
public record Schedule(long seed, int seconds, Restriction restriction) {

    /** What the seed draws, all of it. */
    public static Schedule of(long seed, int seconds) {
        return new Schedule(seed, seconds, Restriction.NONE);
    }

    Schedule withSeconds(int others) {
        return new Schedule(seed, others, restriction);
    }

    Schedule with(Restriction other) {
        return new Schedule(seed, seconds, other);
    }

    /** The command that shows this run again. */
    public String commandLine() {
        return "bin/simulate --seeds " + seed + " --seconds " + seconds + restriction.commandLine();
    }
}
