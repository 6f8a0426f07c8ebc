package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.storage.Exec;
import dev.quorate.ensemble.storage.FileStorage;
import dev.quorate.ensemble.storage.NioDisk;
import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The log of an ensemble, put together from those on its members' disks: an entry is preceded by the same one wherever
 * it is. What precedes a committed entry is committed.
 */
final class CommittedLog {
    private final Map<Long, Link> links = new HashMap<>();

    /** An entry and the zxid of the one before it. */
    private record Link(long previous, Entry entry) {}

    /**
     * Reads all that is in the log of a member that does not run. Its disk is left as it is.
     *
     * @param id the member's id
     * @param data its data folder
     * @param scratch where a copy may be made
     * @throws IllegalStateException when the log can't be read as a whole
     */
    void add(int id, Path data, Path scratch) throws IOException {
        Path copy = Files.createTempDirectory(scratch, "disk");
        copy(data, copy);
        var settings = new StorageSettings(copy.toString(), copy.toString(), id, "", "", false,
                StorageSettings.Limits.DEFAULT, () -> 1);
        var storage = FileStorage.open(new NioDisk(), new Exec() {
            @Override
            public void execute(Runnable task) {
                task.run();
            }

            @Override
            public void close() {
                // Every task has run.
            }
        }, Runnable::run, settings);
        Recovered found = storage.identity().recovered();
        if (!found.holes().isEmpty()) {
            throw new IllegalStateException(data + " misses " + found.holes());
        }
        long previous = found.floorZxid();
        for (Entry entry : entries(storage, found)) {
            var link = new Link(previous, entry);
            Link known = links.putIfAbsent(entry.zxid(), link);
            assertThat(known == null || known.equals(link))
                    .as("member %d has %s, another one has %s", id, link, known).isTrue();
            previous = entry.zxid();
        }
        storage.close();
        delete(copy);
    }

    /** From the first entry of all to this one, which is committed. */
    List<Entry> upTo(long zxid) {
        List<Entry> entries = new ArrayList<>();
        for (long at = zxid; at != Zxid.NONE;) {
            Link link = links.get(at);
            if (link == null) {
                throw new IllegalStateException("the entry " + Zxid.text(at) + " is on no disk");
            }
            entries.add(link.entry);
            at = link.previous;
        }
        return entries.reversed();
    }

    @SuppressWarnings("unchecked") // the only argument list of the one call that is looked at
    private static List<Entry> entries(FileStorage storage, Recovered found) {
        List<Entry> read = new ArrayList<>();
        storage.listen((Storage.Listener) Proxy.newProxyInstance(Storage.Listener.class.getClassLoader(),
                new Class<?>[]{Storage.Listener.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "historyRead" -> read.addAll((List<Entry>) arguments[1]);
                        case "failed" -> throw new IllegalStateException("" + arguments[0], (Exception) arguments[1]);
                        default -> throw new IllegalStateException("nobody asked for " + method);
                    }
                    return null;
                }));
        storage.readHistory(1, found.floorZxid(), Long.MAX_VALUE, Integer.MAX_VALUE);
        return read;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path each : tree(from)) {
            if (!each.equals(from)) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path each : tree(folder).reversed()) {
            Files.delete(each);
        }
    }

    private static List<Path> tree(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
