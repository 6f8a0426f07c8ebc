package dev.quorate.ensemble.storage;

/** The data folder is not this member's to use. The message is a sentence that says what to do. */
public final class DataRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DataRefused(String message) {
        super(message);
    }
}
