package dev.quorate.ensemble.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Positions and sizes are in bytes. */
public interface DiskFile extends Closeable {
    long size() throws IOException;

    /** Writes all that remains in {@code source} at {@code position}; the file grows when needed. */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Reads into {@code target} from {@code position} until it is full or the file ends.
     *
     * @return how many bytes were read, 0 at the end of the file
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** Grows the file to {@code size} with zeros; nothing happens when it is that large already. */
    void preallocate(long size) throws IOException;

    /** Makes content and size durable. After an error nothing is known of the file, and it must not be tried again. */
    void force() throws IOException;
}
