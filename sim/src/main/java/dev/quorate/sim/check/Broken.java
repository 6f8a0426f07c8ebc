package dev.quorate.sim.check;

import java.util.function.Supplier;

/** An invariant does not hold. */
public final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Broken(String message) {
        super(message);
    }

    /** Throws when this does not hold. */
    public static void unless(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new Broken(message.get());
        }
    }
}
