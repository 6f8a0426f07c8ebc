package dev.quorate.sim.disk;

import dev.quorate.ensemble.storage.Disk;
import dev.quorate.ensemble.storage.DiskFile;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One member's disk. A call returns at once, yet takes virtual time: the disk adds up how long the running task has
 * been busy, and what the task does next is done that much later. A crash in between cuts the task there. What is not
 * durable at a power loss is lost in part: see {@link DiskOptions}.
 */
public final class SimDisk implements Disk {
    private static final long MOST_FORCE_NS = 500_000_000L;

    private final Scheduler scheduler;
    private final Dice dice;
    private final DiskOptions options;
    private final TreeMap<String, Names> dirs = new TreeMap<>();
    /** Directories that were deleted, and may be there again after a crash. */
    private final TreeMap<String, Names> deleted = new TreeMap<>();
    private final Set<String> locked = new HashSet<>();
    private long busyNs;
    private double slowdown = 1;
    private @Nullable Runnable atNextForce;
    private final Troubles troubles = new Troubles();

    public SimDisk(Scheduler scheduler, Dice dice, DiskOptions options) {
        this.scheduler = scheduler;
        this.dice = dice;
        this.options = options;
    }

    /** The time at which the running task is: its beginning plus what its operations took. */
    public long taskNowNs() {
        return scheduler.nowNs() + busyNs;
    }

    /** Ends a task: returns how long it took. */
    public long takeBusyNs() {
        long taken = busyNs;
        busyNs = 0;
        return taken;
    }

    /** What is wrong with it at times. */
    public Troubles troubles() {
        return troubles;
    }

    /** Whether all files are there and as they were written. */
    public boolean isWhole() {
        return !troubles.lostFiles()
                && dirs.values().stream().allMatch(names -> names.seen().values().stream().allMatch(Inode::isWhole));
    }

    /** All files that have content, in the order of their paths. */
    SortedMap<String, Inode> files() {
        SortedMap<String, Inode> files = new TreeMap<>();
        dirs.forEach((path, names) -> names.seen().forEach((name, inode) -> {
            if (inode.durableSize(scheduler.nowNs()) > 0) {
                files.put(path + "/" + name, inode);
            }
        }));
        return files;
    }

    /** A file is gone. */
    void lose(String path) {
        Names names = dirs.get(parent(path));
        if (names != null) {
            names.lose(nameOf(path));
        }
    }

    /** Everything is gone: another disk. */
    public void wipe() {
        dirs.clear();
        deleted.clear();
        troubles.loseFiles();
    }

    /** Until then only so much more can be written than is there now. */
    public void fill(long leftBytes, long untilNs) {
        troubles.boundedUntil(untilNs, usedBytes() + leftBytes);
    }

    private long usedBytes() {
        return dirs.values().stream().flatMap(names -> names.seen().values().stream()).mapToLong(Inode::size).sum();
    }

    private long usableBytes() {
        long capacityBytes = troubles.capacityBytes(taskNowNs());
        return capacityBytes == Long.MAX_VALUE ? capacityBytes : Math.max(0, capacityBytes - usedBytes());
    }

    private void checkSpace(long moreBytes) throws IOException {
        troubles.checkSpace(taskNowNs());
        if (moreBytes > usableBytes()) {
            throw new IOException("No space left on device");
        }
    }

    /** Makes every operation slower by this factor; 1 is normal. */
    public void slowDown(double factor) {
        slowdown = factor;
    }

    /** Runs this while the next file or directory is being made durable: a crash finds most to lose there. */
    public void atNextForce(Runnable trap) {
        atNextForce = trap;
    }

    /** The process was killed now; the operating system lives and keeps its cache. */
    public void processEnded() {
        busyNs = 0;
        atNextForce = null;
        locked.clear();
        cutDirs(false);
        for (Names names : dirs.values()) {
            names.cutAt(scheduler.nowNs());
            for (Inode inode : names.seen().values()) {
                inode.cutAt(scheduler.nowNs());
            }
        }
    }

    /** Directories that would have been made or deleted later were not; a deletion may be lost with the power. */
    private void cutDirs(boolean power) {
        long nowNs = scheduler.nowNs();
        dirs.values().removeIf(names -> names.createdNs() > nowNs);
        deleted.forEach((path, names) -> {
            if (names.mayBeThereAgain(nowNs, power && dice.chance(0.5))) {
                dirs.putIfAbsent(path, names);
            }
        });
        deleted.clear();
    }

    /** The power went off now. */
    public void losePower() {
        busyNs = 0;
        atNextForce = null;
        locked.clear();
        cutDirs(true);
        for (Names names : dirs.values()) {
            names.losePower(scheduler.nowNs(), dice, options);
            for (Inode inode : names.seen().values()) {
                inode.losePower(scheduler.nowNs(), dice, options);
            }
        }
    }

