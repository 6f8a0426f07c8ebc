package dev.quorate.ensemble;

import dev.quorate.ensemble.member.RandomSource;
import java.security.SecureRandom;

/** Cryptographically strong randomness. */
final class SystemRandom implements RandomSource {
    private final SecureRandom random = new SecureRandom();

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        random.nextBytes(bytes);
    }
}
