package dev.quorate.ensemble.member;

/** Randomness: cryptographically strong in production, from a seed in the simulator. */
public interface RandomSource {
    long nextLong();

    void nextBytes(byte[] bytes);
}
