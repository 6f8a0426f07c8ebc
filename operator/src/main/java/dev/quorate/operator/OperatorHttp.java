package dev.quorate.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The operator's own {@code /livez}, {@code /readyz} and {@code /metrics}. */
final class OperatorHttp implements AutoCloseable {
    private final HttpServer server;

    private OperatorHttp(HttpServer server) {
        this.server = server;
    }

    static OperatorHttp start(InetSocketAddress address, CollectorRegistry registry, RuntimeInfo runtime)
            throws IOException {
        DefaultExports.register(registry);
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/livez", exchange -> answer(exchange, HttpURLConnection.HTTP_OK, "ok\n"));
        server.createContext("/readyz", exchange -> {
            boolean ready = runtime.isStarted() && runtime.allEventSourcesAreHealthy();
            answer(exchange, ready ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE,
                    ready ? "ok\n" : "not watching yet\n");
        });
        server.createContext("/metrics", exchange -> {
            var text = new StringWriter();
            TextFormat.write004(text, registry.metricFamilySamples());
            exchange.getResponseHeaders().set("Content-Type", TextFormat.CONTENT_TYPE_004);
            answer(exchange, HttpURLConnection.HTTP_OK, text.toString());
        });
        server.start();
        return new OperatorHttp(server);
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
