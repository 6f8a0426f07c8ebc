package dev.quorate.operator.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Committed;
import dev.quorate.operator.plan.Answer.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Talks to the admin API of members, asynchronously. */
public final class AdminClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
    private static final int HEX = 16;

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT).build();

    /**
     * Asks a member how it is. The answer comes with the Pod that was asked and {@code atMs}; a member that does not
     * answer, or not in a way that can be read, completes it exceptionally within 2 seconds.
     */
    public CompletableFuture<Answer> status(String host, int port, String podUid, long atMs) {
        HttpRequest request = HttpRequest.newBuilder(uri(host, port, "status")).timeout(TIMEOUT).build();
        return http.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> {
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the member answered with HTTP status " + response.statusCode());
            }
            return parse(response.body(), podUid, atMs);
        });
    }

    /**
     * Sends a command that changes something.
     *
     * @param command the path below {@code /v1/}
     * @param token of the ensemble
     * @return the answer, whatever its status; completes exceptionally when there is none within 10 seconds, and then
     *     nobody knows whether it happens
     */
    CompletableFuture<HttpResponse<String>> command(String host, int port, String command, String body, String token) {
        HttpRequest request = HttpRequest.newBuilder(uri(host, port, command)).timeout(COMMAND_TIMEOUT)
                .header("Authorization", "Bearer " + token).POST(BodyPublishers.ofString(body)).build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    private static URI uri(String host, int port, String page) {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + literal + ":" + port + "/v1/" + page);
    }

    Answer parse(String json, String podUid, long atMs) {
        JsonNode status;
        try {
            status = mapper.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(atMs, podUid, status.path("apiVersion").asText(), status.path("version").asText(),
                status.path("clusterId").asText(""), role(status.path("role").asText()),
                status.path("leader").asInt(), status.path("epoch").asLong(), committed(status),
                status.path("founded").asBoolean(), status.path("inSync").asBoolean(),
                text(status.path("stayOutReason")), status.path("supportedLevel").asInt(),
                settings(status.path("settings")));
    }

    private static Committed committed(JsonNode status) {
        JsonNode change = status.path("change");
        List<Integer> coming = change.valueStream().map(member -> member.path("id").asInt()).toList();
        return new Committed(zxid(status.path("configVersion").asText()), status.path("level").asInt(),
                status.path("highestId").asInt(),
                ids(status.path("voters")), ids(status.path("observers")), change.isArray(), coming);
    }

    private static @Nullable SortedMap<String, String> settings(JsonNode node) {
        if (!node.isObject()) {
            return null;
        }
        var settings = new TreeMap<String, String>();
        node.propertyStream().forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
        return settings;
    }

    private static Role role(String text) {
        try {
            return Role.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Role.UNKNOWN;
        }
    }

    private static long zxid(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), HEX) : 0;
    }

    private static List<Integer> ids(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
