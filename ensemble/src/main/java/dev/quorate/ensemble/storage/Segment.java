package dev.quorate.ensemble.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One file of the log: what its header says, how far it is written, and where some of its batches start. */
final class Segment {
    private static final int INDEX_BYTES = 256 << 10;
    private static final String PREFIX = "log-";

    final String path;
    final LogFormat.SegmentHeader header;
    /** Where the next batch starts. */
    long endPosition;

    private long[] indexZxids = new long[4];
    private long[] indexPositions = new long[4];
    private int indexed;

    Segment(String dir, LogFormat.SegmentHeader header) {
        path = path(dir, header.number());
        this.header = header;
        endPosition = header.sectorBytes();
    }

    static String path(String dir, long number) {
        return dir + "/" + PREFIX + String.format("%016x", number);
    }

    /** The number in a file's name; null when it is not the name of a segment. */
    static @Nullable Long number(String name) {
        return name.matches(PREFIX + "[0-9a-f]{16}") ? Long.parseLong(name, PREFIX.length(), name.length(), 16) : null;
    }

    LogPoint base() {
        return header.base();
    }

    /** Names a place in this segment: two places of one disk have different seeds but for chance. */
    int seed(long position) {
        long mixed = (header.salt() ^ Long.rotateLeft(header.number(), 32) ^ position) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32);
    }

    /** A batch that follows {@code zxid} starts at {@code position}; told in ascending order. */
    void batchStarts(long zxid, long position) {
        if (indexed > 0 && position - indexPositions[indexed - 1] < INDEX_BYTES)
            return;
        if (indexed == indexZxids.length) {
            indexZxids = Arrays.copyOf(indexZxids, 2 * indexed);
            indexPositions = Arrays.copyOf(indexPositions, 2 * indexed);
        }
        indexZxids[indexed] = zxid;
        indexPositions[indexed++] = position;
    }

    /** Start of a batch not far before the record that follows {@code zxid}. */
    long positionBefore(long zxid) {
        int at = Arrays.binarySearch(indexZxids, 0, indexed, zxid);
        int before = at >= 0 ? at : -at - 2;
        return before < 0 ? header.sectorBytes() : indexPositions[before];
    }
}
