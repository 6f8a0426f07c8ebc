package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Zxid;
import java.nio.ByteBuffer;

/** Gathers entries into the bytes of one batch, in a buffer that is used again and again. */
final class BatchEncoder {
    private static final int FIRST_BYTES = 8 << 10;
    private static final byte[] ZEROS = new byte[4 << 10];

    private final int largestKeptBytes;
    private final Checksum checksum = new Checksum();
    private ByteBuffer buffer;
    private LogPoint start = LogPoint.START;
    private long zxid;
    private long timeMs;
    private int crc;

    BatchEncoder(int batchBytes) {
        largestKeptBytes = 4 * batchBytes;
        buffer = ByteBuffer.allocateDirect(FIRST_BYTES);
    }

    /** Starts a batch that follows {@code point}. */
    void begin(LogPoint point) {
        if (buffer.capacity() > Math.max(FIRST_BYTES, largestKeptBytes))
            buffer = ByteBuffer.allocateDirect(FIRST_BYTES);
        buffer.clear().position(LogFormat.BATCH_HEADER_BYTES);
        start = point;
        zxid = point.zxid();
        timeMs = point.timeMs();
        crc = point.crc();
    }

    void add(Entry entry) {
        if (!Zxid.follows(zxid, entry.zxid()))
            throw new IllegalStateException("entry " + Zxid.text(entry.zxid()) + " cannot follow " + Zxid.text(zxid));
        byte[] payload = entry.payload().bytes();
        makeRoom(LogFormat.RECORD_HEADER_BYTES + payload.length);
        crc = LogFormat.putRecord(buffer, entry.zxid(), entry.timeMs(), payload, crc, checksum);
        zxid = entry.zxid();
        timeMs = entry.timeMs();
    }

    int bytes() {
        return buffer.position();
    }

    /** The log's point after the entries so far. */
    LogPoint end() {
        return new LogPoint(zxid, timeMs, crc);
    }

    /** The whole batch, filled up to the end of its last sector. */
    ByteBuffer finish(int seed, int sectorBytes) {
        int bytes = buffer.position();
        int padding = (int) LogFormat.roundUp(bytes, sectorBytes) - bytes;
        makeRoom(padding);
        for (int left = padding; left > 0; left -= ZEROS.length)
            buffer.put(ZEROS, 0, Math.min(left, ZEROS.length));
        LogFormat.putBatchHeader(buffer, start, bytes - LogFormat.BATCH_HEADER_BYTES, seed, checksum);
        return buffer.flip();
    }

    private void makeRoom(int bytes) {
        if (buffer.remaining() >= bytes)
            return;
        int needed = Math.addExact(buffer.position(), bytes);
        ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(needed, 2 * buffer.capacity()));
        buffer = larger.put(buffer.flip());
    }
}
