package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.member.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A data folder that was opened and recovered.
 *
 * @param identity what is on it
 * @param store what can be changed
 * @param locks held until the end
 */
record Opened(Storage.Identity identity, HistoryStore store, List<Closeable> locks) implements Closeable {

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
            store.close();
            for (Closeable each : locks)
                each.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
