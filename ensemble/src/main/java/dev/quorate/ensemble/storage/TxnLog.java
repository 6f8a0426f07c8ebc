package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of one history: a chain of segments. A batch is written and made durable before the next one is begun.
 * Nothing that was written is ever changed: to cut the log, a new segment is begun that goes on from an earlier point.
 */
final class TxnLog implements Closeable {
    /** Told of a new segment before anything in it is acknowledged. */
    interface NewestSegment {
        void is(long number, LogPoint durable) throws IOException;
    }

    private final Disk disk;
    private final String dir;
    private final StorageSettings settings;
    private final List<Segment> segments;
    private final Checksum checksum = new Checksum();
    private final BatchEncoder encoder;
    private NewestSegment newest;
    private @Nullable DiskFile file;
    private LogPoint end;
    private boolean unmarked;
    private long allocatedBytes;

    /**
     * A log that goes on after what was recovered; {@link #beginSegment} comes before the first append.
     *
     * @param segments the chain, oldest first
     */
    TxnLog(Disk disk, String dir, StorageSettings settings, List<Segment> segments, LogPoint end) {
        this.disk = disk;
        this.dir = dir;
        this.settings = settings;
        this.segments = new ArrayList<>(segments);
        this.end = end;
        newest = (number, durable) -> {};
        encoder = new BatchEncoder(settings.limits().batchBytes());
    }

    void tell(NewestSegment listener) {
        newest = listener;
    }

    /** The end of the log; all before it is durable. */
    LogPoint end() {
        return end;
    }

    /** Where the log begins: entries up to there are not in it. */
    LogPoint floor() {
        return segments.isEmpty() ? end : segments.getFirst().base();
    }

    List<Segment> segments() {
        return segments;
    }

    long newestNumber() {
        return segments.getLast().header.number();
    }

    /** Starts a batch. */
    void beginBatch() {
        encoder.begin(end);
    }

    void add(List<Entry> entries) {
        for (Entry each : entries)
            encoder.add(each);
    }

    int batchBytes() {
        return encoder.bytes();
    }

    /** Writes the batch and makes it durable. */
    void commitBatch() throws IOException {
        if (segments.getLast().endPosition >= settings.limits().segmentBytes()) {
            Segment segment = create(newestNumber(), newestNumber() + 1, end);
            newest.is(segment.header.number(), end);
        }
        Segment segment = segments.getLast();
        long position = segment.endPosition;
        ByteBuffer bytes = encoder.finish(segment.seed(position), segment.header.sectorBytes());
        int length = bytes.remaining();
        DiskFile open = open(segment);
        allocate(open, position + length);
        open.write(bytes, position);
        open.force();
        segment.batchStarts(end.zxid(), position);
        segment.endPosition = position + length;
        unmarked = !end.equals(encoder.end());
        end = encoder.end();
    }

    /** Writes a mark for what the last batch acknowledged, unless there is one. */
    void mark() throws IOException {
        if (!unmarked)
            return;
        beginBatch();
        commitBatch();
    }

    /**
     * Begins a segment after recovery, so that what was torn at the end of the last one needs no care.
     *
     * @param after the highest number that any file has
     */
    void beginSegment(long after) throws IOException {
        create(segments.isEmpty() ? 0 : newestNumber(), after + 1, end);
    }

    /** The point after the entry {@code zxid}; null when the log does not hold it. */
    @Nullable
    LogPoint find(long zxid, Window window) throws IOException {
        if (zxid == end.zxid())
            return end;
        try (LogCursor cursor = new LogCursor(disk, this, zxid, window)) {
            return cursor.pointAt(zxid);
        }
    }

    /**
     * Cuts the log after {@code point}.
     *
     * @param committed told of the segment that makes the cut; the cut is done when it returns
     */
    void cut(LogPoint point, NewestSegment committed) throws IOException {
        long number = newestNumber() + 1;
        List<Segment> dead = new ArrayList<>();
        while (!segments.isEmpty() && segments.getLast().base().zxid() >= point.zxid())
            dead.add(segments.removeLast());
        Segment segment = create(segments.isEmpty() ? 0 : newestNumber(), number, point);
        end = point;
        unmarked = false;
        committed.is(segment.header.number(), point);
        for (Segment each : dead) {
            disk.delete(each.path);
            disk.syncDir(dir);
        }
    }

    /**
     * Deletes segments of which nothing is needed, the oldest first: what follows {@code zxid} stays, and some more.
     */
    void purge(long zxid) throws IOException {
        long kept = 0;
        int first = segments.size() - 1;
        while (first > 0 && (segments.get(first).base().zxid() > zxid || kept < settings.limits().logKeptBytes())) {
            kept += segments.get(first).endPosition;
            first--;
        }
        for (int i = 0; i < first; i++)
            disk.delete(segments.removeFirst().path);
        if (first > 0)
            disk.syncDir(dir);
    }

    private Segment create(long previous, long number, LogPoint base) throws IOException {
        close();
        int sectorBytes = settings.limits().sectorBytes();
        long salt = settings.random().getAsLong();
        Segment segment = new Segment(dir, new LogFormat.SegmentHeader(sectorBytes, number, previous, base, salt));
        DiskFile created = disk.create(segment.path);
        file = created;
        allocatedBytes = sectorBytes;
        created.write(LogFormat.encode(segment.header, checksum), 0);
        created.force();
        disk.syncDir(dir);
        segments.add(segment);
        return segment;
    }

    private DiskFile open(Segment segment) throws IOException {
        DiskFile open = file;
        if (open == null) {
            open = disk.open(segment.path);
            file = open;
            allocatedBytes = open.size();
        }
        return open;
    }

    /** The file grows in large steps, ahead of what is written: so most batches change no metadata. */
    private void allocate(DiskFile open, long needed) throws IOException {
        if (needed <= allocatedBytes)
            return;
        long step = settings.limits().allocateBytes();
        allocatedBytes = (needed + step - 1) / step * step;
        open.preallocate(allocatedBytes);
    }

    @Override
    public void close() throws IOException {
        if (file != null)
            file.close();
        file = null;
    }

    @Override
    public String toString() {
        return "log up to " + Zxid.text(end.zxid());
    }
}
