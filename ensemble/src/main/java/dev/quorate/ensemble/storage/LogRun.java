package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a log that can be read without interruption. A log that lost nothing is a single one.
 *
 * @param segments what is readable of each segment, oldest first
 * @param end the point after its last record
 * @param epochEnds the last zxid of each epoch in it, its base too unless that is NONE; ascending
 */
record LogRun(List<Segment> segments, LogPoint end, List<Long> epochEnds) {
    /** A run without any record. */
    static LogRun empty(LogPoint at) {
        return new LogRun(List.of(), at, at.zxid() == Zxid.NONE ? List.of() : List.of(at.zxid()));
    }

    LogPoint base() {
        return segments.isEmpty() ? end : segments.getFirst().base();
    }

    boolean reachesFrom(long lowZxid, long highZxid) {
        return base().zxid() <= lowZxid && highZxid <= end.zxid();
    }

    /** This run and one that follows it directly. */
    LogRun joinedWith(LogRun next) {
        List<Segment> all = new ArrayList<>(segments);
        all.addAll(next.segments);
        List<Long> ends = new ArrayList<>(epochEnds);
        next.epochEnds.forEach(zxid -> addEpochEnd(ends, zxid));
        return new LogRun(all, next.end, ends);
    }

    /** A history goes on to {@code zxid}: keeps the last zxid of each epoch. */
    static void addEpochEnd(List<Long> epochEnds, long zxid) {
        if (!epochEnds.isEmpty() && Zxid.epoch(epochEnds.getLast()) == Zxid.epoch(zxid))
            epochEnds.removeLast();
        epochEnds.add(zxid);
    }
}
