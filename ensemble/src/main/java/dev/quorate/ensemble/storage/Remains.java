package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left of a history after damage, or all of it when there was none.
 *
 * @param intact what can be loaded together with a snapshot, and is whole up to its end
 * @param later what else can be read; before each of these runs records are missing
 * @param claimZxid how far the history once reached, by its records, the marks and the snapshots: the member votes with
 *     it
 */
record Remains(LogRun intact, List<LogRun> later, long claimZxid) {

    /** Brings together what is left of the log and of the snapshots; {@code reached} was durable once. */
    static Remains of(LogRecovery.Result found, Snapshots snapshots, LogPoint reached) throws IOException {
        List<LogRun> runs = found.runs();
        long claim = Math.max(runs.isEmpty() ? Zxid.NONE : runs.getLast().end().zxid(), reached.zxid());
        claim = Math.max(claim, snapshots.highestZxid());
        Snapshots.Intact snapshot = snapshots.newestIntact();
        LogPoint start = snapshot == null
                ? LogPoint.START
                : new LogPoint(snapshot.zxid(), snapshot.timeMs(), LogPoint.START.crc());
        LogRun intact = LogRun.empty(start);
        List<LogRun> later = new ArrayList<>();
        for (LogRun run : runs) {
            if (run.reachesFrom(start.zxid(), start.zxid()))
                intact = run;
            else if (run.base().zxid() > start.zxid())
                later.add(run);
        }
        return new Remains(intact, List.copyOf(later), claim);
    }

    /** A history that lost nothing. */
    static Remains whole(LogRun log) {
        return new Remains(log, List.of(), log.end().zxid());
    }

    boolean isWhole() {
        return later.isEmpty() && intact.end().zxid() >= claimZxid;
    }

    List<Hole> holes() {
        return holesAfter(intact.end().zxid());
    }

    /** What is still missing when everything up to {@code zxid} is there. */
    List<Hole> holesAfter(long zxid) {
        List<Hole> holes = new ArrayList<>();
        long end = zxid;
        for (LogRun run : later) {
            if (run.base().zxid() > end)
                holes.add(new Hole(end, run.base().zxid()));
            end = Math.max(end, run.end().zxid());
        }
        if (claimZxid > end)
            holes.add(new Hole(end, claimZxid));
        return holes;
    }

    /** Whether checksums can be compared over the first hole: they cannot where a snapshot is all that precedes it. */
    boolean isChained() {
        return !intact.segments().isEmpty() || intact.end().equals(LogPoint.START);
    }
}
