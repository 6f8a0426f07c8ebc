package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Zxid;

/**
 * A place between two records of the log.
 *
 * @param zxid of the record before it
 * @param timeMs of the record before it
 * @param crc checksum of the record before it, which covers the one before that, and so on to the start of the history
 */
record LogPoint(long zxid, long timeMs, int crc) {
    /** Before the first record ever. */
    static final LogPoint START = new LogPoint(Zxid.NONE, 0, 0);
}
