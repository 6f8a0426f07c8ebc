package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Keeps all objects in one file, written anew soon after each change, so that a server started on it later goes on
 * where this one ended.
 */
final class SavedObjects implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long GATHER_MS = 100;

    private final Store store;
    private final Path file;
    private final Semaphore changed = new Semaphore(0);
    private final Thread thread;

    SavedObjects(Store store, Path file) {
        this.store = store;
        this.file = file;
        store.follow(change -> changed.release());
        this.thread = Thread.ofVirtual().name("saved-objects").start(this::run);
    }

    /** The objects in a file, definitions of kinds first; none where there is no file. */
    static List<ObjectNode> read(Path file) throws IOException {
        var objects = new ArrayList<ObjectNode>();
        if (Files.exists(file)) {
            JSON.readTree(file.toFile()).forEach(object -> objects.add((ObjectNode) object));
            objects.sort(
                    Comparator.comparing(object -> !object.path("kind").asText().equals("CustomResourceDefinition")));
        }
        return objects;
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        write();
    }

    private void run() {
        try {
            while (true) {
                changed.acquire();
                Thread.sleep(GATHER_MS); // changes come in groups; one write serves them all
                changed.drainPermits();
                write();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private synchronized void write() throws IOException {
        var next = file.resolveSibling(file.getFileName() + ".next");
        JSON.writeValue(next.toFile(), store.all());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
