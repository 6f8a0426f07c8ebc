package dev.quorate.ensemble;

/** How a member's process ends. */
enum ExitCode {
    /** SIGTERM. */
    CLEAN(0),
    /** A bad configuration or command line, or a port that is taken. */
    USAGE(2),
    /** A write or an fsync failed. */
    STORAGE_FAULT(10),
    /** The data is not this member's to use, or is damaged beyond what may vote. */
    DATA_REFUSED(11),
    /** An error of the program. */
    INTERNAL(12);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
