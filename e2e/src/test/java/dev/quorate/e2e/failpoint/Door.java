package dev.quorate.e2e.failpoint;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Stands between an operator and the API server. It shuts for good after a number of calls: the last one reaches the
 * server, its answer does not reach the operator. It can also show the operator old lists, as a real API server may
 * where a list does not ask for the newest state.
 */
final class Door implements AutoCloseable {
    /** What is let through. */
    record Rules(int calls, boolean countReads, boolean oldLists, String oldVersion) {
        static Rules open() {
            return new Rules(Integer.MAX_VALUE, false, false, "");
        }

        static Rules counting() {
            return shutAfter(Integer.MAX_VALUE, true);
        }

        static Rules shutAfter(int calls, boolean countReads) {
            return new Rules(calls, countReads, false, "");
        }

        /** The first list of everything but Ensembles is as empty as at the given version, and news of it come late. */
        static Rules old(String version) {
            return new Rules(Integer.MAX_VALUE, false, true, version);
        }
    }

    private static final long LATE_BY_MS = 700;
    private static final Pattern COLLECTION = Pattern.compile("/namespaces/[^/]+/([a-z]+)$");
    private static final Map<String, String> KINDS = Map.of("pods", "v1 Pod", "persistentvolumeclaims",
            "v1 PersistentVolumeClaim", "services", "v1 Service", "configmaps", "v1 ConfigMap", "secrets", "v1 Secret",
            "serviceaccounts", "v1 ServiceAccount", "poddisruptionbudgets", "policy/v1 PodDisruptionBudget");

    private final String server;
    private final Rules rules;
    private final HttpServer http;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger counted = new AtomicInteger();
    private final AtomicInteger shownOld = new AtomicInteger();
    private final CountDownLatch shut = new CountDownLatch(1);
    private final Set<String> listed = ConcurrentHashMap.newKeySet();

    private Door(String server, Rules rules, HttpServer http) {
        this.server = server;
        this.rules = rules;
        this.http = http;
    }

    static Door open(String server, Rules rules) throws IOException {
        var door = new Door(server, rules,
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        door.http.createContext("/", door::pass);
        door.http.setExecutor(door.threads);
        door.http.start();
        return door;
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Counted down when the door has shut. */
    CountDownLatch shut() {
        return shut;
    }

    /** How many calls there were; reads, watches included, where the rules count them. */
    int counted() {
        return counted.get();
    }

    /** How many old lists the operator was shown. */
    int shownOld() {
        return shownOld.get();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                exchange.sendResponseHeaders(200, -1); // tells the client to watch over plain HTTP
                return;
            }
            if (shut.getCount() == 0) {
                return;
            }
            boolean counts = rules.countReads() || !exchange.getRequestMethod().equals("GET");
            int number = counts ? counted.incrementAndGet() : 0;
            if (number > rules.calls()) {
                return;
            }
            boolean last = number == rules.calls();
            try {
                answer(exchange, last);
            } finally {
                if (last) {
                    shut.countDown(); // also when it broke on its way: nobody gets through any more
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, boolean last) throws IOException, InterruptedException {
        if (isOld(exchange)) {
            shownOld.incrementAndGet();
            send(exchange, 200, oldList(exchange).getBytes(StandardCharsets.UTF_8));
            return;
        }
        HttpResponse<InputStream> answer = client.send(forwarded(exchange), BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            if (last) {
                if (!isWatch(exchange)) {
                    body.readAllBytes();
                }
            } else if (isWatch(exchange)) {
                stream(exchange, body);
            } else {
                send(exchange, answer.statusCode(), body.readAllBytes());
            }
        }
    }

    private HttpRequest forwarded(HttpExchange exchange) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(server + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(),
                        BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        Stream.of("Content-Type", "Accept").filter(exchange.getRequestHeaders()::containsKey)
                .forEach(name -> request.header(name, exchange.getRequestHeaders().getFirst(name)));
        return request.build();
    }

    private static boolean isWatch(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true");
    }

    /** A list that does not ask for the newest state. */
    private boolean isOld(HttpExchange exchange) {
        return rules.oldLists() && exchange.getRequestMethod().equals("GET") && !isWatch(exchange)
                && String.valueOf(exchange.getRequestURI().getQuery()).contains("resourceVersion=0")
                && KINDS.containsKey(plural(exchange)) && listed.add(plural(exchange));
    }

    private static String plural(HttpExchange exchange) {
        var matcher = COLLECTION.matcher(exchange.getRequestURI().getPath());
        return matcher.find() ? matcher.group(1) : "";
    }

    private String oldList(HttpExchange exchange) {
        String[] kind = KINDS.getOrDefault(plural(exchange), " ").split(" ");
        return "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\"%s\"},\"items\":[]}"
                .formatted(kind[1], kind[0], rules.oldVersion());
    }

    private void stream(HttpExchange exchange, InputStream body) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        var out = exchange.getResponseBody();
        out.flush();
        if (rules.oldLists()) {
            // The news takes a while, as it does from a server that lags behind.
            Thread.sleep(LATE_BY_MS);
        }
        var buffer = new byte[8192];
        for (int read = body.read(buffer); read >= 0 && shut.getCount() > 0; read = body.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    private static void send(HttpExchange exchange, int code, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
