package dev.quorate.ensemble.zab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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

    Recovered recovered() {
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
        return new Recovered(acceptedEpoch, currentEpoch, lastZxid(), floorZxid, ends, timeMs, founding, null);
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
            case Effect.Truncate e -> asked.add(() -> {
                log.removeIf(entry -> entry.zxid() > e.zxid());
                done.accept(new Event.Truncated(e.generation(), lastZxid()));
            });
            case Effect.Fence e -> asked.add(() -> {
                staged = null;
                done.accept(new Event.Fenced(e.generation(), lastZxid()));
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
