package dev.quorate.sim.history;

/** A history that cannot have happened on a correct ensemble. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Violation(String message) {
        super(message);
    }
}
