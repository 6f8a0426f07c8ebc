package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks all of a log after a start. Only what lies after the last mark may be the torn end of a batch that
 * nobody was promised; anything else that is missing is damage, and is told.
 */
final class LogRecovery {
    private final Disk disk;
    private final String dir;
    private final Window window;
    private final Checksum checksum = new Checksum();

    private final List<Segment> chain = new ArrayList<>();
    private final List<Long> epochEnds = new ArrayList<>();
    private LogPoint end = LogPoint.START;
    private boolean newestIsUnused;
    private LogPoint mark = LogPoint.START;
    private @Nullable String damage;
    private @Nullable String gap;

    LogRecovery(Disk disk, String dir, Window window) {
        this.disk = disk;
        this.dir = dir;
        this.window = window;
    }

    /**
     * What is there.
     *
     * @param chain the segments of the log, oldest first
     * @param end the end of the last good entry that nothing contradicts
     * @param epochEnds the last zxid of each epoch after the log's floor, the floor itself too unless it is NONE
     * @param newestIsUnused whether nothing was ever written to the newest segment, so that the log can go on in it
     * @param damage null when nothing is missing at the end; else what is
     * @param gap null unless something older than the chain is missing or damaged; then what
     */
    record Result(
            List<Segment> chain,
            LogPoint end,
            List<Long> epochEnds,
            boolean newestIsUnused,
            @Nullable String damage,
            @Nullable String gap) {
        LogPoint floor() {
            return chain.isEmpty() ? end : chain.getFirst().base();
        }
    }

    /**
     * @param newestSegment number of the segment that must be there; 0: the log is empty
     * @param reached a point up to which the log was durable once
     */
    Result run(long newestSegment, LogPoint reached) throws IOException {
        mark = reached;
        if (newestSegment != 0)
            gather(newestSegment);
        for (int i = 0; i < chain.size();) {
            if (i == 0)
                startAt(chain.getFirst().base());
            boolean newest = i == chain.size() - 1;
            if (newest) {
                scanNewest(chain.get(i));
                i++;
            } else if (scan(chain.get(i), chain.get(i + 1).base())) {
                i++;
            } else {
                // The log is only as long as it is whole: what follows the gap serves if a snapshot reaches there.
                gap = chain.get(i).path + " is damaged after " + Zxid.text(end.zxid());
                chain.subList(0, i + 1).clear();
                i = 0;
            }
        }
        if (damage == null && end.zxid() < mark.zxid())
            damage = "the log ends at " + Zxid.text(end.zxid()) + ", and " + Zxid.text(mark.zxid())
                    + " was acknowledged";
        return new Result(chain, end, epochEnds, newestIsUnused, damage, gap);
    }

    private void gather(long newestSegment) throws IOException {
        List<String> names = disk.list(dir);
        long number = newestSegment;
        while (number != 0) {
            String path = Segment.path(dir, number);
            LogFormat.SegmentHeader header = names.contains(path.substring(dir.length() + 1))
                    ? header(path, number)
                    : null;
            if (header == null) {
                if (number == newestSegment)
                    damage = "the newest segment of the log, " + path + ", is missing or damaged";
                gap = path + " is missing or damaged";
                break;
            }
            chain.add(new Segment(dir, header));
            number = header.previous();
        }
        Collections.reverse(chain);
    }

    private LogFormat.@Nullable SegmentHeader header(String path, long number) throws IOException {
        try (DiskFile file = disk.open(path)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(file.size(), 512));
            file.read(buffer, 0);
            LogFormat.SegmentHeader header = LogFormat.decode(buffer.flip(), checksum);
            return header != null && header.number() == number ? header : null;
        }
    }

    private void startAt(LogPoint floor) {
        end = floor;
        epochEnds.clear();
        if (floor.zxid() != Zxid.NONE)
            epochEnds.add(floor.zxid());
    }

    /** Reads a segment up to where the next one goes on; false when it does not get there. */
    private boolean scan(Segment segment, LogPoint goesOnAt) throws IOException {
        try (SegmentReader reader = new SegmentReader(disk, segment, window)) {
            while (end.zxid() < goesOnAt.zxid() && readBatch(segment, reader, goesOnAt.zxid())) {
            }
        }
        return end.equals(goesOnAt);
    }

    private void scanNewest(Segment segment) throws IOException {
        try (SegmentReader reader = new SegmentReader(disk, segment, window)) {
            newestIsUnused = reader.fileBytes() <= segment.header.sectorBytes();
            while (readBatch(segment, reader, Long.MAX_VALUE)) {
            }
            if (reader.wentOn())
                damage = segment.path + " is damaged at byte " + reader.position() + ", and the log once went on after "
                        + Zxid.text(end.zxid());
        }
    }

    private boolean readBatch(Segment segment, SegmentReader reader, long limitZxid) throws IOException {
        long position = reader.position();
        if (!reader.nextBatch(limitZxid))
            return false;
        segment.batchStarts(end.zxid(), position);
        while (reader.nextRecord())
            entry(reader.zxid());
        end = reader.point();
        if (end.zxid() == mark.zxid() && !end.equals(mark))
            damage = segment.path + " is not the log that was written here: it differs at " + Zxid.text(end.zxid());
        segment.endPosition = reader.position();
        return true;
    }

    private void entry(long zxid) {
        if (!epochEnds.isEmpty() && Zxid.epoch(epochEnds.getLast()) == Zxid.epoch(zxid))
            epochEnds.removeLast();
        epochEnds.add(zxid);
    }
}
