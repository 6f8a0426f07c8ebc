package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks all of a log after a start, on both sides of what is damaged. The chain of checksums is taken up
 * again at places that are proven: the base of a segment, and the mark in the header of a batch, which was written only
 * after all up to it was durable. Only what lies after the last proof may be the torn end of a batch that nobody was
 * promised.
 */
final class LogRecovery {
    private final Disk disk;
    private final String dir;
    private final Window window;
    private final Checksum checksum = new Checksum();

    private final LogFormat.@Nullable SegmentHeader newest;
    private final LogPoint reached;
    private final long provenZxid;
    /** Segments whose content is not what was written under their numbers here. */
    private final Set<Long> foreign = new HashSet<>();
    private List<LogRun> runs = new ArrayList<>();
    private boolean newestIsUnused;
    private boolean newestHeaderIsBad;
    private boolean endsBlank;
    private boolean contradicted;

    /**
     * @param newest header of the segment that must be there; null: the log is empty
     * @param reached a point up to which the log was durable once
     * @param snapshotZxid the highest zxid of a snapshot, which shows that the log reached there
     */
    LogRecovery(Disk disk, String dir, Window window, LogFormat.@Nullable SegmentHeader newest, LogPoint reached,
            long snapshotZxid) {
        this.disk = disk;
        this.dir = dir;
        this.window = window;
        this.newest = newest;
        this.reached = reached;
        provenZxid = Math.max(reached.zxid(), snapshotZxid);
    }

    /**
     * What is there.
     *
     * @param runs in the order of the log; between two of them records are missing
     * @param newestIsUnused whether nothing was ever written to the newest segment, so that the log can go on in it
     * @param newestHeaderIsBad whether the newest segment could be read only because the epoch file has a copy of its
     *     header
     * @param endIsLost whether the log certainly reached further and not even something damaged is left there: nobody
     *     knows how much was acknowledged
     */
    record Result(List<LogRun> runs, boolean newestIsUnused, boolean newestHeaderIsBad, boolean endIsLost) {}

    Result run() throws IOException {
        LogFormat.SegmentHeader header = newest;
        if (header == null)
            return new Result(List.of(), false, false, provenZxid > Zxid.NONE);
        boolean again = true;
        while (again) {
            runs = new ArrayList<>();
            List<Segment> chain = gather(header);
            again = false;
            for (int i = chain.size() - 1; i >= 0 && !again; i--)
                again = !scan(chain.get(i), i + 1 < chain.size() ? chain.get(i + 1).base() : null);
        }
        boolean lost = runs.stream().flatMap(run -> run.segments().stream())
                .noneMatch(segment -> segment.header.number() == header.number());
        return new Result(joined(), newestIsUnused && !newestHeaderIsBad, newestHeaderIsBad, lost || endsBlank);
    }

    /** The segments that can be read, oldest first; a missing one is passed over. */
    private List<Segment> gather(LogFormat.SegmentHeader newestHeader) throws IOException {
        List<String> names = disk.list(dir);
        List<Segment> chain = new ArrayList<>();
        long number = newestHeader.number();
        long belowZxid = Long.MAX_VALUE;
        while (number != 0) {
            LogFormat.SegmentHeader header = names.contains(Segment.name(number)) ? header(number) : null;
            if (header != null && !foreign.contains(number) && header.base().zxid() <= belowZxid) {
                chain.addFirst(new Segment(dir, header));
                belowZxid = header.base().zxid();
                number = header.previous();
            } else {
                number = highestBelow(names, number);
            }
        }
        return chain;
    }

    private static long highestBelow(List<String> names, long limit) {
        long highest = 0;
        for (String name : names) {
            Long number = Segment.number(name);
            if (number != null && number < limit)
                highest = Math.max(highest, number);
        }
        return highest;
    }

