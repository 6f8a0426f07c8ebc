package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The disk of a member: hands what the loop asks to the log's thread, and the answers back to the loop. */
public final class FileStorage implements Storage {
    private final Exec exec;
    private final Consumer<Runnable> loop;
    private final Opened opened;
    private final int batchBytes;
    private final HistoryReader reader;
    private final WorkQueue work;
    private @Nullable Listener listener;
    private boolean appendedSinceTick;
    private boolean markAsked = true;

    private FileStorage(
            Exec exec, Consumer<Runnable> loop, StorageSettings settings, Opened opened, HistoryReader reader) {
        this.exec = exec;
        this.loop = loop;
        this.opened = opened;
        batchBytes = settings.limits().batchBytes();
        this.reader = reader;
        work = new WorkQueue(exec, this::appendBatch, this::fail);
    }

    /**
     * Opens a member's data: takes the lock, recovers, raises the boot number. Runs in the calling thread; everything
     * later runs on {@code exec}.
     *
     * @param loop posts a task to the loop: all calls of the listener are made that way
     * @throws DataRefused when the data is not this member's to use
     * @throws IOException when the disk fails
     */
    public static FileStorage open(Disk disk, Exec exec, Consumer<Runnable> loop, StorageSettings settings)
            throws IOException {
        Window window = new Window();
        Opened opened = Opened.open(disk, settings, window);
        return new FileStorage(exec, loop, settings, opened, new HistoryReader(disk, window));
    }

    /** Names the listener; before any other call but {@link #identity}. */
    public void listen(Listener newListener) {
        listener = newListener;
    }

    @Override
    public Identity identity() {
        return opened.identity();
    }

    @Override
    public void load() {
        task("load", () -> {
            reader.beginLoad(store().current());
            loadOn();
        });
    }

    /** Reads the next piece only when the loop took the last one, so a long log never piles up in memory. */
    private void loadOn() throws IOException {
        switch (reader.nextPiece()) {
            case HistoryReader.Piece.OfSnapshot piece -> answer(to -> {
                to.snapshotLoading(piece.bytes());
                task("load", this::loadOn);
            });
            case HistoryReader.Piece.OfLog piece -> answer(to -> {
                to.entriesLoaded(piece.entries());
                task("load", this::loadOn);
            });
            case HistoryReader.Piece.End end -> answer(to -> to.loaded(end.lastZxid()));
            case null -> {
            }
        }
    }

    @Override
    public void append(long generation, List<Entry> entries) {
        if (entries.isEmpty())
            return;
        appendedSinceTick = true;
        markAsked = false;
        work.add(new WorkQueue.Work.Append(generation, entries));
    }

    private void appendBatch(WorkQueue.Work.Append first) throws IOException {
        TxnLog log = store().log();
        log.beginBatch();
        for (WorkQueue.Work.Append next = first; next != null; next = log.batchBytes() < batchBytes
                ? work.pollAppend(first.generation())
                : null)
            log.add(next.entries());
        log.commitBatch();
        long durable = log.end().zxid();
        answer(to -> to.appended(first.generation(), durable));
        if (store().room().written(log.batchBytes()))
            lookForRoom();
    }

    @Override
    public void checkRoom() {
        task("ask how much room is left", this::lookForRoom);
    }

    private void lookForRoom() throws IOException {
        Room room = store().room();
        room.look();
        long usableBytes = room.usableBytes();
        boolean isShort = room.isShort();
        answer(to -> to.room(usableBytes, isShort));
    }

    @Override
    public long queuedBytes() {
        return work.queuedBytes();
    }

    @Override
    public void tick() {
        if (!appendedSinceTick && !markAsked) {
            markAsked = true;
            task("mark what is durable", () -> store().log().mark());
        }
        appendedSinceTick = false;
    }

    @Override
    public void saveEpochs(long generation, long acceptedEpoch, long currentEpoch) {
        task("save the epochs", () -> {
            store().saveEpochs(acceptedEpoch, currentEpoch);
            answer(to -> to.epochsSaved(generation));
        });
    }

    @Override
    public void truncate(long generation, long zxid) {
        task("truncate the log", () -> {
            store().truncate(zxid);
            answer(to -> to.truncated(generation, zxid));
        });
    }

