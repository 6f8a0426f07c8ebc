package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Payload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a log segment. All numbers are big-endian.
 *
 * <pre>
 * segment = header, then batches; the header and each batch start on a sector of their own
 * header  = magic 8, crc 4, sector size 4, number 8, number of the segment before 8 (0: none), base 20, salt 8
 * base    = zxid 8, time 8, crc 4: the log's point at which this segment goes on. It ends the segment before, whatever
 *           follows there: so a history is cut without touching a byte that was acknowledged
 * batch   = magic 4, crc 4, mark 20, body length 4, body
 * mark    = zxid 8, time 8, crc 4: the point that was durable when the batch was written; the batch follows it. A batch
 *           without a body is a mark alone. Its checksum is seeded with the salt and with its place, so client data is
 *           never taken for a mark
 * body    = records, one after the other
 * record  = payload length 4, crc 4, zxid 8, time 8, payload; seeded with the crc of the record before
 * </pre>
 */
final class LogFormat {
    static final int BATCH_HEADER_BYTES = 32;
    static final int RECORD_HEADER_BYTES = 24;
    private static final int SEGMENT_HEADER_BYTES = 60;
    private static final int CRC_SLOT = 4;

    private static final long SEGMENT_MAGIC = 0x5155_4F52_4C4F_4731L;
    private static final int SEGMENT_CRC_SLOT = 8;
    private static final int BATCH_MAGIC = 0x5142_4154;

    private LogFormat() {}

    /** What a segment's first sector says. */
    record SegmentHeader(int sectorBytes, long number, long previous, LogPoint base, long salt) {}

    static ByteBuffer encode(SegmentHeader header, Checksum checksum) {
        ByteBuffer buffer = ByteBuffer.allocate(header.sectorBytes);
        buffer.putLong(SEGMENT_MAGIC).putInt(0);
        putHeader(buffer, header);
        checksum.seal(buffer, 0, SEGMENT_HEADER_BYTES, SEGMENT_CRC_SLOT, 0);
        return buffer.rewind();
    }

    /** Reads a header from the buffer's start; null when there is no good one. */
    static @Nullable SegmentHeader decode(ByteBuffer buffer, Checksum checksum) {
        if (buffer.limit() < SEGMENT_HEADER_BYTES || buffer.getLong(0) != SEGMENT_MAGIC
                || !checksum.matches(buffer, 0, SEGMENT_HEADER_BYTES, SEGMENT_CRC_SLOT, 0))
            return null;
        buffer.position(SEGMENT_CRC_SLOT + Integer.BYTES);
        return header(buffer);
    }

    /** Appends what a header says, without the checksum of a file. */
    static void putHeader(ByteBuffer buffer, SegmentHeader header) {
        buffer.putInt(header.sectorBytes).putLong(header.number).putLong(header.previous);
        putPoint(buffer, header.base);
        buffer.putLong(header.salt);
    }

    /** Reads what {@link #putHeader} wrote, from the buffer's position. */
    static SegmentHeader header(ByteBuffer buffer) {
        return new SegmentHeader(buffer.getInt(), buffer.getLong(), buffer.getLong(), point(buffer), buffer.getLong());
    }

    /** Writes the header of a batch to the buffer's start. */
    static void putBatchHeader(ByteBuffer buffer, LogPoint mark, int bodyBytes, int seed, Checksum checksum) {
        buffer.putInt(0, BATCH_MAGIC);
        buffer.putLong(8, mark.zxid()).putLong(16, mark.timeMs()).putInt(24, mark.crc()).putInt(28, bodyBytes);
        checksum.seal(buffer, 0, BATCH_HEADER_BYTES, CRC_SLOT, seed);
    }

    /** Whether a good batch header stands at {@code at}; {@code seed} names the place. */
    static boolean isBatchHeader(ByteBuffer buffer, int at, int seed, Checksum checksum) {
        return buffer.getInt(at) == BATCH_MAGIC
                && checksum.matches(buffer, at, BATCH_HEADER_BYTES, at + CRC_SLOT, seed);
    }

    static LogPoint mark(ByteBuffer buffer, int at) {
        return new LogPoint(buffer.getLong(at + 8), buffer.getLong(at + 16), buffer.getInt(at + 24));
    }

    static int bodyBytes(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 28);
    }

    /** Appends a record at the buffer's position and gives its checksum. */
    static int putRecord(ByteBuffer buffer, long zxid, long timeMs, byte[] payload, int previousCrc,
            Checksum checksum) {
        int at = buffer.position();
        buffer.putInt(payload.length).putInt(0).putLong(zxid).putLong(timeMs).put(payload);
        return checksum.seal(buffer, at, RECORD_HEADER_BYTES + payload.length, at + CRC_SLOT, previousCrc);
    }

    /** The length of the good record at {@code at}, which ends before {@code end}; 0 when there is none. */
    static int recordBytes(ByteBuffer buffer, int at, int end, int previousCrc, Checksum checksum) {
        if (end - at < RECORD_HEADER_BYTES)
            return 0;
        int payloadBytes = buffer.getInt(at);
        if (payloadBytes < 0 || payloadBytes > end - at - RECORD_HEADER_BYTES)
            return 0;
        int length = RECORD_HEADER_BYTES + payloadBytes;
        return checksum.matches(buffer, at, length, at + CRC_SLOT, previousCrc) ? length : 0;
    }

    static int recordCrc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + CRC_SLOT);
    }

    static long recordZxid(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 8);
    }

    static long recordTimeMs(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 16);
    }

    static Payload recordPayload(ByteBuffer buffer, int at) {
        byte[] bytes = new byte[buffer.getInt(at)];
        buffer.get(at + RECORD_HEADER_BYTES, bytes);
        return new Payload(bytes);
    }

    static long roundUp(long bytes, int sectorBytes) {
        return (bytes + sectorBytes - 1) & -sectorBytes;
    }

    static void putPoint(ByteBuffer buffer, LogPoint point) {
        buffer.putLong(point.zxid()).putLong(point.timeMs()).putInt(point.crc());
    }

    static LogPoint point(ByteBuffer buffer) {
        return new LogPoint(buffer.getLong(), buffer.getLong(), buffer.getInt());
    }
}
