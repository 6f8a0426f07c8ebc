package dev.quorate.sim.fault;

import java.util.Locale;

/**
 * The kinds of faults. Each one is off in some seeds, so that no fault hides what only its absence shows, and each can
 * be switched off by its name: {@code --without power,one-way}. New kinds go to the end: so the others of a seed stay.
 */
public enum Fault {
    /** A process ends; its disk keeps everything. */
    KILL(Nature.NOW_AND_THEN),
    /** A member loses its power and what was not durable. */
    POWER(Nature.NOW_AND_THEN),
    /** All members lose their power at once. */
    BLACKOUT(Nature.NOW_AND_THEN),
    /** A process stands still for a while. */
    PAUSE(Nature.NOW_AND_THEN),
    /** The network is cut. */
    PARTITION(Nature.NOW_AND_THEN),
    /** Cuts may be in one direction only. */
    ONE_WAY(Nature.ALWAYS),
    /** A direction between two members is late for a while. */
    CLOG(Nature.NOW_AND_THEN),
    /** A connection breaks; any suffix of what is under way is lost. */
    RESET(Nature.NOW_AND_THEN),
    /** The log's stage of a member stands still. */
    STALL(Nature.NOW_AND_THEN),
    /** A disk becomes slow for a while. */
    SLOW_DISK(Nature.NOW_AND_THEN),
    /** Somebody sets a wall clock. */
    WALL_CLOCK(Nature.NOW_AND_THEN),
    /** Monotonic clocks are a little too fast or too slow. */
    DRIFT(Nature.ALWAYS),
    /** A sector that was not durable at a power loss may come back as zeros or garbage; else it is old or new. */
    TORN_SECTORS(Nature.ALWAYS),
    /** Names may be lost out of order at a power loss; else the last ones are lost. */
    REORDERED_NAMES(Nature.ALWAYS),
    /** Now and then making something durable takes up to a hundred times as long. */
    SLOW_FORCE(Nature.ALWAYS),
    /** A client breaks its connection and goes to another member. */
    CLIENT_MOVES(Nature.NOW_AND_THEN),
    /** Making a file durable fails for a while; what was not durable is dropped. */
    FORCE_ERROR(Nature.NOW_AND_THEN),
    /** A disk can not be read for a while. */
    READ_ERROR(Nature.NOW_AND_THEN),
    /** A disk is full for a while. */
    FULL_DISK(Nature.NOW_AND_THEN),
    /** A bit of a file at rest is not what was written. */
    FLIP(Nature.IN_PEACE),
    /** A sector of a file at rest holds what was meant for another place. */
    MISDIRECTED_WRITE(Nature.IN_PEACE),
    /** A file is gone. */
    LOST_FILE(Nature.IN_PEACE),
    /** A member comes back with an empty disk. */
    WIPED_DISK(Nature.IN_PEACE),
    /** A byte changes on its way between two members. */
    WIRE_FLIP(Nature.NOW_AND_THEN),
    /** In the end the disks of a majority are damaged, or emptied: nothing may be served but the truth. */
    RUIN(Nature.ALWAYS),
    /** The members are changed: some join, some leave, some get another role or address. */
    RECONFIG(Nature.NOW_AND_THEN),
    /** Somebody asks a member not to lead; once in each peace the leader, and no client may notice. */
    HAND_OVER(Nature.NOW_AND_THEN),
    /** An empty disk takes the place of a member's, whatever is under way and whoever is behind. */
    EMPTIED_DISK(Nature.NOW_AND_THEN),
    /**
     * Members are of two builds, and go from one to the other; later somebody asks for the level that only one of them
     * knows.
     */
    UPGRADE(Nature.NOW_AND_THEN),
    /** Disks fill up, one or all at once: for a while little room is left on them. */
    FILLING_DISK(Nature.NOW_AND_THEN),
    /** Most of the voters are replaced at once, and that is struck before it is done. */
    TURNOVER(Nature.NOW_AND_THEN),
    /** The counter of an epoch ends early: a leader goes on in a new epoch, and no client may notice. */
    COUNTER_END(Nature.ALWAYS);

    /** How a kind shows. */
    public enum Nature {
        /** At random times, with a mean time between two. */
        NOW_AND_THEN,
        /** All the time. */
        ALWAYS,
        /** Between times of faults, when nothing is under way. */
        IN_PEACE
    }

    private final Nature nature;

    Fault(Nature nature) {
        this.nature = nature;
    }

    public Nature nature() {
        return nature;
    }

    /** As it is written on a command line. */
    public String flag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The kind of this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists all
     */
    public static Fault of(String flag) {
        StringBuilder all = new StringBuilder();
        for (Fault each : values()) {
            if (each.flag().equals(flag)) {
                return each;
            }
            all.append(all.isEmpty() ? "" : ", ").append(each.flag());
        }
        throw new IllegalArgumentException("there is no fault '" + flag + "', but these: " + all);
    }
}
