package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All objects with one counter of resource versions, and the recent changes for watches. A stored object is never
 * altered: writers store a changed copy. Callers that read and then write hold this object's monitor.
 */
final class Store {
    private static final int HISTORY = 10_000;

    /** Where an object is kept; {@code namespace} is empty for cluster-wide kinds. */
    record Key(String type, String namespace, String name) implements Comparable<Key> {
        static Key of(ResourceType type, String namespace, String name) {
            return new Key(type.qualifiedPlural(), namespace, name);
        }

        @Override
        public int compareTo(Key other) {
            int byType = type.compareTo(other.type);
            int byNamespace = byType != 0 ? byType : namespace.compareTo(other.namespace);
            return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
        }
    }

    /** One write: what was there before, what is there after; one of them may be missing. */
    record Change(long version, Key key, @Nullable ObjectNode before, @Nullable ObjectNode after) {}

    private final TreeMap<Key, ObjectNode> objects = new TreeMap<>();
    private final ArrayDeque<Change> history = new ArrayDeque<>();
    private final List<BlockingQueue<Change>> watches = new CopyOnWriteArrayList<>();
    private final List<Consumer<Change>> followers = new CopyOnWriteArrayList<>();
    private long version = 1;

    synchronized long version() {
        return version;
    }

    synchronized Optional<ObjectNode> get(Key key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** Objects of one type in the order of their names; all namespaces where the namespace is empty. */
    synchronized List<ObjectNode> list(ResourceType type, String namespace) {
        var found = new ArrayList<ObjectNode>();
        objects.tailMap(new Key(type.qualifiedPlural(), namespace, ""), true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().type().equals(type.qualifiedPlural())
                        && (namespace.isEmpty() || entry.getKey().namespace().equals(namespace)))
                .forEach(entry -> found.add(entry.getValue()));
        return found;
    }

    /** Every object there is. */
    synchronized List<ObjectNode> all() {
        return List.copyOf(objects.values());
    }

    /** Stores an object under a new resource version, which is set in it. */
    synchronized ObjectNode put(Key key, ObjectNode object) {
        object.withObjectProperty("metadata").put("resourceVersion", Long.toString(++version));
        publish(new Change(version, key, objects.put(key, object), object));
        return object;
    }

    /** Puts an object back as an earlier server kept it, resource version and all. */
    synchronized void restore(Key key, ObjectNode object) {
        objects.put(key, object);
        version = Math.max(version, object.path("metadata").path("resourceVersion").asLong());
    }

    /** Takes an object away; what watches are told is its last state with a new resource version. */
    synchronized void remove(Key key) {
        var old = objects.remove(key);
        if (old != null) {
            publish(new Change(++version, key, old, null));
        }
    }

    /**
     * Changes after a version, the past ones first, then each as it happens.
     *
     * @throws ApiException 410 when the history does not reach back to that version
     */
    synchronized BlockingQueue<Change> watch(long after) {
        var queue = new LinkedBlockingQueue<Change>();
        if (after < version && (history.isEmpty() || history.getFirst().version() > after + 1)) {
            throw new ApiException(410, "Expired", "too old resource version: " + after);
        }
        history.stream().filter(change -> change.version() > after).forEach(queue::add);
        watches.add(queue);
        return queue;
    }

    void unwatch(BlockingQueue<Change> queue) {
        watches.remove(queue);
    }

    /** Calls a follower with every change, in order, while the store is held: it must only take a note of it. */
    void follow(Consumer<Change> follower) {
        followers.add(follower);
    }

    /** The present time as Kubernetes writes it, in whole seconds. */
    static String now() {
        return inSeconds(0);
    }

    /** The time after some seconds. */
    static String inSeconds(long seconds) {
        return Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void publish(Change change) {
        history.add(change);
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
        watches.forEach(queue -> queue.add(change));
        followers.forEach(follower -> follower.accept(change));
    }
}
