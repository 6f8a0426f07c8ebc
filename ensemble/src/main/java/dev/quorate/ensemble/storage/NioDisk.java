package dev.quorate.ensemble.storage;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real disk, through {@code java.nio}. */
public final class NioDisk implements Disk {
    private static final int ZEROS_BYTES = 256 << 10;

    private final LongConsumer forceNs;

    public NioDisk() {
        this(ns -> {});
    }

    /**
     * @param forceNs told how long each {@link DiskFile#force} took, in nanoseconds, on the thread that asked for it
     */
    public NioDisk(LongConsumer forceNs) {
        this.forceNs = forceNs;
    }

    @Override
    public List<String> list(String dir) throws IOException {
        if (!Files.isDirectory(Path.of(dir)))
            return List.of();
        try (Stream<Path> files = Files.list(Path.of(dir))) {
            return files.map(Path::getFileName).map(Path::toString).sorted().toList();
        }
    }

    @Override
    public void createDirs(String dir) throws IOException {
        Path path = Path.of(dir).toAbsolutePath();
        if (Files.isDirectory(path))
            return;
        Path parent = path.getParent();
        if (parent != null)
            createDirs(parent.toString());
        Files.createDirectory(path);
        if (parent != null)
            syncDir(parent.toString());
    }

    @Override
    public DiskFile create(String path) throws IOException {
        return new NioFile(FileChannel.open(Path.of(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE), forceNs);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new NioFile(FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE), forceNs);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(Path.of(from), Path.of(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String path) throws IOException {
        Files.deleteIfExists(Path.of(path));
    }

    @Override
    public long usableBytes(String dir) {
        return new File(dir).getUsableSpace(); // unlike FileStore it need not read the table of mounts each time
    }

    @Override
    public void syncDir(String dir) throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of(dir), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public @Nullable Closeable lock(String path) throws IOException {
        FileChannel channel = FileChannel.open(Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null)
                return channel;
        } catch (OverlappingFileLockException e) {
            // This process holds it.
        }
        channel.close();
        return null;
    }

    private record NioFile(FileChannel channel, LongConsumer forceNs) implements DiskFile {
        private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES);

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            long at = position;
            while (source.hasRemaining())
                at += channel.write(source, at);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int read = channel.read(target, position + total);
                if (read < 0)
                    break;
                total += read;
            }
            return total;
        }

        @Override
        public void preallocate(long size) throws IOException {
            // Real zeros: an overwrite of written blocks changes no metadata, so fdatasync writes the data alone.
            for (long at = channel.size(); at < size;) {
                ByteBuffer zeros = ZEROS.duplicate().limit((int) Math.min(ZEROS_BYTES, size - at));
                at += channel.write(zeros, at);
            }
        }

        @Override
        public void force() throws IOException {
            long startNs = System.nanoTime();
            channel.force(false);
            forceNs.accept(System.nanoTime() - startNs);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
