package dev.quorate.ensemble.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A part of a file in memory, in a buffer that all readers of a log take turns to use. */
final class Window {
    private static final int USUAL_BYTES = 128 << 10;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(USUAL_BYTES);
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
        if (position + bytes > file.size())
            return -1;
        if (bytes > buffer.capacity())
            buffer = ByteBuffer.allocateDirect(Math.max(bytes, 2 * buffer.capacity()));
        from = position;
        length = file.read(buffer.clear(), position);
        buffer.clear();
        return length < bytes ? -1 : 0;
    }
}
