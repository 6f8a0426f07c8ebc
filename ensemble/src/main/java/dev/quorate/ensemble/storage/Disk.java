package dev.quorate.ensemble.storage;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files and directories, synchronously. Paths are {@code /}-separated strings below whatever root the caller was
 * configured with. What is written is durable only after {@link DiskFile#force}; a name that was created, renamed or
 * deleted is durable only after {@link #syncDir} of its directory.
 */
public interface Disk {
    /** Names in a directory, sorted; empty when there is no such directory. */
    List<String> list(String dir) throws IOException;

    /** Makes a directory and those above it durably; nothing happens when it is there. */
    void createDirs(String dir) throws IOException;

    /** Makes a new, empty file, open for reading and writing; fails when the name is taken. */
    DiskFile create(String path) throws IOException;

    /** Opens a file that exists, for reading and writing. */
    DiskFile open(String path) throws IOException;

    /** Renames a file within a directory; an existing target is replaced in one step. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file, or an empty directory; nothing happens when it is not there. */
    void delete(String path) throws IOException;

    /** How much more this process may write below a directory that exists. */
    long usableBytes(String dir) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDir(String dir) throws IOException;

    /**
     * Takes the lock on a file, which is created when missing, until the result is closed or the process ends.
     *
     * @return null when somebody else holds it
     */
    @Nullable
    Closeable lock(String path) throws IOException;
}
