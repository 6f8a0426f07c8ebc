package dev.quorate.ensemble;

import dev.quorate.ensemble.member.Clock;

/** The clocks of this machine. */
final class SystemClock implements Clock {
    @Override
    public long monotonicMs() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public long monotonicNs() {
        return System.nanoTime();
    }

    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }
}
