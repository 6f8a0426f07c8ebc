package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Payload;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a snapshot to an unfinished file, which gets its name only when all of it is durable. */
final class SnapshotWriter implements Closeable {
    /** Made durable this often, so that the log, which shares the thread and the disk, never waits for much. */
    private static final int FORCE_BYTES = 1 << 20;
    private static final int FIRST_BYTES = 8 << 10;
    private static final int MOST_BYTES = SnapshotFormat.CHUNK_HEADER_BYTES + SnapshotFormat.MAX_CHUNK_BYTES;

    private final Disk disk;
    private final String dir;
    private final long zxid;
    private final DiskFile file;
    private final Checksum checksum = new Checksum();
    private ByteBuffer chunk = ByteBuffer.allocateDirect(FIRST_BYTES);
    private int crc;
    private long position;
    private long forced;
    private long contentBytes;

    SnapshotWriter(Disk disk, String dir, long zxid) throws IOException {
        this.disk = disk;
        this.dir = dir;
        this.zxid = zxid;
        disk.delete(path());
        file = disk.create(path());
        chunk.putLong(SnapshotFormat.MAGIC).putLong(zxid).putInt(0);
        crc = checksum.seal(chunk, 0, SnapshotFormat.HEADER_BYTES, SnapshotFormat.HEADER_CRC_SLOT, 0);
        put();
    }

    long zxid() {
        return zxid;
    }

    void write(Payload bytes) throws IOException {
        int from = 0;
        while (from < bytes.size()) {
            makeRoom(bytes.size() - from);
            int length = Math.min(bytes.size() - from, chunk.remaining());
            chunk.put(bytes.bytes(), from, length);
            from += length;
            if (chunk.position() == MOST_BYTES)
                putChunk();
        }
        contentBytes += bytes.size();
        if (position - forced >= FORCE_BYTES) {
            file.force();
            forced = position;
        }
    }

    /** Chunks are as large as they may be, but a small snapshot needs no large buffer. */
    private void makeRoom(int bytes) {
        int wanted = Math.min(MOST_BYTES, chunk.position() + bytes);
        if (wanted > chunk.capacity())
            chunk = ByteBuffer.allocateDirect(Math.min(MOST_BYTES, Math.max(wanted, 2 * chunk.capacity())))
                    .put(chunk.flip());
    }

    /** Completes the snapshot: it is durable and has its name when this returns. */
    void finish(long timeMs) throws IOException {
        putChunk();
        chunk.clear();
        chunk.putInt(SnapshotFormat.TRAILER_LENGTH).putInt(0).putLong(timeMs).putLong(contentBytes);
        checksum.seal(chunk, 0, SnapshotFormat.TRAILER_BYTES, SnapshotFormat.CHUNK_CRC_SLOT, crc);
        put();
        file.force();
        file.close();
        disk.rename(path(), dir + "/" + SnapshotFormat.name(zxid));
        disk.syncDir(dir);
    }

    private void putChunk() throws IOException {
        int content = chunk.position() - SnapshotFormat.CHUNK_HEADER_BYTES;
        if (content == 0)
            return;
        chunk.putInt(0, content);
        crc = checksum.seal(chunk, 0, chunk.position(), SnapshotFormat.CHUNK_CRC_SLOT, crc);
        put();
    }

    private void put() throws IOException {
        chunk.flip();
        int length = chunk.remaining();
        file.write(chunk, position);
        position += length;
        chunk.clear().position(SnapshotFormat.CHUNK_HEADER_BYTES);
    }

    private String path() {
        return dir + "/" + SnapshotFormat.UNFINISHED;
    }

    /** Drops what is not finished. */
    void abandon() throws IOException {
        file.close();
        disk.delete(path());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
