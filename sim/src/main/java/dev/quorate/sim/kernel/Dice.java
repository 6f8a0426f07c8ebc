package dev.quorate.sim.kernel;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws from a seed. Each concern of a run has its own dice, split off by {@link #split}, so that one more draw in one
 * concern does not shift those of another.
 */
public final class Dice {
    private final SplittableRandom random;

    public Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    public Dice split() {
        return new Dice(random.split());
    }

    /** True with this probability, 0 to 1. */
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** 0 to {@code bound} - 1. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** {@code low} to {@code high}, both included. */
    public long between(long low, long high) {
        return low == high ? low : random.nextLong(low, high + 1);
    }

    /** Low to high, each order of magnitude equally likely; both are positive. */
    public long scaled(long low, long high) {
        return Math.round(low * Math.exp(random.nextDouble() * Math.log((double) high / low)));
    }

    /** Exponentially distributed with this mean, cut at twenty times the mean. */
    public long exponential(long mean) {
        return Math.min(20 * mean, Math.round(-mean * Math.log(1 - random.nextDouble())));
    }

    public <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    public long nextLong() {
        return random.nextLong();
    }

    public void nextBytes(byte[] bytes) {
        random.nextBytes(bytes);
    }
}
