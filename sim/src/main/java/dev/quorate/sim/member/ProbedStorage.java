package dev.quorate.sim.member;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.sim.check.Ledger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes everything on between a member and its storage, and keeps the ledger. */
final class ProbedStorage implements Storage {
    private final Storage storage;
    private final Ledger ledger;
    private final Deque<long[]> epochs = new ArrayDeque<>();

    ProbedStorage(Storage storage, Ledger ledger) {
        this.storage = storage;
        this.ledger = ledger;
    }

    @Override
    public Identity identity() {
        return storage.identity();
    }

    @Override
    public void load() {
        ledger.loading();
        storage.load();
    }

    @Override
    public void append(long generation, List<Entry> entries) {
        ledger.append(entries);
        storage.append(generation, entries);
    }

    @Override
    public void saveEpochs(long generation, long acceptedEpoch, long currentEpoch) {
        epochs.add(new long[]{acceptedEpoch, currentEpoch});
        ledger.saveEpochs(acceptedEpoch, currentEpoch);
        storage.saveEpochs(generation, acceptedEpoch, currentEpoch);
    }

    @Override
    public void truncate(long generation, long zxid) {
        ledger.truncate(zxid);
        storage.truncate(generation, zxid);
    }

    @Override
    public void fence(long generation) {
        storage.fence(generation);
    }

    @Override
    public void refill(long generation, long afterZxid) {
        ledger.beginStaging(afterZxid);
        storage.refill(generation, afterZxid);
    }

    @Override
    public void fill(long generation, List<Entry> entries) {
        storage.fill(generation, entries);
    }

    @Override
    public void readRecords(long token, long afterZxid, long toZxid, int maxBytes) {
        storage.readRecords(token, afterZxid, toZxid, maxBytes);
    }

    @Override
    public void saveFounding(String clusterId, List<FoundingMember> founding) {
        storage.saveFounding(clusterId, founding);
    }

    @Override
    public void readHistory(long token, long afterZxid, long toZxid, int maxBytes) {
        storage.readHistory(token, afterZxid, toZxid, maxBytes);
    }

    @Override
    public void readSnapshot(long token, long offset, int maxBytes) {
        storage.readSnapshot(token, offset, maxBytes);
    }

    @Override
    public void endRead(long token) {
        storage.endRead(token);
    }

    @Override
    public void beginSnapshot(long zxid, long timeMs) {
        storage.beginSnapshot(zxid, timeMs);
    }

    @Override
    public void writeSnapshot(Payload bytes) {
        storage.writeSnapshot(bytes);
    }

    @Override
    public void endSnapshot() {
        storage.endSnapshot();
    }

    @Override
    public void abandonSnapshot() {
        storage.abandonSnapshot();
    }

    @Override
    public void beginStaging(long zxid) {
        ledger.beginStaging(zxid);
        storage.beginStaging(zxid);
    }

    @Override
    public void writeStaged(Payload bytes) {
        storage.writeStaged(bytes);
    }

    @Override
    public void endStaging(long generation, long lastTimeMs) {
        storage.endStaging(generation, lastTimeMs);
    }

    @Override
    public long queuedBytes() {
        return storage.queuedBytes();
    }

    @Override
    public void checkRoom() {
        storage.checkRoom();
    }

    @Override
    public void tick() {
        storage.tick();
    }

    @Override
    public void close() {
        storage.close();
    }

    /** What the storage tells the member, told to the ledger first. */
    Listener listener(Listener member) {
        return new Heard(member);
    }

    private final class Heard implements Listener {
        private final Listener member;

        Heard(Listener member) {
            this.member = member;
        }

        @Override
        public void snapshotLoading(Payload bytes) {
            member.snapshotLoading(bytes);
        }

        @Override
        public void entriesLoaded(List<Entry> entries) {
            ledger.loaded(entries);
            member.entriesLoaded(entries);
        }

        @Override
        public void loaded(long lastZxid) {
            ledger.ends(lastZxid);
            member.loaded(lastZxid);
        }

        @Override
        public void appended(long generation, long zxid) {
            ledger.appended(zxid);
            member.appended(generation, zxid);
        }

        @Override
        public void epochsSaved(long generation) {
            long[] saved = epochs.remove();
            ledger.epochsSaved(saved[0], saved[1]);
            member.epochsSaved(generation);
        }

        @Override
        public void truncated(long generation, long zxid) {
            member.truncated(generation, zxid);
        }

        @Override
        public void fenced(long generation, long zxid) {
            ledger.fenced(zxid);
            member.fenced(generation, zxid);
        }

        @Override
        public void foundingSaved() {
            ledger.foundingSaved();
            member.foundingSaved();
        }

        @Override
        public void filled(long generation, List<Hole> holes, @Nullable Recovered whole) {
            member.filled(generation, holes, whole);
        }

        @Override
        public void recordsRead(long token, List<Entry> entries) {
            member.recordsRead(token, entries);
        }

        @Override
        public void historyRead(long token, List<Entry> entries) {
            member.historyRead(token, entries);
        }

        @Override
        public void snapshotRead(long token, long zxid, long offset, Payload bytes, boolean last) {
            member.snapshotRead(token, zxid, offset, bytes, last);
        }

        @Override
        public void snapshotBytesWritten() {
            member.snapshotBytesWritten();
        }

        @Override
        public void snapshotEnded(long zxid, long floorZxid) {
            member.snapshotEnded(zxid, floorZxid);
        }

        @Override
        public void room(long usableBytes, boolean isShort) {
            member.room(usableBytes, isShort);
        }

        @Override
        public void staged(long generation) {
            member.staged(generation);
        }

        @Override
        public void failed(String what, Exception cause) {
            member.failed(what, cause);
        }
    }
}
