package dev.quorate.ensemble.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A part of a file in memory, in a buffer that all readers of a log take turns to use. */
final class Window {
    private static final int USUAL_BYTES = 128 << 10;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private long from;
    private int length;

    ByteBuffer buffer() {
        return buffer;
    }

    /** Forgets what was read: the file is another one, or has changed. */
    void clear() {
        length = 0;
        if (buffer.capacity() > 64 * USUAL_BYTES)
            buffer = ByteBuffer.allocateDirect(USUAL_BYTES);
    }

    /**
     * Where in the buffer the file's bytes from {@code position} stand; negative when the file ends before their end.
     */
    int require(DiskFile file, long position, int bytes) throws IOException {
        if (position >= from && position + bytes <= from + length)
            return (int) (position - from);
        long left = file.size() - position;
        if (bytes > left)
            return -1;
        int wanted = (int) Math.max(bytes, Math.min(left, USUAL_BYTES));
        if (wanted > buffer.capacity())
            buffer = ByteBuffer.allocateDirect(Math.max(wanted, 2 * buffer.capacity()));
        from = position;
        length = file.read(buffer.clear(), position);
        buffer.clear();
        return length < bytes ? -1 : 0;
    }
}
