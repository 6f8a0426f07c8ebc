package dev.quorate.ensemble;

import dev.quorate.ensemble.storage.Disk;
import dev.quorate.ensemble.storage.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that makes nothing durable while its gate is shut, and says of itself whatever room a test wants. */
final class GatedDisk implements Disk {
    private final Disk disk;
    private final Object gate = new Object();
    private boolean shut;
    private volatile long usableBytes = Long.MAX_VALUE;

    GatedDisk(Disk disk) {
        this.disk = disk;
    }

    void shut(boolean now) {
        synchronized (gate) {
            shut = now;
            gate.notifyAll();
        }
    }

    void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    private void pass() throws IOException {
        synchronized (gate) {
            try {
                while (shut) {
                    gate.wait();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupted);
            }
        }
    }

    @Override
    public long usableBytes(String dir) {
        return usableBytes;
    }

    @Override
    public List<String> list(String dir) throws IOException {
        return disk.list(dir);
    }

    @Override
    public void createDirs(String dir) throws IOException {
        disk.createDirs(dir);
    }

    @Override
    public DiskFile create(String path) throws IOException {
        return new GatedFile(disk.create(path));
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new GatedFile(disk.open(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void syncDir(String dir) throws IOException {
        pass();
        disk.syncDir(dir);
    }

    @Override
    public @Nullable Closeable lock(String path) throws IOException {
        return disk.lock(path);
    }

    private final class GatedFile implements DiskFile {
        private final DiskFile file;

        GatedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            file.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void preallocate(long size) throws IOException {
            file.preallocate(size);
        }

        @Override
        public void force() throws IOException {
            pass();
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
