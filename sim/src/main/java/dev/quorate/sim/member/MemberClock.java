package dev.quorate.sim.member;

import dev.quorate.ensemble.member.Clock;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;

/** A member's clocks: the monotonic one drifts a little, the wall clock is wrong besides and is set now and then. */
final class MemberClock implements Clock {
    private static final long EPOCH_MS = 1_700_000_000_000L;

    private final Scheduler scheduler;
    private final Dice dice;
    private final double rate;
    private final long offsetMs;
    private long wallOffsetMs;

    MemberClock(Scheduler scheduler, Dice dice, double maxDrift) {
        this.scheduler = scheduler;
        this.dice = dice;
        this.rate = 1 + maxDrift * (dice.between(-1000, 1000) / 1000.0);
        this.offsetMs = dice.between(0, 1_000_000_000);
        setWall();
    }

    @Override
    public long monotonicMs() {
        return offsetMs + (long) (scheduler.nowNs() * rate / 1e6);
    }

    @Override
    public long wallMs() {
        return EPOCH_MS + wallOffsetMs + scheduler.nowNs() / 1_000_000;
    }

    /** Somebody sets the wall clock, forward or back. */
    void setWall() {
        wallOffsetMs = dice.between(-60_000, 60_000);
    }

    /** How long, in real nanoseconds, this clock takes for so many milliseconds. */
    long realNs(long ms) {
        return Math.round(ms * 1e6 / rate);
    }
}
