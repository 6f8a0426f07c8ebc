package dev.quorate.sim.check;

/** An invariant does not hold. */
public final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Broken(String message) {
        super(message);
    }

    static void unless(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw new Broken(message.formatted(arguments));
        }
    }
}
