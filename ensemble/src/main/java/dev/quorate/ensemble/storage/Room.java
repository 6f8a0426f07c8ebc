package dev.quorate.ensemble.storage;

import java.io.IOException;

/**
 * The room that is left for a member's data. Below the reserve it is short: what is left is for what makes room again.
 * It is enough again only well above the reserve, so that it does not change to and fro.
 */
final class Room {
    /** A look costs a system call: after so many parts of the reserve were written one is worth it. */
    private static final int LOOKS_PER_RESERVE = 16;

    private final Disk disk;
    private final StorageSettings settings;
    private final long reserveBytes;
    private long usableBytes = Long.MAX_VALUE;
    private long writtenSinceBytes;
    private boolean isShort;

    Room(Disk disk, StorageSettings settings) {
        this.disk = disk;
        this.settings = settings;
        reserveBytes = settings.limits().reserveBytes();
    }

    /** Asks the disk. */
    void look() throws IOException {
        usableBytes = Math.min(disk.usableBytes(settings.dataDir()), disk.usableBytes(settings.dataLogDir()));
        writtenSinceBytes = 0;
        isShort = usableBytes < (isShort ? reserveBytes + reserveBytes / 4 : reserveBytes);
    }

    /** So much was written; whether it was so much that it is time to {@link #look}. */
    boolean written(long bytes) {
        writtenSinceBytes += bytes;
        return reserveBytes > 0 && writtenSinceBytes > reserveBytes / LOOKS_PER_RESERVE;
    }

    long usableBytes() {
        return usableBytes;
    }

    boolean isShort() {
        return isShort;
    }

    /** Whether a snapshot may take so much more: the last quarter of the reserve is left to the log. */
    boolean takesSnapshotOf(long bytes) throws IOException {
        look();
        return usableBytes - bytes >= reserveBytes / 4;
    }
}
