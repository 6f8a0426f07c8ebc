package dev.quorate.ensemble;

import dev.quorate.ensemble.tree.UnknownLevel;

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
    INTERNAL(12),
    /** The ensemble follows rules that came after this build. */
    BUILD_TOO_OLD(13);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** How a process ends whose thread died of this. */
    static ExitCode ofDeath(Throwable death) {
        return death instanceof UnknownLevel ? BUILD_TOO_OLD : INTERNAL;
    }
}
