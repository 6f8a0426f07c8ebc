package dev.quorate.ensemble.tree;

/** A text that names members is not understood; the message says what to write instead. */
public final class BadServerLine extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message says what to write instead */
    public BadServerLine(String message) {
        super(message);
    }
}
