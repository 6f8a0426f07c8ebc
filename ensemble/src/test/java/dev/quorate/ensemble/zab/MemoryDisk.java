package dev.quorate.ensemble.zab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A disk that carries out one thing after the other; a crash loses what was not carried out. */
final class MemoryDisk {
    private final ArrayDeque<Runnable> asked = new ArrayDeque<>();
    private List<Entry> log = new ArrayList<>();
    private @Nullable List<Entry> staged;
    private long stagedFloor = -1;
    private long floorZxid;
    private long acceptedEpoch;
    private long currentEpoch;
    /** What damage took: entries of these zxids are missing, and were there once. */
    private final TreeMap<Long, Entry> missing = new TreeMap<>();
    private final List<Entry> lent = new ArrayList<>();
    private List<FoundingMember> founding = List.of();

    /** All entries of the history; those up to the floor stand for a snapshot. */
    List<Entry> log() {
        return log;
    }

    long floorZxid() {
        return floorZxid;
    }

    long lastZxid() {
        return lastOf(log);
    }

    static long lastOf(List<Entry> entries) {
        return entries.isEmpty() ? Zxid.NONE : entries.getLast().zxid();
    }

    void founding(List<FoundingMember> members) {
        founding = members;
    }

    void purgeTo(long zxid) {
        floorZxid = Math.max(floorZxid, zxid);
    }

    boolean holds(Entry entry) {
        return log.contains(entry);
    }

    /** Makes some entries unreadable. */
    void damage(Collection<Entry> entries) {
        for (Entry entry : entries)
            if (log.remove(entry))
                missing.put(entry.zxid(), entry);
    }

    boolean isDamaged() {
        return !missing.isEmpty();
    }

    /** All that can be read without a hole. */
    List<Entry> intact() {
        return isDamaged() ? log.stream().filter(entry -> entry.zxid() < missing.firstKey()).toList() : log;
    }

    /** What can be told to a damaged member that needs entries after one that is here. */
    List<Entry> records(long afterZxid, long toZxid) {
        boolean here = afterZxid == Zxid.NONE || log.stream().anyMatch(entry -> entry.zxid() == afterZxid);
        boolean branch = Zxid.epoch(afterZxid) == Zxid.epoch(toZxid)
                || log.stream().anyMatch(entry -> entry.zxid() == toZxid);
        Long next = missing.higherKey(afterZxid);
        return !here || !branch
                ? List.of()
                : log.stream().filter(entry -> entry.zxid() > afterZxid && entry.zxid() <= toZxid
                        && (next == null || entry.zxid() < next)).limit(3).toList();
    }

    private List<Hole> holes() {
        List<Hole> holes = new ArrayList<>();
        long before = Zxid.NONE;
        List<Long> all = new ArrayList<>(missing.keySet());
        log.forEach(entry -> all.add(entry.zxid()));
        all.sort(null);
        for (long zxid : all) {
            boolean hole = missing.containsKey(zxid);
            boolean goesOn = !holes.isEmpty() && holes.getLast().toZxid() == before;
            if (hole && goesOn)
                holes.set(holes.size() - 1, new Hole(holes.getLast().afterZxid(), zxid));
            else if (hole)
                holes.add(new Hole(before, zxid));
            before = zxid;
        }
        return holes;
    }

    private void fill(Effect.Fill fill, Consumer<Event> done) {
        for (Entry entry : fill.entries()) {
            Context.check(entry.equals(missing.get(entry.zxid())), "filled with what was not there: " + entry);
        }
        // All is put in place at once, or nothing is.
        lent.addAll(fill.entries());
        if (lent.size() < missing.size()) {
            TreeMap<Long, Entry> left = new TreeMap<>(missing);
            lent.forEach(entry -> left.remove(entry.zxid()));
            MemoryDisk then = new MemoryDisk();
            then.log = new ArrayList<>(log);
            then.log.addAll(lent);
            then.missing.putAll(left);
            done.accept(new Event.Filled(fill.generation(), then.holes()));
            return;
        }
        log.addAll(lent);
        log.sort(Comparator.comparingLong(Entry::zxid));
        missing.clear();
        lent.clear();
        done.accept(new Event.Repaired(fill.generation(), recovered(), List.of()));
    }

