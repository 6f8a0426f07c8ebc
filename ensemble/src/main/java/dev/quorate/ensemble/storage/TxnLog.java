package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The log of one history: a chain of segments. A batch is written and made durable before the next one is begun.
 * Nothing that was written is ever changed: to cut the log, a new segment is begun that goes on from an earlier point.
 */
final class TxnLog implements Closeable {
    /** Told of a new segment before anything in it is acknowledged. */
    interface NewestSegment {
        void is(LogFormat.SegmentHeader header, LogPoint durable) throws IOException;
    }

    private static final int MOST_DELETIONS = 8;

    private final Disk disk;
    private final String dir;
    private final StorageSettings settings;
    private final List<Segment> segments;
    /** Purged, oldest first, and not deleted yet. */
    private final Queue<Segment> doomed = new ArrayDeque<>();
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
        newest = (header, durable) -> {};
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

    String path(long number) {
        return Segment.path(dir, number);
    }

    /** The highest number of any segment in the directory, of this log or not. */
    long highestNumber() throws IOException {
        return Segment.highest(disk.list(dir));
    }

    long newestNumber() {
        return segments.getLast().header.number();
    }

    LogFormat.SegmentHeader newestHeader() {
        return segments.getLast().header;
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
            newest.is(segment.header, end);
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
        try (LogCursor cursor = new LogCursor(disk, segments, end.zxid(), zxid, window)) {
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
        committed.is(segment.header, point);
        delete(dead);
    }

    /**
     * Deletes segments of which nothing is needed, the oldest first: what follows {@code zxid} stays, and some more.
     *
     * @param keptBytes how much stays at least
     */
    void purge(long zxid, long keptBytes) throws IOException {
        long kept = 0;
        int first = segments.size() - 1;
        while (first > 0 && (segments.get(first).base().zxid() > zxid || kept < keptBytes)) {
            kept += segments.get(first).endPosition;
            first--;
        }
        List<Segment> dead = segments.subList(0, Math.max(0, first));
        doomed.addAll(dead);
        dead.clear();
    }

    /**
     * Deletes some of what was purged; tells whether there is more. Each deletion waits for the disk, and so would
     * everybody else.
     */
    boolean deletePurged() throws IOException {
        List<Segment> some = new ArrayList<>();
        while (some.size() < MOST_DELETIONS && !doomed.isEmpty())
            some.add(doomed.remove());
        delete(some);
        return !doomed.isEmpty();
    }

    /** Deletes files in this order, each durably before the next; of a damaged one another part may still be in use. */
    private void delete(List<Segment> dead) throws IOException {
        for (Segment each : dead) {
            if (segments.stream().anyMatch(kept -> kept.path.equals(each.path)))
                continue;
            disk.delete(each.path);
            disk.syncDir(dir);
        }
    }

    /** Deletes the segments that this log, a branch, has for itself. */
    void deleteBranch(TxnLog trunk) throws IOException {
        segments.removeIf(trunk.segments::contains);
        List<Segment> own = List.copyOf(segments);
        segments.clear();
        delete(own);
    }

    /** Deletes all segments in the directory that are not part of this log. */
    void deleteOthers() throws IOException {
        boolean deleted = false;
        Set<String> own = new HashSet<>();
        for (Segment each : segments)
            own.add(each.path);
        for (String name : disk.list(dir)) {
            String path = dir + "/" + name;
            boolean other = Segment.number(name) != null && !own.contains(path);
            if (other)
                disk.delete(path);
            deleted |= other;
        }
        if (deleted)
            disk.syncDir(dir);
    }

    /**
     * A log that goes on from a point of this one in segments of its own; this one stays as it is.
     *
     * @param point the end of this log or a point in it
     */
    TxnLog branch(LogPoint point) throws IOException {
        List<Segment> kept = new ArrayList<>(segments);
        while (!kept.isEmpty() && kept.getLast().base().zxid() >= point.zxid())
            kept.removeLast();
        TxnLog branch = new TxnLog(disk, dir, settings, kept, point);
        branch.beginSegment(highestNumber());
        return branch;
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