    @Override
    public void fence(long generation) {
        task("drop what is staged", () -> {
            store().dropStaged();
            long durable = store().log().end().zxid();
            answer(to -> to.fenced(generation, durable));
        });
    }

    @Override
    public void refill(long generation, long afterZxid) {
        task("refill the log", () -> store().beginRefill(afterZxid));
    }

    @Override
    public void fill(long generation, List<Entry> entries) {
        task("refill the log", () -> {
            List<Hole> holes = store().fill(entries);
            Recovered whole = holes.isEmpty() ? store().recovered() : null;
            answer(to -> to.filled(generation, holes, whole));
        });
    }

    @Override
    public void readRecords(long token, long afterZxid, long toZxid, int maxBytes) {
        task("read records", () -> {
            List<Entry> entries = reader.readRecords(store(), afterZxid, toZxid, maxBytes);
            answer(to -> to.recordsRead(token, entries));
        });
    }

    @Override
    public void saveFounding(String clusterId, List<FoundingMember> founding) {
        task("save the founding set", () -> {
            store().saveFounding(clusterId, founding);
            answer(Listener::foundingSaved);
        });
    }

    @Override
    public void readHistory(long token, long afterZxid, long toZxid, int maxBytes) {
        task("read the log", () -> {
            List<Entry> entries = reader.readHistory(store().current(), token, afterZxid, toZxid, maxBytes);
            answer(to -> to.historyRead(token, entries));
        });
    }

    @Override
    public void readSnapshot(long token, long offset, int maxBytes) {
        task("read a snapshot", () -> {
            HistoryReader.SnapshotPiece piece = reader.readSnapshot(store().current(), token, offset, maxBytes);
            answer(to -> to.snapshotRead(token, piece.zxid(), offset, piece.bytes(), piece.last()));
        });
    }

    @Override
    public void endRead(long token) {
        task("end a read", () -> reader.endRead(store().current(), token));
    }

    @Override
    public void beginSnapshot(long zxid, long timeMs) {
        task("begin a snapshot", () -> store().beginSnapshot(zxid, timeMs));
    }

    @Override
    public void writeSnapshot(Payload bytes) {
        task("write a snapshot", () -> {
            store().writeSnapshot(bytes);
            answer(Listener::snapshotBytesWritten);
        });
    }

    @Override
    public void endSnapshot() {
        task("end a snapshot", () -> {
            Long zxid = store().endSnapshot(reader.readFrom());
            long floor = store().current().log().floor().zxid();
            if (zxid != null)
                answer(to -> to.snapshotEnded(zxid, floor));
            deletePurged();
        });
    }

    /** A few files at a time: whatever else was asked for comes in between. */
    private void deletePurged() throws IOException {
        if (store().current().log().deletePurged())
            task("purge the log", this::deletePurged);
    }

    @Override
    public void abandonSnapshot() {
        task("drop a snapshot", () -> store().abandonSnapshot());
    }

    @Override
    public void beginStaging(long zxid) {
        task("stage a snapshot", () -> store().beginStaging(zxid));
    }

    @Override
    public void writeStaged(Payload bytes) {
        task("stage a snapshot", bytes.size(), () -> store().writeStaged(bytes));
    }

    @Override
    public void endStaging(long generation, long lastTimeMs) {
        task("stage a snapshot", () -> {
            store().endStaging(lastTimeMs);
            answer(to -> to.staged(generation));
        });
    }

    @Override
    public void close() {
        task("mark what is durable", () -> {
            store().log().mark();
        });
        exec.close();
        opened.close();
    }

    private HistoryStore store() {
        return opened.store();
    }

    private void task(String what, WorkQueue.DiskAction action) {
        task(what, 0, action);
    }

    private void task(String what, long bytes, WorkQueue.DiskAction action) {
        work.add(new WorkQueue.Work.Task(what, bytes, action));
    }

    private void answer(Consumer<Listener> call) {
        Listener to = Objects.requireNonNull(listener, "no listener yet");
        loop.accept(() -> call.accept(to));
    }

    private void fail(String what, Exception cause) {
        answer(to -> to.failed(what, cause));
    }
}
