package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A log in the making that is to replace a damaged one. It shares what precedes the damage and goes on in segments of
 * its own; the damaged log stays as it is, and what it claims with it, until this one takes its place.
 */
final class Refill implements Closeable {
    private final Disk disk;
    private final Window window;
    private final int batchBytes;
    private final Remains remains;
    private final LogPoint reached;
    private final TxnLog log;
    private final List<Long> epochEnds = new ArrayList<>();
    private int runsPassed;

    /**
     * @param damaged the log as far as it is intact
     * @param point where it goes on
     * @param reached a point of the damaged log that is known to be right
     */
    Refill(Disk disk, Window window, int batchBytes, Remains remains, TxnLog damaged, LogPoint point, LogPoint reached)
            throws IOException {
        this.disk = disk;
        this.window = window;
        this.batchBytes = batchBytes;
        this.remains = remains;
        this.reached = reached;
        log = damaged.branch(point);
        for (long zxid : remains.intact().epochEnds())
            if (zxid < point.zxid())
                LogRun.addEpochEnd(epochEnds, zxid);
        if (point.zxid() != Zxid.NONE)
            LogRun.addEpochEnd(epochEnds, point.zxid());
    }

    TxnLog log() {
        return log;
    }

    List<Long> epochEnds() {
        return epochEnds;
    }

    /**
     * Fills the damaged log with entries that others have, and goes on with its own ones where it can be read again.
     *
     * @return false when the entries are not those that were here: they do not fit what is known of the log
     */
    boolean fill(List<Entry> entries) throws IOException {
        append(entries);
        if (!fits(reached))
            return false;
        while (runsPassed < remains.later().size()) {
            LogRun run = remains.later().get(runsPassed);
            if (log.end().zxid() < run.base().zxid())
                break;
            if (!fits(run.base()))
                return false;
            copy(run);
            runsPassed++;
        }
        return true;
    }

    private boolean fits(LogPoint known) {
        return !remains.isChained() || log.end().zxid() != known.zxid() || log.end().crc() == known.crc();
    }

    private void append(List<Entry> entries) throws IOException {
        if (entries.isEmpty())
            return;
        log.beginBatch();
        log.add(entries);
        log.commitBatch();
        for (Entry each : entries)
            LogRun.addEpochEnd(epochEnds, each.zxid());
    }

    private void copy(LogRun run) throws IOException {
        long afterZxid = Math.max(run.base().zxid(), log.end().zxid());
        try (LogCursor cursor = new LogCursor(disk, run.segments(), run.end().zxid(), afterZxid, window)) {
            List<Entry> batch = new ArrayList<>();
            int bytes = 0;
            for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
                batch.add(entry);
                bytes += entry.payload().size();
                if (bytes >= batchBytes) {
                    append(batch);
                    batch = new ArrayList<>();
                    bytes = 0;
                }
            }
            append(batch);
        }
    }

    List<Hole> holes() {
        return remains.holesAfter(log.end().zxid());
    }

    /** Drops it: the damaged log is still what counts. */
    void drop(TxnLog damaged) throws IOException {
        close();
        log.deleteBranch(damaged);
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
