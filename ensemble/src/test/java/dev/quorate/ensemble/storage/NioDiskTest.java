package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real disk and the real log thread. */
class NioDiskTest {
    @TempDir
    @Nullable
    Path dir;

    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

    /** Counts what it is told. */
    private static final class Counter implements Storage.Listener {
        long appended;
        int batches;
        int loaded;
        boolean done;
        @Nullable
        Exception failure;

        @Override
        public void snapshotLoading(Payload bytes) {}

        @Override
        public void entriesLoaded(List<Entry> entries) {
            loaded += entries.size();
        }

        @Override
        public void loaded(long lastZxid) {
            done = true;
        }

        @Override
        public void appended(long generation, long zxid) {
            appended = zxid;
            batches++;
        }

        @Override
        public void epochsSaved(long generation) {}

        @Override
        public void truncated(long generation, long zxid) {}

        @Override
        public void fenced(long generation, long zxid) {}

        @Override
        public void foundingSaved() {}

        @Override
        public void filled(long generation, List<Hole> holes, @Nullable Recovered whole) {}

        @Override
        public void recordsRead(long token, List<Entry> entries) {}

        @Override
        public void historyRead(long token, List<Entry> entries) {}

        @Override
        public void snapshotRead(long token, long zxid, long offset, Payload bytes, boolean last) {}

        @Override
        public void snapshotBytesWritten() {}

        @Override
        public void snapshotEnded(long zxid, long floorZxid) {}

        @Override
        public void room(long usableBytes, boolean isShort) {}

        @Override
        public void staged(long generation) {}

        @Override
        public void failed(String what, Exception cause) {
            failure = cause;
        }
    }

    private FileStorage open(Counter counter) throws IOException {
        String data = dir + "/data";
        StorageSettings settings = new StorageSettings(data, data, 1, "", "", false,
                StorageSettings.Limits.DEFAULT, new Random(1)::nextLong);
        FileStorage storage = FileStorage.open(new NioDisk(), new LogThread("log"), loop::add, settings);
        storage.listen(counter);
        return storage;
    }

    private void runLoopOnce(Counter counter) throws InterruptedException {
        Runnable task = loop.poll(30, TimeUnit.SECONDS);
        assertThat(task).as("an answer within 30 s").isNotNull();
        if (task != null)
            task.run();
        assertThat(counter.failure).isNull();
    }

    @Test
    void keepsManyEntriesOverARestart() throws Exception {
        int entries = 100_000;
        byte[] value = new byte[150];
        Counter counter = new Counter();
        FileStorage storage = open(counter);
        long from = System.nanoTime();
        for (int i = 1; i <= entries; i += 20) {
            List<Entry> some = new ArrayList<>();
            for (int j = i; j < i + 20; j++)
                some.add(new Entry(Zxid.of(1, j), j, new Payload(value)));
            storage.append(1, some);
        }
        while (counter.appended < Zxid.of(1, entries))
            runLoopOnce(counter);
        long appendMs = (System.nanoTime() - from) / 1_000_000;
        assertThat(counter.batches).as("group fsync").isLessThan(2_000);
        storage.close();

        from = System.nanoTime();
        Counter again = new Counter();
        FileStorage reopened = open(again);
        reopened.load();
        while (!again.done)
            runLoopOnce(again);
        long loadMs = (System.nanoTime() - from) / 1_000_000;
        assertThat(again.loaded).isEqualTo(entries);
        assertThat(reopened.identity().boot()).isEqualTo(2);
        reopened.close();
        System.out.println(
                entries + " entries appended in " + appendMs + " ms, recovered and loaded in " + loadMs + " ms");
        // Aims are ten times better: this only notices when something is broken on a busy machine.
        assertThat(appendMs).isLessThan(10_000);
        assertThat(loadMs).isLessThan(10_000);
    }

    @Test
    void anotherProcessCannotOpenTheFolder() throws Exception {
        FileStorage storage = open(new Counter());
        assertThatThrownBy(() -> open(new Counter())).isInstanceOf(DataRefused.class);
        storage.close();
        open(new Counter()).close();
    }

    @Test
    void filesAndDirectoriesBehaveAsThePortSays() throws Exception {
        NioDisk disk = new NioDisk();
        String deep = dir + "/a/b";
        disk.createDirs(deep);
        assertThat(disk.usableBytes(deep)).isPositive();
        disk.createDirs(deep);
        try (DiskFile file = disk.create(deep + "/one")) {
            file.write(java.nio.ByteBuffer.wrap(new byte[]{1, 2, 3}), 5);
            file.preallocate(100);
            file.preallocate(50);
            file.force();
            assertThat(file.size()).isEqualTo(100);
            java.nio.ByteBuffer read = java.nio.ByteBuffer.allocate(200);
            assertThat(file.read(read, 5)).isEqualTo(95);
            assertThat(read.get(0)).isEqualTo((byte) 1);
            assertThat(file.read(read.clear(), 100)).isZero();
        }
        assertThatThrownBy(() -> disk.create(deep + "/one")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.open(deep + "/none")).isInstanceOf(IOException.class);
        disk.create(deep + "/two").close();
        disk.rename(deep + "/one", deep + "/two");
        disk.syncDir(deep);
        assertThat(disk.list(deep)).containsExactly("two");
        assertThat(disk.list(deep + "/none")).isEmpty();
        disk.delete(deep + "/two");
        disk.delete(deep + "/two");
        disk.delete(deep);
        assertThat(Files.exists(Path.of(deep))).isFalse();
    }
}
