package dev.quorate.ensemble.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets, when its computer crashes, what was not made durable; it can crash or fail at any
 * step.
 */
final class FakeDisk implements Disk {
    private static final int SECTOR_BYTES = 512;

    private TreeMap<String, Content> names = new TreeMap<>();
    private TreeMap<String, Content> durableNames = new TreeMap<>();
    private final Set<String> locks = new HashSet<>();
    private long stepsLeft = Long.MAX_VALUE;
    private boolean failing;
    private long steps;
    private long usableBytes = Long.MAX_VALUE;

    /** The computer crashes here. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Content {
        byte[] cached = {};
        byte[] durable = {};
    }

    /** Crashes at the step after {@code count} more that change something. */
    void crashAfter(long count) {
        stepsLeft = count;
        failing = false;
    }

    /** Fails with an I/O error at every step after {@code count} more that change something. */
    void failAfter(long count) {
        stepsLeft = count;
        failing = true;
    }

    /** Says from now on that so much room is left, whatever is written. */
    void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    /** How many steps changed something so far. */
    long steps() {
        return steps;
    }

    private void step() throws IOException {
        steps++;
        if (stepsLeft-- > 0)
            return;
        if (failing)
            throw new IOException("the disk fails");
        throw new Crash();
    }

    /**
     * Starts the computer again after the power went: what was not durable is lost, kept, zeroed or garbled at random.
     */
    void loseVolatile(Random random) {
        restart();
        TreeMap<String, Content> kept = new TreeMap<>(durableNames);
        Set<String> changed = new TreeSet<>(names.keySet());
        changed.addAll(durableNames.keySet());
        for (String name : changed) {
            if (names.get(name) == durableNames.get(name) || !random.nextBoolean())
                continue;
            Content content = names.get(name);
            if (content == null)
                kept.remove(name);
            else
                kept.put(name, content);
        }
        names = kept;
        durableNames = new TreeMap<>(kept);
        for (Content each : new HashSet<>(names.values())) {
            each.cached = torn(each, random);
            each.durable = each.cached.clone();
        }
    }

    private static byte[] torn(Content content, Random random) {
        int length = random.nextBoolean() ? content.cached.length : content.durable.length;
        byte[] result = Arrays.copyOf(content.durable, length);
        for (int at = 0; at < length; at += SECTOR_BYTES) {
            int end = Math.min(length, at + SECTOR_BYTES);
            byte[] old = Arrays.copyOfRange(Arrays.copyOf(content.durable, end), at, end);
            byte[] written = Arrays.copyOfRange(Arrays.copyOf(content.cached, end), at, end);
            if (Arrays.equals(old, written))
                continue;
            switch (random.nextInt(4)) {
                case 0 -> {
                }
                case 1 -> System.arraycopy(written, 0, result, at, end - at);
                case 2 -> Arrays.fill(result, at, end, (byte) 0);
                default -> {
                    byte[] garbage = new byte[end - at];
                    random.nextBytes(garbage);
                    System.arraycopy(garbage, 0, result, at, end - at);
                }
            }
        }
        return result;
    }

    /** The process ended, the computer did not: everything that was written is there. */
    void restart() {
        locks.clear();
        stepsLeft = Long.MAX_VALUE;
    }

    /** Another disk with the same content. */
    FakeDisk copy() {
        FakeDisk copy = new FakeDisk();
        Map<Content, Content> copies = new HashMap<>();
        names.forEach((name, content) -> copy.names.put(name, copies.computeIfAbsent(content, FakeDisk::copy)));
        durableNames.forEach(
                (name, content) -> copy.durableNames.put(name, copies.computeIfAbsent(content, FakeDisk::copy)));
        return copy;
    }

    private static Content copy(Content content) {
        Content copy = new Content();
        copy.cached = content.cached.clone();
        copy.durable = content.durable.clone();
        return copy;
    }

    /** Paths of all files, in order. */
    List<String> files() {
        return new ArrayList<>(names.keySet());
    }

    byte[] bytes(String path) {
        return content(path).cached;
    }

    /** Changes a file behind everybody's back, durably. */
    void damage(String path, byte[] bytes) {
        Content content = content(path);
        content.cached = bytes.clone();
        content.durable = bytes.clone();
    }

    void lose(String path) {
        names.remove(path);
        durableNames.remove(path);
    }

    private Content content(String path) {
        Content content = names.get(path);
        if (content == null)
            throw new IllegalArgumentException("no file " + path);
        return content;
    }

    @Override
    public List<String> list(String dir) {
        Set<String> found = new TreeSet<>();
        for (String name : names.keySet())
            if (name.startsWith(dir + "/"))
                found.add(name.substring(dir.length() + 1).split("/", 2)[0]);
        return List.copyOf(new TreeSet<>(found));
    }

    @Override
    public void createDirs(String dir) {}

    @Override
    public DiskFile create(String path) throws IOException {
        step();
        if (names.containsKey(path))
            throw new IOException(path + " exists");
        Content content = new Content();
        names.put(path, content);
        return new OpenFile(content);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        Content content = names.get(path);
        if (content == null)
            throw new IOException("no file " + path);
        return new OpenFile(content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        step();
        names.put(to, content(from));
        names.remove(from);
    }

    @Override
    public void delete(String path) throws IOException {
        step();
        names.remove(path);
    }

    @Override
    public long usableBytes(String dir) {
        return usableBytes;
    }

    @Override
    public void syncDir(String dir) throws IOException {
        step();
        durableNames.keySet().removeIf(name -> isIn(dir, name) && !names.containsKey(name));
        names.forEach((name, content) -> {
            if (isIn(dir, name))
                durableNames.put(name, content);
        });
    }

    private static boolean isIn(String dir, String name) {
        return name.startsWith(dir + "/") && name.indexOf('/', dir.length() + 1) < 0;
    }

    @Override
    public @Nullable Closeable lock(String path) {
        return locks.add(path) ? () -> locks.remove(path) : null;
    }

    private final class OpenFile implements DiskFile {
        private final Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.cached.length;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            step();
            grow((int) position + source.remaining());
            source.get(content.cached, (int) position, source.remaining());
        }

        @Override
        public int read(ByteBuffer target, long position) {
            int length = (int) Math.max(0, Math.min(target.remaining(), content.cached.length - position));
            if (length > 0)
                target.put(content.cached, (int) position, length);
            return length;
        }

        @Override
        public void preallocate(long size) throws IOException {
            step();
            grow((int) size);
        }

        private void grow(int size) {
            if (size > content.cached.length)
                content.cached = Arrays.copyOf(content.cached, size);
        }

        @Override
        public void force() throws IOException {
            step();
            content.durable = content.cached.clone();
        }

        @Override
        public void close() {}
    }
}