    Recovered recovered() {
        List<Hole> holes = holes();
        List<Entry> log = intact();
        List<Long> ends = new ArrayList<>();
        if (floorZxid != Zxid.NONE) {
            ends.add(floorZxid);
        }
        for (int i = 0; i < log.size(); i++) {
            long zxid = log.get(i).zxid();
            boolean end = i + 1 == log.size() || Zxid.epoch(log.get(i + 1).zxid()) != Zxid.epoch(zxid);
            if (end && zxid > floorZxid) {
                ends.add(zxid);
            }
        }
        long timeMs = log.isEmpty() ? 0 : log.getLast().timeMs();
        long claimed = holes.isEmpty() ? lastOf(log) : Math.max(lastZxid(), holes.getLast().toZxid());
        return new Recovered(acceptedEpoch, currentEpoch, claimed, floorZxid, ends, timeMs, founding, holes, null);
    }

    /** Whether something is still to be carried out. */
    boolean isBusy() {
        return !asked.isEmpty();
    }

    /** Carries out the next thing that was asked. */
    void carryOutOne() {
        asked.remove().run();
    }

    /** The process or the machine is gone: what was not carried out never will be. */
    void crash() {
        asked.clear();
        lent.clear();
        staged = null;
    }

    void perform(Effect effect, Consumer<Event> done) {
        switch (effect) {
            case Effect.Append e -> asked.add(() -> {
                List<Entry> target = staged != null ? staged : log;
                for (Entry entry : e.entries()) {
                    Context.check(Zxid.follows(lastOf(target), entry.zxid()), "a gap on disk");
                    target.add(entry);
                }
                done.accept(new Event.Appended(e.generation(), lastOf(target)));
            });
            case Effect.SaveEpochs e -> asked.add(() -> {
                acceptedEpoch = e.acceptedEpoch();
                currentEpoch = e.currentEpoch();
                switchToStaged();
                done.accept(new Event.EpochsSaved(e.generation()));
            });
            case Effect.Refill e -> asked.add(() -> {
                staged = new ArrayList<>(intact());
                staged.removeIf(entry -> entry.zxid() > e.afterZxid());
                stagedFloor = floorZxid;
            });
            case Effect.Fill e -> asked.add(() -> fill(e, done));
            case Effect.Truncate e -> asked.add(() -> {
                log.removeIf(entry -> entry.zxid() > e.zxid());
                done.accept(new Event.Truncated(e.generation(), lastZxid()));
            });
            case Effect.Fence e -> asked.add(() -> {
                staged = null;
                lent.clear();
                done.accept(new Event.Fenced(e.generation(), lastOf(intact())));
            });
            case Effect.SaveFounding e -> asked.add(() -> {
                founding = e.founding();
                done.accept(new Event.FoundingSaved());
            });
            default -> throw new IllegalArgumentException("not for the disk: " + effect);
        }
    }

    private void switchToStaged() {
        if (staged != null && stagedFloor >= 0) {
            log = staged;
            missing.clear();
            floorZxid = stagedFloor;
            staged = null;
            stagedFloor = -1;
        }
    }

    /** A whole snapshot came in. */
    void stage(long generation, List<Entry> snapshot, Consumer<Event> done) {
        asked.add(() -> {
            staged = new ArrayList<>(snapshot);
            stagedFloor = lastOf(snapshot);
            long timeMs = snapshot.isEmpty() ? 0 : snapshot.getLast().timeMs();
            done.accept(new Event.SnapshotStaged(generation, stagedFloor, timeMs, null));
        });
    }
}
