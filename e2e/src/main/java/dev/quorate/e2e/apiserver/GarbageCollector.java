package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.e2e.apiserver.Resources.Target;
import dev.quorate.e2e.apiserver.Store.Change;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deletes, on its own thread, every object whose owners are all gone: those of an object that was deleted, and an
 * object that was written with owners that never were or no longer are. An owner counts by its uid.
 */
final class GarbageCollector implements AutoCloseable {
    private final Store store;
    private final ResourceTypes types;
    private final Resources resources;
    private final LinkedBlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    private final Thread thread;

    GarbageCollector(Store store, ResourceTypes types, Resources resources) {
        this.store = store;
        this.types = types;
        this.resources = resources;
        store.follow(changes::add);
        this.thread = Thread.ofVirtual().name("garbage-collector").start(this::run);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                var change = changes.take();
                if (change.after() == null || change.after().path("metadata").has("ownerReferences")) {
                    collect();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void collect() {
        synchronized (store) {
            var living = store.all().stream().map(object -> object.path("metadata").path("uid").asText())
                    .collect(Collectors.toSet());
            for (var object : store.all()) {
                var owners = object.path("metadata").path("ownerReferences");
                if (!owners.isEmpty()
                        && owners.valueStream().noneMatch(owner -> living.contains(owner.path("uid").asText()))) {
                    delete(object);
                }
            }
        }
    }

    private void delete(ObjectNode object) {
        var metadata = object.path("metadata");
        types.ofObject(object)
                .map(type -> new Target(type, metadata.path("namespace").asText(""), metadata.path("name").asText(),
                        ""))
                .filter(target -> Objects.equals(uid(store.get(target.key()).orElse(null)),
                        metadata.path("uid").asText()))
                .ifPresent(target -> resources.delete(target, JsonNodeFactory.instance.objectNode(), false));
    }

    private static String uid(@Nullable JsonNode object) {
        return object == null ? "" : object.path("metadata").path("uid").asText();
    }
}
