package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.quorate.e2e.apiserver.Resources.Target;
import dev.quorate.e2e.apiserver.Store.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One watch: a line of JSON for each change, until the client goes or its {@code timeoutSeconds} are over. An object
 * that begins or ceases to match the selectors is told as added or deleted. Without a resource version it begins with
 * what is there.
 */
final class WatchStream {
    private static final long BOOKMARK_EVERY_MS = 5_000;
    private static final long LONGEST_SECONDS = 3_600;

    private final Store store;
    private final Target target;
    private final Predicate<? super ObjectNode> selected;
    private final String from;
    private final boolean bookmarks;
    private final long timeoutMs;

    WatchStream(Store store, Target target, Request request) {
        this.store = store;
        this.target = target;
        this.selected = Selector.of(request);
        this.from = request.query("resourceVersion");
        this.bookmarks = request.query("allowWatchBookmarks").equals("true");
        this.timeoutMs = 1000 * Long.parseLong("0" + request.query("timeoutSeconds"));
    }

    void run(HttpExchange exchange) throws IOException {
        BlockingQueue<Change> queue;
        var first = new ArrayList<ObjectNode>();
        synchronized (store) {
            boolean fromNow = from.isEmpty() || from.equals("0");
            queue = store.watch(fromNow ? store.version() : Long.parseLong(from));
            if (fromNow) {
                store.list(target.type(), target.namespace()).stream().filter(this::matches).forEach(first::add);
            }
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            var out = exchange.getResponseBody();
            out.flush();
            for (var object : first) {
                send(out, "ADDED", object);
            }
            follow(queue, out);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            store.unwatch(queue);
        }
    }

    private void follow(BlockingQueue<Change> queue, OutputStream out) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS
                .toNanos(timeoutMs == 0 ? TimeUnit.SECONDS.toMillis(LONGEST_SECONDS) : timeoutMs);
        while (System.nanoTime() < end) {
            var change = queue.poll(BOOKMARK_EVERY_MS, TimeUnit.MILLISECONDS);
            if (change != null) {
                tell(out, change);
            } else if (bookmarks) {
                bookmark(queue, out);
            }
        }
    }

    private void tell(OutputStream out, Change change) throws IOException {
        if (!change.key().type().equals(target.type().qualifiedPlural())
                || (!target.namespace().isEmpty() && !change.key().namespace().equals(target.namespace()))) {
            return;
        }
        var before = matching(change.before());
        var after = matching(change.after());
        if (after != null) {
            send(out, before == null ? "ADDED" : "MODIFIED", after);
        } else if (before != null) {
            var last = (change.after() == null ? before : change.after()).deepCopy();
            last.withObjectProperty("metadata").put("resourceVersion", Long.toString(change.version()));
            send(out, "DELETED", last);
        }
    }

    /** Says up to which version all is told; so nothing may wait in the queue. */
    private void bookmark(BlockingQueue<Change> queue, OutputStream out) throws IOException {
        var mark = JsonNodeFactory.instance.objectNode().put("kind", target.type().kind()).put("apiVersion",
                target.type().apiVersion());
        synchronized (store) {
            if (!queue.isEmpty()) {
                return;
            }
            mark.withObjectProperty("metadata").put("resourceVersion", Long.toString(store.version()));
        }
        send(out, "BOOKMARK", mark);
    }

    private @Nullable ObjectNode matching(@Nullable ObjectNode object) {
        return object != null && matches(object) ? object : null;
    }

    private boolean matches(ObjectNode object) {
        return (target.name().isEmpty() || object.path("metadata").path("name").asText().equals(target.name()))
                && selected.test(object);
    }

    private static void send(OutputStream out, String type, ObjectNode object) throws IOException {
        var event = JsonNodeFactory.instance.objectNode().put("type", type);
        event.set("object", object);
        out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