    /**
     * The newest segment is known by the epoch file: its own header need not be good, but it may not be another one.
     */
    private LogFormat.@Nullable SegmentHeader header(long number) throws IOException {
        LogFormat.SegmentHeader copy = newest;
        try (DiskFile file = disk.open(Segment.path(dir, number))) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(file.size(), 512));
            file.read(buffer, 0);
            LogFormat.SegmentHeader header = LogFormat.decode(buffer.flip(), checksum);
            if (copy != null && copy.number() == number) {
                newestHeaderIsBad = header == null;
                // The header was durable before the epoch file named it: a file without one was cut.
                boolean cut = file.size() < copy.sectorBytes();
                return !cut && (header == null || header.equals(copy)) ? copy : null;
            }
            return header != null && header.number() == number ? header : null;
        }
    }

    /**
     * Reads what is readable of a segment.
     *
     * @param goesOnAt where the next segment goes on; null for the newest one
     * @return false when its content is not what was written here: then it is noted as foreign
     */
    private boolean scan(Segment segment, @Nullable LogPoint goesOnAt) throws IOException {
        long limit = goesOnAt == null ? Long.MAX_VALUE : goesOnAt.zxid();
        List<LogRun> found = new ArrayList<>();
        contradicted = false;
        try (SegmentReader reader = new SegmentReader(disk, segment, window)) {
            Part part = new Part(segment);
            while (reader.point().zxid() < limit) {
                if (part.readBatch(reader, limit))
                    continue;
                LogPoint good = reader.good();
                if (!reader.resume(limit))
                    break;
                found.add(part.end(good));
                part = new Part(segment.from(reader.position(), reader.point()));
            }
            boolean proven = goesOnAt != null || provenZxid > reader.point().zxid();
            found.add(part.end(proven ? reader.good() : reader.point()));
            if (goesOnAt == null) {
                newestIsUnused = reader.fileBytes() <= segment.header.sectorBytes();
                endsBlank = proven && reader.isBlank();
            }
            if (contradicted || (goesOnAt != null && differs(goesOnAt, found.getLast().end()))) {
                foreign.add(segment.header.number());
                return false;
            }
        }
        runs.addAll(0, found);
        return true;
    }

    /** Whether two points at the same zxid are of different histories. */
    private static boolean differs(LogPoint one, LogPoint other) {
        return one.zxid() == other.zxid() && !one.equals(other);
    }

    /** A part of a segment, as it is read. */
    private final class Part {
        private final Segment segment;
        private final List<Long> epochEnds = new ArrayList<>();
        /** Good records of the batch that could not be read as a whole. */
        private final List<Long> partial = new ArrayList<>();

        Part(Segment segment) {
            this.segment = segment;
            if (segment.base().zxid() != Zxid.NONE)
                epochEnds.add(segment.base().zxid());
        }

        boolean readBatch(SegmentReader reader, long limitZxid) throws IOException {
            long position = reader.position();
            long zxid = reader.point().zxid();
            boolean good = reader.nextBatch(limitZxid);
            if (good || reader.good().zxid() > zxid)
                segment.batchStarts(zxid, position);
            while (reader.nextRecord()) {
                if (good)
                    LogRun.addEpochEnd(epochEnds, reader.zxid());
                else
                    partial.add(reader.zxid());
                contradicted |= differs(reached, reader.recordPoint());
            }
            segment.endPosition = reader.position();
            return good;
        }

        LogRun end(LogPoint end) {
            for (long zxid : partial)
                if (zxid <= end.zxid())
                    LogRun.addEpochEnd(epochEnds, zxid);
            return new LogRun(List.of(segment), end, epochEnds);
        }
    }

    /** Runs that follow each other directly are one. */
    private List<LogRun> joined() {
        List<LogRun> joined = new ArrayList<>();
        for (LogRun run : runs) {
            LogRun before = joined.isEmpty() ? null : joined.getLast();
            if (before != null && before.end().equals(run.base()))
                joined.set(joined.size() - 1, before.joinedWith(run));
            else
                joined.add(run);
        }
        return joined;
    }
}
