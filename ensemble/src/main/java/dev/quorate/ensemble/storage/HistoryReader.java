package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads pieces of a history, for learners and for the tree after a start. Owned by the log's thread. */
final class HistoryReader implements Closeable {
    private static final int LOAD_BYTES = 1 << 20;
    private static final int LOAD_ENTRIES = 8192;

    private final Disk disk;
    private final Window window;
    private final Map<Long, Long> reads = new HashMap<>();
    private @Nullable Load load;

    /** A load under way: first a snapshot, then the log up to where it ended when the load began. */
    private static final class Load {
        final History history;
        final long endZxid;
        final @Nullable SnapshotReader snapshot;
        long offset;
        long afterZxid;

        Load(History history, long endZxid, long afterZxid, @Nullable SnapshotReader snapshot) {
            this.history = history;
            this.endZxid = endZxid;
            this.afterZxid = afterZxid;
            this.snapshot = snapshot;
        }
    }

    /** A piece of a load. */
    sealed interface Piece {
        record OfSnapshot(Payload bytes) implements Piece {}

        record OfLog(List<Entry> entries) implements Piece {}

        /** There is no more: this is where the history ends. */
        record End(long lastZxid) implements Piece {}
    }

    /** A piece of a snapshot for a learner; at {@code Zxid.NONE} when there is none. */
    record SnapshotPiece(long zxid, Payload bytes, boolean last) {}

    HistoryReader(Disk disk, Window window) {
        this.disk = disk;
        this.window = window;
    }

    /** Entries after {@code afterZxid}; none when the log does not reach back there. */
    List<Entry> readHistory(History history, long token, long afterZxid, long toZxid, int maxBytes)
            throws IOException {
        if (afterZxid < history.log().floor().zxid())
            return List.of();
        reads.put(token, afterZxid);
        return entries(history.log(), afterZxid, toZxid, maxBytes, Integer.MAX_VALUE);
    }

    /**
     * Entries for a damaged member that has {@code afterZxid} and needs what follows up to {@code toZxid}: none when
     * this log does not hold both ends of what it gives, or may belong to another branch of the history.
     */
    List<Entry> readRecords(HistoryStore store, long afterZxid, long toZxid, int maxBytes) throws IOException {
        TxnLog log = store.current().log();
        List<LogRun> runs = new ArrayList<>(store.readableLater());
        runs.addFirst(new LogRun(log.segments(), log.end(), List.of()));
        // Entries of one epoch are the same everywhere. Which ones precede an epoch is known to those who are in it.
        boolean sameBranch = Zxid.epoch(afterZxid) == Zxid.epoch(toZxid) || holds(runs, toZxid)
                || holds(runs, Zxid.of(Zxid.epoch(toZxid), 1));
        for (LogRun run : runs)
            if (sameBranch && run.end().zxid() > afterZxid && holds(List.of(run), afterZxid))
                return entries(run.segments(), run.end().zxid(), afterZxid, toZxid, maxBytes, Integer.MAX_VALUE);
        return List.of();
    }

    private boolean holds(List<LogRun> runs, long zxid) throws IOException {
        for (LogRun run : runs) {
            if (run.segments().isEmpty() || !run.reachesFrom(zxid, zxid))
                continue;
            try (LogCursor cursor = new LogCursor(disk, run.segments(), run.end().zxid(), zxid, window)) {
                if (cursor.pointAt(zxid) != null)
                    return true;
            }
        }
        return false;
    }

    SnapshotPiece readSnapshot(History history, long token, long offset, int maxBytes) throws IOException {
        Snapshots snapshots = history.snapshots();
        while (true) {
            Snapshots.Reading reading = snapshots.reading(token, history.log().floor().zxid());
            if (reading == null)
                return new SnapshotPiece(Zxid.NONE, new Payload(new byte[0]), true);
            try {
                reads.put(token, reading.zxid());
                Payload bytes = reading.reader().read(offset, maxBytes);
                return new SnapshotPiece(reading.zxid(), bytes, reading.reader().atEnd());
            } catch (SnapshotReader.Damaged e) {
                snapshots.disregard(reading.zxid());
                snapshots.endReading(token);
                if (offset > 0)
                    return new SnapshotPiece(Zxid.NONE, new Payload(new byte[0]), true);
            }
        }
    }

    void endRead(History history, long token) throws IOException {
        reads.remove(token);
        history.snapshots().endReading(token);
    }

    /** The lowest zxid after which somebody reads the log. */
    long readFrom() {
        long lowest = load == null ? Long.MAX_VALUE : load.afterZxid;
        for (long each : reads.values())
            lowest = Math.min(lowest, each);
        return lowest;
    }

    /** Starts to load; a load that is under way is given up. */
    void beginLoad(History history) throws IOException {
        close();
        long endZxid = history.log().end().zxid();
        Long snapshot = history.snapshotBefore(endZxid);
        if (snapshot != null)
            load = new Load(history, endZxid, snapshot, history.snapshots().open(snapshot));
        else
            load = new Load(history, history.log().floor().zxid() == Zxid.NONE ? endZxid : Zxid.NONE, Zxid.NONE, null);
    }

    /** The next piece; null when no load is under way. */
    @Nullable
    Piece nextPiece() throws IOException {
        Load loading = load;
        if (loading == null)
            return null;
        SnapshotReader snapshot = loading.snapshot;
        if (snapshot != null && !snapshot.atEnd()) {
            Payload bytes = snapshot.read(loading.offset, LOAD_BYTES);
            loading.offset += bytes.size();
            return new Piece.OfSnapshot(bytes);
        }
        if (loading.afterZxid < loading.endZxid) {
            List<Entry> entries = entries(loading.history.log(), loading.afterZxid, loading.endZxid, LOAD_BYTES,
                    LOAD_ENTRIES);
            if (entries.isEmpty())
                throw new IOException(loading.history.log() + " was cut while it was read");
            loading.afterZxid = entries.getLast().zxid();
            return new Piece.OfLog(entries);
        }
        close();
        return new Piece.End(loading.endZxid);
    }

    private List<Entry> entries(TxnLog log, long afterZxid, long toZxid, int maxBytes, int maxEntries)
            throws IOException {
        return entries(log.segments(), log.end().zxid(), afterZxid, toZxid, maxBytes, maxEntries);
    }

    private List<Entry> entries(List<Segment> segments, long endZxid, long afterZxid, long toZxid, int maxBytes,
            int maxEntries) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        try (LogCursor cursor = new LogCursor(disk, segments, endZxid, afterZxid, window)) {
            while (bytes < maxBytes && entries.size() < maxEntries) {
                Entry entry = cursor.next();
                if (entry == null || entry.zxid() > toZxid)
                    break;
                entries.add(entry);
                bytes += entry.payload().size();
            }
        }
        return entries;
    }

    @Override
    public void close() throws IOException {
        if (load != null && load.snapshot != null)
            load.snapshot.close();
        load = null;
    }
}
