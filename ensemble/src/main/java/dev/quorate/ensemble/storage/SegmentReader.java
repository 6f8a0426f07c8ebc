package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;

/** Reads a segment batch by batch. A batch's records are given only after all of them were found good. */
final class SegmentReader implements Closeable {
    private final Segment segment;
    private final Window window;
    private final DiskFile file;
    private final Checksum checksum = new Checksum();
    private long position;
    private LogPoint point;
    private LogPoint good;
    private int recordAt;
    private int recordsEnd;
    private int nextRecordAt;

    SegmentReader(Disk disk, Segment segment, Window window) throws IOException {
        this.segment = segment;
        this.window = window;
        file = disk.open(segment.path);
        position = segment.startPosition();
        point = segment.base();
        good = point;
        window.clear();
    }

    /** Goes on at a batch that starts at {@code at}; what precedes it is believed. */
    void seek(long at) throws IOException {
        position = at;
        int offset = window.require(file, at, LogFormat.BATCH_HEADER_BYTES);
        if (offset < 0 || !isHeader(offset))
            throw new DamagedLog(segment, at);
        point = LogFormat.mark(window.buffer(), offset);
    }

    long fileBytes() throws IOException {
        return file.size();
    }

    /** Where the next batch starts, or where none does. */
    long position() {
        return position;
    }

    /** The log's point after the batches read so far. */
    LogPoint point() {
        return point;
    }

    /**
     * The log's point after the last good record. It may be in a batch that is not good as a whole: after the failed
     * {@link #nextBatch}, {@link #nextRecord} gives that batch's records up to there.
     */
    LogPoint good() {
        return good;
    }

    /**
     * Reads the next batch and checks it up to {@code limitZxid}.
     *
     * @return false when there is no good batch here; position and point are then unchanged
     */
    boolean nextBatch(long limitZxid) throws IOException {
        good = point;
        recordsEnd = nextRecordAt = 0;
        int at = window.require(file, position, LogFormat.BATCH_HEADER_BYTES);
        if (at < 0 || !isHeader(at) || !LogFormat.mark(window.buffer(), at).equals(point))
            return false;
        int bodyBytes = LogFormat.bodyBytes(window.buffer(), at);
        int batchBytes = LogFormat.BATCH_HEADER_BYTES + bodyBytes;
        at = bodyBytes < 0 ? -1 : window.require(file, position, batchBytes);
        if (at < 0)
            return false;
        int record = at + LogFormat.BATCH_HEADER_BYTES;
        nextRecordAt = record;
        recordsEnd = record;
        long zxid = point.zxid();
        long timeMs = point.timeMs();
        int crc = point.crc();
        while (record < at + batchBytes && zxid < limitZxid) {
            int length = LogFormat.recordBytes(window.buffer(), record, at + batchBytes, crc, checksum);
            if (length == 0 || !Zxid.follows(zxid, LogFormat.recordZxid(window.buffer(), record)))
                return false;
            zxid = LogFormat.recordZxid(window.buffer(), record);
            timeMs = LogFormat.recordTimeMs(window.buffer(), record);
            crc = LogFormat.recordCrc(window.buffer(), record);
            record += length;
            recordsEnd = record;
            good = new LogPoint(zxid, timeMs, crc);
        }
        point = good;
        position += LogFormat.roundUp(batchBytes, segment.header.sectorBytes());
        return true;
    }

    /** Moves to the next record of the batch; false after the last one. */
    boolean nextRecord() {
        recordAt = nextRecordAt;
        if (recordAt >= recordsEnd)
            return false;
        nextRecordAt = recordAt + LogFormat.RECORD_HEADER_BYTES + window.buffer().getInt(recordAt);
        return true;
    }

    long zxid() {
        return LogFormat.recordZxid(window.buffer(), recordAt);
    }

    /** The log's point after the present record. */
    LogPoint recordPoint() {
        return new LogPoint(zxid(), LogFormat.recordTimeMs(window.buffer(), recordAt),
                LogFormat.recordCrc(window.buffer(), recordAt));
    }

    Entry entry() {
        return new Entry(zxid(), LogFormat.recordTimeMs(window.buffer(), recordAt),
                LogFormat.recordPayload(window.buffer(), recordAt));
    }

    /**
     * Goes on, where there is no good batch, at the next one whose header can be read. A batch is written only after
     * the one before became durable: so its mark is proof that the log reached there.
     *
     * @return false when there is none whose mark lies between here and {@code limitZxid}; nothing has changed then
     */
    boolean resume(long limitZxid) throws IOException {
        for (long at = position; at < file.size(); at += segment.header.sectorBytes()) {
            int offset = window.require(file, at, LogFormat.BATCH_HEADER_BYTES);
            if (offset < 0 || !LogFormat.isBatchHeader(window.buffer(), offset, segment.seed(at), checksum))
                continue;
            LogPoint mark = LogFormat.mark(window.buffer(), offset);
            boolean further = at > position || !mark.equals(point);
            if (further && mark.zxid() >= point.zxid() && mark.zxid() <= limitZxid) {
                position = at;
                point = mark;
                return true;
            }
        }
        return false;
    }

    /** Whether the file ends here, or holds only zeros from here on: nothing is left even of what was damaged. */
    boolean isBlank() throws IOException {
        for (long at = position; at < file.size(); at += segment.header.sectorBytes()) {
            int length = (int) Math.min(segment.header.sectorBytes(), file.size() - at);
            int offset = window.require(file, at, length);
            for (int i = 0; i < length; i++)
                if (offset < 0 || window.buffer().get(offset + i) != 0)
                    return false;
        }
        return true;
    }

    private boolean isHeader(int offset) {
        return LogFormat.isBatchHeader(window.buffer(), offset, segment.seed(position), checksum);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
