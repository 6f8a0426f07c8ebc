package dev.quorate.sim.disk;

import java.io.IOException;

/** What a disk refuses for a while, and whether it lost something. Times are virtual. */
public final class Troubles {
    private long unreadableUntilNs;
    private long fullUntilNs;
    private long capacityBytes;
    private long boundedUntilNs;
    private long forceFailsUntilNs;
    private boolean lostFiles;
    private boolean readSince;
    private boolean struck;

    public void unreadableUntil(long timeNs) {
        unreadableUntilNs = timeNs;
        struck = true;
    }

    public void fullUntil(long timeNs) {
        fullUntilNs = timeNs;
        struck = true;
    }

    /** Until then all files together may take no more than this. */
    void boundedUntil(long timeNs, long bytes) {
        boundedUntilNs = timeNs;
        capacityBytes = bytes;
        struck = true;
    }

    /** How much all files together may take. */
    long capacityBytes(long nowNs) {
        return nowNs < boundedUntilNs ? capacityBytes : Long.MAX_VALUE;
    }

    /** Files can not be made durable until then. */
    public void forceFailsUntil(long timeNs) {
        forceFailsUntilNs = timeNs;
        struck = true;
    }

    /** Every operation succeeds from now on. */
    public void end() {
        unreadableUntilNs = 0;
        fullUntilNs = 0;
        boundedUntilNs = 0;
        forceFailsUntilNs = 0;
    }

    void loseFiles() {
        lostFiles = true;
        readSince = false;
        struck = true;
    }

    /** A process has read what is there. */
    public void readAll() {
        readSince = true;
    }

    /** The member is in sync: if it began on what was left, it has all of its history again. */
    public void foundAgain() {
        lostFiles &= !readSince;
    }

    boolean lostFiles() {
        return lostFiles;
    }

    void strike() {
        struck = true;
    }

    /** Whether it was ever anything but a good disk. */
    public boolean struck() {
        return struck;
    }

    void checkReadable(long nowNs) throws IOException {
        if (nowNs < unreadableUntilNs) {
            throw new IOException("Input/output error");
        }
    }

    void checkSpace(long nowNs) throws IOException {
        if (nowNs < fullUntilNs) {
            throw new IOException("No space left on device");
        }
    }

    boolean forceFails(long nowNs) {
        return nowNs < forceFailsUntilNs;
    }
}
