package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One request taken apart.
 *
 * @param segments the path's parts after the API version
 * @param contentType without parameters, empty where there is none
 */
record Request(String method, String group, String version, List<String> segments, Map<String, String> query,
        String contentType,
        String userAgent, String body) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Reads a request for {@code /api/VERSION/...} or {@code /apis/GROUP/VERSION/...}. */
    static Request of(HttpExchange exchange) throws IOException {
        var parts = exchange.getRequestURI().getPath().substring(1).split("/");
        boolean core = parts[0].equals("api");
        int rest = Math.min(core ? 2 : 3, parts.length);
        var headers = exchange.getRequestHeaders();
        var contentType = headers.getFirst("Content-Type");
        var userAgent = headers.getFirst("User-Agent");
        return new Request(exchange.getRequestMethod(), core || parts.length < 2 ? "" : parts[1],
                parts.length < rest || rest < 2 ? "" : parts[rest - 1],
                List.of(parts).subList(rest, parts.length), query(exchange.getRequestURI()),
                contentType == null ? "" : contentType.split(";")[0].strip(),
                userAgent == null ? "unknown" : userAgent.split("[/ ]")[0],
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }

    /** Who writes, for the ownership of fields. */
    String fieldManager() {
        return query.getOrDefault("fieldManager", userAgent);
    }

    boolean isDryRun() {
        return query("dryRun").equals("All");
    }

    /** The body as a tree; an empty object where there is none. */
    JsonNode json() {
        try {
            return body.isBlank()
                    ? JSON.createObjectNode()
                    : body.stripLeading().startsWith("{") || body.startsWith("[")
                            ? JSON.readTree(body)
                            : YAML.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw ApiException.badRequest("the body is not readable: " + malformed.getOriginalMessage());
        }
    }

    /** The body as an object without fields whose value is null: no kind of ours tells null from absent. */
    ObjectNode object() {
        if (json() instanceof ObjectNode object) {
            dropNulls(object);
            return object;
        }
        throw ApiException.badRequest("the body is not an object");
    }

    private static void dropNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(object.properties().stream().filter(field -> field.getValue().isNull()).map(Map.Entry::getKey)
                    .toList());
        }
        node.forEach(Request::dropNulls);
    }

    private static Map<String, String> query(URI uri) {
        var found = new HashMap<String, String>();
        if (uri.getRawQuery() != null) {
            for (var pair : uri.getRawQuery().split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    found.put(pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return found;
    }
}
