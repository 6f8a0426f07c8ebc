package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Payload;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a snapshot's content from its start, checking every chunk. */
final class SnapshotReader implements Closeable {
    private final String path;
    private final long zxid;
    private final DiskFile file;
    private final Checksum checksum = new Checksum();
    private final ByteBuffer chunk;
    private int crc;
    private long position;
    private long offset;
    private long timeMs;
    private boolean atEnd;

    /** Some of a snapshot is not what was written. */
    static final class Damaged extends IOException {
        private static final long serialVersionUID = 1;

        Damaged(String path, long position) {
            super("the snapshot " + path + " is damaged at byte " + position);
        }
    }

    SnapshotReader(Disk disk, String path, long zxid) throws IOException {
        this.path = path;
        this.zxid = zxid;
        file = disk.open(path);
        int largest = SnapshotFormat.CHUNK_HEADER_BYTES + SnapshotFormat.MAX_CHUNK_BYTES;
        chunk = ByteBuffer.allocate(Math.clamp(file.size(), SnapshotFormat.TRAILER_BYTES, largest));
        try {
            rewind();
        } catch (Damaged e) {
            file.close();
            throw e;
        }
    }

    private void rewind() throws IOException {
        fill(0, SnapshotFormat.HEADER_BYTES);
        if (chunk.getLong(0) != SnapshotFormat.MAGIC || chunk.getLong(8) != zxid
                || !checksum.matches(chunk, 0, SnapshotFormat.HEADER_BYTES, SnapshotFormat.HEADER_CRC_SLOT, 0))
            throw new Damaged(path, 0);
        crc = chunk.getInt(SnapshotFormat.HEADER_CRC_SLOT);
        position = SnapshotFormat.HEADER_BYTES;
        offset = 0;
        atEnd = false;
        readChunk();
    }

    /** Up to {@code maxBytes} of the content from {@code from} on; cheap when it goes on where the last read ended. */
    Payload read(long from, int maxBytes) throws IOException {
        if (from < offset - (chunk.position() - SnapshotFormat.CHUNK_HEADER_BYTES))
            rewind();
        while (!atEnd && offset + chunk.remaining() <= from) {
            offset += chunk.remaining();
            readChunk();
        }
        if (atEnd)
            return new Payload(new byte[0]);
        int skip = (int) (from - offset);
        chunk.position(chunk.position() + skip);
        offset += skip;
        byte[] bytes = new byte[Math.min(maxBytes, chunk.remaining())];
        chunk.get(bytes);
        offset += bytes.length;
        if (!chunk.hasRemaining())
            readChunk();
        return new Payload(bytes);
    }

    /** Whether everything was read. */
    boolean atEnd() {
        return atEnd;
    }

    /** {@code timeMs} of the entry at which the snapshot is exact; known once everything was read. */
    long timeMs() {
        return timeMs;
    }

    /** Reads all of it. */
    void check() throws IOException {
        while (!atEnd) {
            offset += chunk.remaining();
            readChunk();
        }
    }

    private void readChunk() throws IOException {
        int available = (int) Math.min(chunk.capacity(), file.size() - position);
        fill(position, SnapshotFormat.CHUNK_HEADER_BYTES);
        int content = chunk.getInt(0);
        boolean trailer = content == SnapshotFormat.TRAILER_LENGTH;
        int length = trailer ? SnapshotFormat.TRAILER_BYTES : SnapshotFormat.CHUNK_HEADER_BYTES + content;
        boolean sane = trailer || (content > 0 && content <= SnapshotFormat.MAX_CHUNK_BYTES);
        if (!sane || length > available)
            throw new Damaged(path, position);
        fill(position, length);
        if (!checksum.matches(chunk, 0, length, SnapshotFormat.CHUNK_CRC_SLOT, crc))
            throw new Damaged(path, position);
        crc = chunk.getInt(SnapshotFormat.CHUNK_CRC_SLOT);
        position += length;
        chunk.position(SnapshotFormat.CHUNK_HEADER_BYTES);
        if (trailer) {
            atEnd = true;
            timeMs = chunk.getLong(8);
            if (chunk.getLong(16) != offset)
                throw new Damaged(path, position);
        }
    }

    private void fill(long at, int length) throws IOException {
        if (file.read(chunk.clear().limit(length), at) < length)
            throw new Damaged(path, at);
        chunk.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