    @Override
    public List<String> list(String dir) {
        TreeSet<String> found = new TreeSet<>();
        for (String path : dirs.keySet()) {
            if (parent(path).equals(dir)) {
                found.add(nameOf(path));
            }
        }
        Names names = dirs.get(dir);
        if (names != null) {
            found.addAll(names.seen().keySet());
        }
        return List.copyOf(found);
    }

    @Override
    public void createDirs(String dir) {
        if (!dirs.containsKey(dir)) {
            spendForce();
            dirs.put(dir, new Names(taskNowNs()));
        }
    }

    @Override
    public DiskFile create(String path) throws IOException {
        spend(options.writeNs());
        checkSpace(0);
        Names names = dirOf(path);
        if (names.seen().containsKey(nameOf(path))) {
            throw new IOException("the name is taken: " + path);
        }
        Inode inode = new Inode();
        names.change(taskNowNs(), null, nameOf(path), inode);
        return new OpenFile(inode);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new OpenFile(inodeAt(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        spend(options.writeNs());
        if (!parent(from).equals(parent(to))) {
            throw new IOException("a rename within one directory was expected: " + from + " to " + to);
        }
        Inode inode = inodeAt(from);
        dirOf(from).change(taskNowNs(), nameOf(from), nameOf(to), inode);
    }

    @Override
    public void delete(String path) throws IOException {
        spend(options.writeNs());
        if (dirs.containsKey(path)) {
            if (!list(path).isEmpty()) {
                throw new IOException("the directory is not empty: " + path);
            }
            Names names = dirs.remove(path);
            names.delete(taskNowNs());
            deleted.put(path, names);
            return;
        }
        Inode inode = dirOf(path).seen().get(nameOf(path));
        if (inode != null) {
            dirOf(path).change(taskNowNs(), nameOf(path), null, inode);
        }
    }

    @Override
    public long usableBytes(String dir) {
        return usableBytes();
    }

    @Override
    public void syncDir(String dir) throws IOException {
        Names names = dirs.get(dir);
        if (names == null) {
            throw new IOException("no such directory: " + dir);
        }
        spendForce();
        if (troubles.forceFails(taskNowNs())) {
            throw new IOException("Input/output error");
        }
        names.sync(scheduler.nowNs(), taskNowNs());
        deleted.forEach((path, gone) -> {
            if (parent(path).equals(dir)) {
                gone.deletionIsDurable(taskNowNs());
            }
        });
    }

    @Override
    public @Nullable Closeable lock(String path) throws IOException {
        if (!locked.add(path)) {
            return null;
        }
        Names names = dirOf(path);
        if (!names.seen().containsKey(nameOf(path))) {
            names.change(taskNowNs(), null, nameOf(path), new Inode());
        }
        return () -> locked.remove(path);
    }

    private void spend(long ns) {
        busyNs += Math.round(ns * slowdown);
    }

    private void spendForce() {
        long fromNs = taskNowNs();
        long ns = dice.exponential(options.forceMeanNs()) + options.writeNs();
        long slow = dice.chance(options.slowChance()) ? ns * dice.between(2, 100) : ns;
        spend(Math.min(slow, Math.round(MOST_FORCE_NS / slowdown)));
        Runnable trap = atNextForce;
        if (trap != null) {
            atNextForce = null;
            scheduler.at(dice.between(fromNs, taskNowNs()), trap);
        }
    }

    private Names dirOf(String path) throws IOException {
        Names names = dirs.get(parent(path));
        if (names == null) {
            throw new IOException("no such directory: " + parent(path));
        }
        return names;
    }

    private Inode inodeAt(String path) throws IOException {
        Inode inode = dirOf(path).seen().get(nameOf(path));
        if (inode == null) {
            throw new IOException("no such file: " + path);
        }
        return inode;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** An open file, which lives on while it is open when its name goes. */
    private final class OpenFile implements DiskFile {
        private final Inode inode;
        private boolean closed;

        OpenFile(Inode inode) {
            this.inode = inode;
        }

        @Override
        public long size() throws IOException {
            return checked().size();
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            spend(options.writeNs());
            long moreBytes = position + source.remaining() - checked().size();
            if (moreBytes > 0) {
                checkSpace(moreBytes);
            }
            checked().write(taskNowNs(), source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            troubles.checkReadable(taskNowNs());
            return checked().read(target, position);
        }

        @Override
        public void preallocate(long size) throws IOException {
            spend(options.writeNs());
            checkSpace(size - checked().size());
            checked().grow(taskNowNs(), size);
        }

        @Override
        public void force() throws IOException {
            spendForce();
            if (troubles.forceFails(taskNowNs())) {
                checked().dropUnwritten(scheduler.nowNs());
                throw new IOException("Input/output error");
            }
            checked().force(scheduler.nowNs(), taskNowNs());
        }

        @Override
        public void close() {
            closed = true;
        }

        private Inode checked() throws IOException {
            if (closed) {
                throw new IOException("the file is closed");
            }
            return inode;
        }
    }
}
