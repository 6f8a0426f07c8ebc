package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The finished snapshots of one history, and who reads them. */
final class Snapshots implements Closeable {
    private final Disk disk;
    private final String dir;
    private final List<Long> zxids = new ArrayList<>();
    /** Those that were found intact, with the time of the entry at which each is exact. */
    private final Map<Long, Long> intact = new HashMap<>();
    private final Map<Long, Reading> readings = new HashMap<>();

    /** A snapshot that was read to its end, and the time of the entry at which it is exact. */
    record Intact(long zxid, long timeMs) {}

    /** What a token reads. */
    record Reading(long zxid, SnapshotReader reader) {}

    Snapshots(Disk disk, String dir) throws IOException {
        this.disk = disk;
        this.dir = dir;
        for (String name : disk.list(dir)) {
            Long zxid = SnapshotFormat.zxid(name);
            if (zxid != null)
                zxids.add(zxid);
        }
    }

    /** Their zxids, ascending; damaged ones are among them until they are read. */
    List<Long> zxids() {
        return zxids;
    }

    SnapshotReader open(long zxid) throws IOException {
        return new SnapshotReader(disk, path(zxid), zxid);
    }

    /** The newest intact one; null when there is none. */
    @Nullable
    Intact newestIntact() throws IOException {
        Long newest = newestIntact(Zxid.NONE, Long.MAX_VALUE);
        Long timeMs = newest == null ? null : intact.get(newest);
        return newest == null || timeMs == null ? null : new Intact(newest, timeMs);
    }

    /** The highest zxid of any, {@code Zxid.NONE} when there is none. */
    long highestZxid() {
        return zxids.isEmpty() ? Zxid.NONE : zxids.getLast();
    }

    /** The newest intact one that is not beyond {@code atMost} nor below {@code atLeast}; null when there is none. */
    @Nullable
    Long newestIntact(long atLeast, long atMost) throws IOException {
        for (Long zxid : zxids.reversed())
            if (zxid >= atLeast && zxid <= atMost && isIntact(zxid))
                return zxid;
        return null;
    }

    private boolean isIntact(long zxid) throws IOException {
        if (intact.containsKey(zxid))
            return true;
        try (SnapshotReader reader = open(zxid)) {
            reader.check();
            intact.put(zxid, reader.timeMs());
            return true;
        } catch (SnapshotReader.Damaged e) {
            return false;
        }
    }

    /** A new one is finished, exact at an entry of this time. */
    void add(long zxid, long timeMs) {
        zxids.remove((Object) zxid);
        zxids.add(zxid);
        intact.put(zxid, timeMs);
    }

    /** It cannot be read: it is not offered any more. Its file stays for whoever wants to look at it. */
    void disregard(long zxid) {
        zxids.remove((Object) zxid);
    }

    /** What this token reads: the newest one not below {@code atLeast} at its first call; null when there is none. */
    @Nullable
    Reading reading(long token, long atLeast) throws IOException {
        Reading reading = readings.get(token);
        while (reading == null && !zxids.isEmpty() && zxids.getLast() >= atLeast) {
            long zxid = zxids.getLast();
            try {
                reading = new Reading(zxid, open(zxid));
                readings.put(token, reading);
            } catch (SnapshotReader.Damaged e) {
                disregard(zxid);
            }
        }
        return reading;
    }

    void endReading(long token) throws IOException {
        Reading reading = readings.remove(token);
        if (reading != null)
            reading.reader.close();
    }

    /** Deletes all but the newest {@code kept} and those that are being read; gives the oldest that is left. */
    long purge(int kept) throws IOException {
        boolean purged = false;
        for (Long zxid : List.copyOf(zxids.subList(0, Math.max(0, zxids.size() - kept)))) {
            if (readings.values().stream().anyMatch(each -> each.zxid == zxid))
                continue;
            disk.delete(path(zxid));
            zxids.remove(zxid);
            purged = true;
        }
        if (purged)
            disk.syncDir(dir);
        return zxids.getFirst();
    }

    /** Deletes those beyond {@code zxid}. */
    void cut(long zxid) throws IOException {
        while (!zxids.isEmpty() && zxids.getLast() > zxid) {
            disk.delete(path(zxids.removeLast()));
            disk.syncDir(dir);
        }
    }

    private String path(long zxid) {
        return dir + "/" + SnapshotFormat.name(zxid);
    }

    @Override
    public void close() throws IOException {
        for (Reading each : readings.values())
            each.reader.close();
        readings.clear();
    }
}
