package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data folder that was opened and recovered.
 *
 * @param identity what is on it
 * @param loadable what can be loaded at first; null when nothing can
 * @param store what can be changed; null when the member stays out, so that everything stays as it was found
 * @param locks held until the end
 */
record Opened(
        Storage.Identity identity,
        @Nullable History loadable,
        @Nullable HistoryStore store,
        List<Closeable> locks) implements Closeable {

    /** What a load reads now. */
    @Nullable
    History history() {
        return store != null ? store.current() : loadable;
    }

    static Opened open(Disk disk, StorageSettings settings, Window window) throws IOException {
        Folders folders = new Folders(disk, settings);
        List<Closeable> locks = new ArrayList<>();
        boolean done = false;
        try {
            for (String root : folders.roots()) {
                disk.createDirs(root);
                locks.add(lock(disk, root));
            }
            Opened opened = new Opening(disk, settings, window, folders, locks).run();
            done = true;
            return opened;
        } finally {
            if (!done)
                for (Closeable each : locks)
                    each.close();
        }
    }

    private static Closeable lock(Disk disk, String dir) throws IOException {
        Closeable lock = disk.lock(dir + "/lock");
        if (lock == null)
            throw new DataRefused("Another process uses " + dir
                    + ": end it, or give this member a folder of its own (dataDir, dataLogDir).");
        return lock;
    }

    @Override
    public void close() {
        try {
            if (store != null)
                store.close();
            for (Closeable each : locks)
                each.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is found on a disk from which nothing is known. */
    static Recovered unknown(String stayOutReason) {
        return new Recovered(0, 0, Zxid.NONE, Zxid.NONE, List.of(), 0, List.of(), stayOutReason);
    }
}
