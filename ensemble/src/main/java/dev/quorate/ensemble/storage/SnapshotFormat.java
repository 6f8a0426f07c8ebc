package dev.quorate.ensemble.storage;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a snapshot file. All numbers are big-endian; the checksums form a chain.
 *
 * <pre>
 * file    = header, chunks, trailer
 * header  = magic 8, zxid 8, crc 4
 * chunk   = length 4 (> 0), crc 4, content
 * trailer = length 4 (-1), crc 4, time 8 (of the entry at which the snapshot is exact), length of the content 8
 * </pre>
 */
final class SnapshotFormat {
    static final long MAGIC = 0x5155_4F52_534E_4150L;
    static final int HEADER_BYTES = 20;
    static final int HEADER_CRC_SLOT = 16;
    static final int CHUNK_HEADER_BYTES = 8;
    static final int CHUNK_CRC_SLOT = 4;
    static final int TRAILER_BYTES = 24;
    static final int TRAILER_LENGTH = -1;
    static final int MAX_CHUNK_BYTES = 256 << 10;

    static final String UNFINISHED = "snapshot.tmp";
    private static final String PREFIX = "snapshot-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{16}");

    private SnapshotFormat() {}

    static String name(long zxid) {
        return PREFIX + HexFormat.of().toHexDigits(zxid);
    }

    /** The zxid in a file's name; null when it is not the name of a snapshot. */
    static @Nullable Long zxid(String name) {
        return NAME.matcher(name).matches() ? Long.parseLong(name, PREFIX.length(), name.length(), 16) : null;
    }
}
