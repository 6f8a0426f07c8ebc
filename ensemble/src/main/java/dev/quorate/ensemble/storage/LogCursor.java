package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of a log in order, across segments, checking each. For use in one go: the log must not change
 * meanwhile.
 */
final class LogCursor implements Closeable {
    private final Disk disk;
    private final TxnLog log;
    private final Window window;
    private final long afterZxid;
    private int index;
    private SegmentReader reader;

    /** A cursor before the entry that follows {@code afterZxid}, which is not below the log's floor. */
    LogCursor(Disk disk, TxnLog log, long afterZxid, Window window) throws IOException {
        this.disk = disk;
        this.log = log;
        this.window = window;
        this.afterZxid = afterZxid;
        List<Segment> segments = log.segments();
        index = segments.size() - 1;
        while (segments.get(index).base().zxid() > afterZxid)
            index--;
        Segment segment = segments.get(index);
        reader = new SegmentReader(disk, segment, window);
        long position = segment.positionBefore(afterZxid);
        if (position > segment.header.sectorBytes())
            reader.seek(position);
    }

    /** The next entry; null at the end of the log. */
    @Nullable
    Entry next() throws IOException {
        while (true) {
            if (reader.nextRecord()) {
                if (reader.zxid() > afterZxid)
                    return reader.entry();
            } else if (atEndOfSegment()) {
                if (index == log.segments().size() - 1)
                    return null;
                index++;
                reader.close();
                reader = new SegmentReader(disk, log.segments().get(index), window);
            } else {
                nextBatch(limit());
            }
        }
    }

    /** The point after the entry {@code zxid}, at which this cursor was made; null when there is no such entry. */
    @Nullable
    LogPoint pointAt(long zxid) throws IOException {
        while (reader.point().zxid() < zxid && !atEndOfSegment())
            nextBatch(zxid);
        return reader.point().zxid() == zxid ? reader.point() : null;
    }

    private void nextBatch(long limitZxid) throws IOException {
        if (!reader.nextBatch(limitZxid))
            throw new DamagedLog(log.segments().get(index), reader.position());
    }

    private boolean atEndOfSegment() {
        return reader.point().zxid() >= limit();
    }

    private long limit() {
        List<Segment> segments = log.segments();
        return index == segments.size() - 1 ? log.end().zxid() : segments.get(index + 1).base().zxid();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
