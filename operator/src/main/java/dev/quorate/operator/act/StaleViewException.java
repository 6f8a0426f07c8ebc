package dev.quorate.operator.act;

/** A step was decided on news that turned out to be old. Nothing was done; the next look decides anew. */
public final class StaleViewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleViewException(String message) {
        super(message);
    }
}
