package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A storage over a disk in memory, whose log thread and loop run when the test says so, and what it answered. */
final class StorageRig implements Storage.Listener {
    static final StorageSettings.Limits SMALL = new StorageSettings.Limits(4096, 2048, 512, 64 << 10, 2, 0, 0);

    final FakeDisk disk;
    final FileStorage storage;
    final List<Entry> loaded = new ArrayList<>();
    final Map<Long, List<Entry>> histories = new HashMap<>();
    final List<Long> snapshotsTaken = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<String> answers = new ArrayList<>();
    List<Hole> holes = List.of();
    @Nullable
    Recovered whole;
    long loadedZxid = -1;
    long appendedZxid;
    long fencedZxid = -1;
    private final ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
    private final Map<Long, ByteArrayOutputStream> snapshotsRead = new HashMap<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    @Nullable
    Boolean lastPiece;
    long snapshotReadZxid = -1;

    Runnable whenAppended = () -> {};

    StorageRig(FakeDisk disk, StorageSettings settings) {
        this.disk = disk;
        try {
            storage = FileStorage.open(disk, new LogTasks(), tasks::add, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        storage.listen(this);
    }

    static StorageRig open(FakeDisk disk) {
        return new StorageRig(disk, settings("cluster", "", false, SMALL));
    }

    static StorageSettings settings(
            String clusterId, String claimUid, boolean mustBeFounded, StorageSettings.Limits limits) {
        return new StorageSettings("data", "log", 1, clusterId, claimUid, mustBeFounded, limits,
                new Random(7)::nextLong);
    }

    static Entry entry(long epoch, long counter) {
        String text = "value-" + epoch + "-" + counter + "-" + "x".repeat((int) (counter * 37 % 200));
        return new Entry(Zxid.of(epoch, counter), 1000 + counter, new Payload(text.getBytes(StandardCharsets.UTF_8)));
    }

    static List<Entry> entries(long epoch, long from, long to) {
        List<Entry> entries = new ArrayList<>();
        for (long i = from; i <= to; i++)
            entries.add(entry(epoch, i));
        return entries;
    }

    Recovered recovered() {
        return storage.identity().recovered();
    }

    /** What is missing, and what was lost altogether. */
    List<Hole> holes() {
        return recovered().holes();
    }

    @Nullable
    String lost() {
        return recovered().lost();
    }

    /** Runs log thread and loop until both have nothing to do. */
    StorageRig run() {
        while (!tasks.isEmpty())
            tasks.remove().run();
        return this;
    }

    StorageRig append(List<Entry> entries) {
        storage.append(1, entries);
        return run();
    }

    /** Each entry in a batch of its own. */
    StorageRig appendEach(List<Entry> entries) {
        for (Entry each : entries)
            append(List.of(each));
        return this;
    }

    StorageRig idle() {
        storage.tick();
        storage.tick();
        return run();
    }

    StorageRig load() {
        loaded.clear();
        snapshot.reset();
        storage.load();
        return run();
    }

    String snapshot() {
        return snapshot.toString(StandardCharsets.UTF_8);
    }

    StorageRig takeSnapshot(long zxid, String content) {
        storage.beginSnapshot(zxid, 77);
        storage.writeSnapshot(payload(content));
        storage.endSnapshot();
        return run();
    }

    StorageRig stage(long zxid, String content) {
        storage.beginStaging(zxid);
        storage.writeStaged(payload(content));
        storage.endStaging(1, 55);
        return run();
    }

    List<Entry> readHistory(long token, long after, long to, int maxBytes) {
        storage.readHistory(token, after, to, maxBytes);
        run();
        List<Entry> read = histories.get(token);
        assertThat(read).isNotNull();
        return read;
    }

    StorageRig fill(List<Entry> entries) {
        storage.fill(1, entries);
        return run();
    }

    List<Entry> readRecords(long token, long after, long to) {
        storage.readRecords(token, after, to, 1 << 20);
        run();
        List<Entry> read = histories.get(token);
        assertThat(read).isNotNull();
        return read;
    }

    String readSnapshot(long token, int maxBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        snapshotsRead.put(token, out);
        lastPiece = null;
        do {
            storage.readSnapshot(token, out.size(), maxBytes);
            run();
        } while (!Boolean.TRUE.equals(lastPiece) && failures.isEmpty());
        return out.toString(StandardCharsets.UTF_8);
    }

    void close() {
        storage.close();
    }

    static Payload payload(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    private final class LogTasks implements Exec {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void close() {
            run();
        }
    }

    @Override
    public void snapshotLoading(Payload bytes) {
        snapshot.writeBytes(bytes.bytes());
    }

    @Override
    public void entriesLoaded(List<Entry> entries) {
        loaded.addAll(entries);
    }

    @Override
    public void loaded(long lastZxid) {
        loadedZxid = lastZxid;
    }

    @Override
    public void appended(long generation, long zxid) {
        whenAppended.run();
        answers.add("appended " + generation);
        appendedZxid = zxid;
    }

    @Override
    public void epochsSaved(long generation) {
        answers.add("epochsSaved " + generation);
    }

    @Override
    public void truncated(long generation, long zxid) {
        answers.add("truncated " + generation);
    }

    @Override
    public void fenced(long generation, long zxid) {
        answers.add("fenced " + generation);
        fencedZxid = zxid;
    }

    @Override
    public void foundingSaved() {
        answers.add("foundingSaved");
    }

    @Override
    public void filled(long generation, List<Hole> left, @Nullable Recovered repaired) {
        holes = left;
        whole = repaired;
    }

    @Override
    public void recordsRead(long token, List<Entry> entries) {
        histories.put(token, entries);
    }

    @Override
    public void historyRead(long token, List<Entry> entries) {
        histories.put(token, entries);
    }

    @Override
    public void snapshotRead(long token, long zxid, long offset, Payload bytes, boolean last) {
        ByteArrayOutputStream out = snapshotsRead.get(token);
        if (out != null) {
            assertThat(offset).isEqualTo(out.size());
            out.writeBytes(bytes.bytes());
        }
        snapshotReadZxid = zxid;
        lastPiece = last;
    }

    @Override
    public void snapshotBytesWritten() {
        answers.add("snapshotBytesWritten");
    }

    @Override
    public void snapshotEnded(long zxid, long floorZxid) {
        snapshotsTaken.add(zxid);
    }

    @Override
    public void room(long usableBytes, boolean isShort) {
        answers.add((isShort ? "short: " : "room: ") + usableBytes);
    }

    @Override
    public void staged(long generation) {
        answers.add("staged " + generation);
    }

    @Override
    public void failed(String what, Exception cause) {
        failures.add(what + ": " + cause.getMessage());
    }
}
