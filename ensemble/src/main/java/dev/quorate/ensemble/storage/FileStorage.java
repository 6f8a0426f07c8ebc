package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** The disk of a member. */
public final class FileStorage implements Storage {
    private final Identity identity;

    private FileStorage(Identity identity) {
        this.identity = identity;
    }

    /**
     * Opens a member's data: takes the lock, recovers, raises the boot number. Runs in the calling thread; everything later
     * runs on {@code exec}.
     *
     * @param loop posts a task to the loop: all calls of the listener are made that way
     * @throws DataRefused when the data is not this member's to use
     * @throws IOException when the disk fails
     */
    public static FileStorage open(Disk disk, Exec exec, Consumer<Runnable> loop, StorageSettings settings)
            throws IOException {
        disk.createDirs(settings.dataDir());
        Recovered nothing = new Recovered(0, 0, Zxid.NONE, Zxid.NONE, List.of(), 0, List.of(), null);
        return new FileStorage(new Identity(settings.clusterId(), settings.random().getAsLong(), 1, nothing));
    }

    /** Names the listener; before any other call but {@link #identity}. */
    public void listen(Listener listener) {}

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public void load() {}

    @Override
    public void append(long generation, List<Entry> entries) {}

    @Override
    public void saveEpochs(long generation, long acceptedEpoch, long currentEpoch) {}

    @Override
    public void truncate(long generation, long zxid) {}

    @Override
    public void fence(long generation) {}

    @Override
    public void saveFounding(String clusterId, List<FoundingMember> founding) {}

    @Override
    public void readHistory(long token, long afterZxid, long toZxid, int maxBytes) {}

    @Override
    public void readSnapshot(long token, long offset, int maxBytes) {}

    @Override
    public void endRead(long token) {}

    @Override
    public void beginSnapshot(long zxid, long timeMs) {}

    @Override
    public void writeSnapshot(Payload bytes) {}

    @Override
    public void endSnapshot() {}

    @Override
    public void abandonSnapshot() {}

    @Override
    public void beginStaging(long zxid) {}

    @Override
    public void writeStaged(Payload bytes) {}

    @Override
    public void endStaging(long generation, long lastTimeMs) {}

    @Override
    public void tick() {}

    @Override
    public void close() {}
}
