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
    private final List<Segment> segments;
    private final long endZxid;
    private final Window window;
    private final long afterZxid;
    private int index;
    private SegmentReader reader;

    /**
     * A cursor before the entry that follows {@code afterZxid}, which is not below the base of the first segment.
     *
     * @param segments what is read, at least one
     * @param endZxid where it ends
     */
    LogCursor(Disk disk, List<Segment> segments, long endZxid, long afterZxid, Window window) throws IOException {
        this.disk = disk;
        this.segments = segments;
        this.endZxid = endZxid;
        this.window = window;
        this.afterZxid = afterZxid;
        index = segments.size() - 1;
        while (segments.get(index).base().zxid() > afterZxid)
            index--;
        Segment segment = segments.get(index);
        reader = new SegmentReader(disk, segment, window);
        long position = segment.positionBefore(afterZxid);
        if (position > segment.startPosition())
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
                if (index == segments.size() - 1)
                    return null;
                index++;
                reader.close();
                reader = new SegmentReader(disk, segments.get(index), window);
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
            throw new DamagedLog(segments.get(index), reader.position());
    }

    private boolean atEndOfSegment() {
        return reader.point().zxid() >= limit();
    }

    private long limit() {
        return index == segments.size() - 1 ? endZxid : segments.get(index + 1).base().zxid();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
