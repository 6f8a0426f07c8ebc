package dev.quorate.ensemble.storage;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One file of the log: what its header says, how far it is written, and where some of its batches start. */
final class Segment {
    private static final int INDEX_BYTES = 256 << 10;
    private static final String PREFIX = "log-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{16}");

    final String path;
    final LogFormat.SegmentHeader header;
    /** Where the next batch starts. */
    long endPosition;
    /** Where the first batch starts that can be read. */
    private long startPosition;
    private LogPoint base;

    private long[] indexZxids = new long[4];
    private long[] indexPositions = new long[4];
    private int indexed;

    Segment(String dir, LogFormat.SegmentHeader header) {
        path = path(dir, header.number());
        this.header = header;
        base = header.base();
        startPosition = header.sectorBytes();
        endPosition = startPosition;
    }

    /**
     * What is readable of a damaged segment from a batch on, which starts at {@code position} and follows {@code
     * point}.
     */
    Segment from(long position, LogPoint point) {
        Segment part = new Segment(path.substring(0, path.lastIndexOf('/')), header);
        part.base = point;
        part.startPosition = position;
        part.endPosition = position;
        return part;
    }

    long startPosition() {
        return startPosition;
    }

    static String path(String dir, long number) {
        return dir + "/" + name(number);
    }

    static String name(long number) {
        return PREFIX + HexFormat.of().toHexDigits(number);
    }

    /** The highest number that any segment in this directory has, 0 when there is none. */
    static long highest(List<String> names) {
        long highest = 0;
        for (String name : names) {
            Long number = number(name);
            if (number != null)
                highest = Math.max(highest, number);
        }
        return highest;
    }

    /** The number in a file's name; null when it is not the name of a segment. */
    static @Nullable Long number(String name) {
        return NAME.matcher(name).matches() ? Long.parseLong(name, PREFIX.length(), name.length(), 16) : null;
    }

    /** The log's point at which this segment, or what is readable of it, goes on. */
    LogPoint base() {
        return base;
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
        return before < 0 ? startPosition : indexPositions[before];
    }
}
