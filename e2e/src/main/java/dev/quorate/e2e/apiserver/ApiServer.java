package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.quorate.e2e.apiserver.Resources.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The HTTP door: reads a request, finds who answers it, writes the answer. Listens on loopback on a free port. */
public final class ApiServer implements AutoCloseable {
    static {
        // Without it the JDK's server waits for a delayed acknowledgment between head and body of an answer: 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Store store = new Store();
    private final ResourceTypes types = new ResourceTypes();
    private final Resources resources = new Resources(store, types);
    private final Subresources subresources = new Subresources(store, types, resources);
    private final ScaleSubresource scale = new ScaleSubresource(store, resources);
    private final Discovery discovery = new Discovery(types);
    private final GarbageCollector collector = new GarbageCollector(store, types, resources);
    private volatile ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean shut;
    private final HttpServer http;

    private final SavedObjects saved;

    private ApiServer(HttpServer http, Path file) throws IOException {
        this.http = http;
        for (var object : SavedObjects.read(file)) {
            restore(object);
        }
        this.saved = new SavedObjects(store, file);
    }

    /**
     * Starts a server with the namespaces {@code default} and {@code kube-system} and what is in the file.
     *
     * @param file keeps all objects from one server to the next; its folder must be there
     */
    public static ApiServer start(Path file) throws IOException {
        var server = new ApiServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
                file);
        for (var namespace : new String[]{"default", "kube-system"}) {
            server.createNamespace(namespace);
        }
        server.http.createContext("/", server::handle);
        server.http.setExecutor(task -> server.threads.execute(task));
        server.http.start();
        return server;
    }

    /** The address for a client's configuration. */
    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Breaks off every request and watch and answers none until {@link #open()}; all objects stay. */
    public void shut() {
        shut = true;
        var running = threads;
        threads = Executors.newVirtualThreadPerTaskExecutor();
        running.shutdownNow();
    }

    /** Answers again. */
    public void open() {
        shut = false;
    }

    /** Ends every watch and listens no more. */
    @Override
    public void close() {
        threads.shutdownNow();
        http.stop(0);
        collector.close();
        try {
            saved.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void restore(ObjectNode object) {
        if (object.path("kind").asText().equals("CustomResourceDefinition")) {
            types.define(object);
        }
        var type = types.ofObject(object)
                .orElseThrow(
                        () -> new IllegalStateException("an object of unknown kind was saved: " + object.path("kind")));
        store.restore(
                Store.Key.of(type, object.path("metadata").path("namespace").asText(""),
                        object.path("metadata").path("name").asText()),
                object);
    }

    private void createNamespace(String name) {
        var type = types.find("", "v1", "namespaces").orElseThrow();
        if (store.get(Store.Key.of(type, "", name)).isPresent()) {
            return;
        }
        var object = JsonNodeFactory.instance.objectNode();
        object.withObjectProperty("metadata").put("name", name);
        resources.create(new Target(type, "", name, ""), object,
                new Request("POST", "", "v1", List.of("namespaces"), Map.of(), "application/json", "apiserver", ""));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (shut) {
                return;
            }
            if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                exchange.sendResponseHeaders(200, -1); // tells the client to watch over plain HTTP
                return;
            }
            try {
                answer(exchange);
            } catch (ApiException refused) {
                send(exchange, refused.code(), refused.status());
            } catch (RuntimeException failed) {
                System.getLogger(ApiServer.class.getName()).log(System.Logger.Level.ERROR,
                        "request failed: " + exchange.getRequestURI(), failed);
                send(exchange, 500, new ApiException(500, "InternalError", String.valueOf(failed)).status());
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var found = discovery.answer(path);
        if (found.isPresent()) {
            send(exchange, 200, found.get());
            return;
        }
        if (!path.startsWith("/api/") && !path.startsWith("/apis/")) {
            throw new ApiException(404, "NotFound", "the server could not find the requested resource");
        }
        var request = Request.of(exchange);
        var review = Reviews.answer(request);
        if (review.isPresent()) {
            send(exchange, 201, review.get());
            return;
        }
        var target = target(request);
        if (request.method().equals("GET") && request.query("watch").equals("true")) {
            new WatchStream(store, target, request).run(exchange);
        } else if (target.name().isEmpty()) {
            answerCollection(exchange, target, request);
        } else {
            answerObject(exchange, target, request);
        }
    }

    private void answerCollection(HttpExchange exchange, Target target, Request request) throws IOException {
        switch (request.method()) {
            case "GET" -> send(exchange, 200, list(target, request));
            case "POST" -> send(exchange, 201, resources.create(target, request.object(), request));
            case "DELETE" -> {
                var all = list(target, request);
                for (var item : all.path("items")) {
                    resources.delete(new Target(target.type(), item.path("metadata").path("namespace").asText(""),
                            item.path("metadata").path("name").asText(), ""), request.json(), request.isDryRun());
                }
                send(exchange, 200, all);
            }
            default -> throw notAllowed(request);
        }
    }

    private void answerObject(HttpExchange exchange, Target target, Request request) throws IOException {
        switch (request.method() + " " + target.subresource()) {
            case "GET ", "GET status" -> send(exchange, 200, store.get(target.key()).orElseThrow(target::notFound));
            case "PUT ", "PUT status" -> send(exchange, 200, resources.replace(target, request.object(), request));
            case "PATCH ", "PATCH status" -> {
                boolean existed = store.get(target.key()).isPresent();
                send(exchange, existed ? 200 : 201, resources.patch(target, request));
            }
            case "DELETE " -> {
                var options = (ObjectNode) request.json();
                if (!request.query("gracePeriodSeconds").isEmpty()) {
                    options.put("gracePeriodSeconds", Long.parseLong(request.query("gracePeriodSeconds")));
                }
                send(exchange, 200, resources.delete(target, options, request.isDryRun()));
            }
            case "GET scale" -> send(exchange, 200, scale.get(target));
            case "PUT scale", "PATCH scale" -> send(exchange, 200, scale.put(target, request));
            case "POST eviction" -> send(exchange, 201, subresources.evict(target, request.json()));
            case "POST binding" -> send(exchange, 201, subresources.bind(target, request.json()));
            default -> throw notAllowed(request);
        }
    }

    private ObjectNode list(Target target, Request request) {
        synchronized (store) {
            var answer = JsonNodeFactory.instance.objectNode().put("kind", target.type().kind() + "List").put(
                    "apiVersion",
                    target.type().apiVersion());
            answer.withObjectProperty("metadata").put("resourceVersion", Long.toString(store.version()));
            var items = answer.putArray("items");
            store.list(target.type(), target.namespace()).stream().filter(Selector.of(request)).forEach(items::add);
            return answer;
        }
    }

    private Target target(Request request) {
        var segments = new ArrayList<>(request.segments());
        var namespace = "";
        if (segments.size() > 2 && segments.getFirst().equals("namespaces") && !segments.get(2).equals("status")) {
            namespace = segments.get(1);
            segments.subList(0, 2).clear();
        }
        if (segments.isEmpty()) {
            throw notAllowed(request);
        }
        var type = types.find(request.group(), request.version(), segments.getFirst())
                .orElseThrow(
                        () -> new ApiException(404, "NotFound", "the server could not find the requested resource"));
        return new Target(type, namespace, segments.size() > 1 ? segments.get(1) : "",
                segments.size() > 2 ? segments.get(2) : "");
    }

    private static ApiException notAllowed(Request request) {
        return new ApiException(405, "MethodNotAllowed", request.method() + " is not served for " + request.segments());
    }

    private static void send(HttpExchange exchange, int code, JsonNode answer) throws IOException {
        var bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
