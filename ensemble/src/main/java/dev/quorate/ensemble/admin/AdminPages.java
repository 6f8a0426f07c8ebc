package dev.quorate.ensemble.admin;

import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The pages of the admin port, {@code GET PATH}. None of them changes anything, so none asks who is there. */
public final class AdminPages {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final AskLoop loop;
    private final StatusPage statusPage;
    private final Metrics metrics;

    /** Takes an answer as the HTTP port sends it. */
    public interface Reply {
        void send(int status, String contentType, String body);
    }

    /**
     * @param settings those that may be changed and are given now, by their names in zoo.cfg; asked from any thread
     * @param version of this build, as the status page tells it
     * @param supportedLevel the highest level of rules and formats that this build knows
     */
    public AdminPages(AskLoop loop, Metrics metrics, Supplier<SortedMap<String, String>> settings, String version,
            int supportedLevel) {
        this.loop = loop;
        this.metrics = metrics;
        this.statusPage = new StatusPage(version, supportedLevel, settings);
    }

    /** Answers one request, now or later, from any thread. */
    public void get(String path, Reply reply) {
        switch (path) {
            case "/livez" -> ask(reply, seen -> page(200, TEXT, "ok\n"));
            case "/readyz" -> ask(reply, seen -> seen.serves() && !seen.leaving()
                    ? page(200, TEXT, seen.status().disk().isShort() ? "ok, but the disk is short of room\n" : "ok\n")
                    : page(503, TEXT, seen.reasonNotServing() + "\n"));
            case "/v1/status" -> ask(reply, seen -> page(200, "application/json", statusPage.render(seen)));
            case "/metrics" -> ask(reply, seen -> page(200, Metrics.CONTENT_TYPE, metrics.render(seen)));
            default -> reply.send(404, TEXT, "there is no such page: /livez, /readyz, /v1/status, /metrics\n");
        }
    }

    private void ask(Reply reply, Function<Observation, Consumer<Reply>> page) {
        loop.ask(seen -> page.apply(seen).accept(reply),
                () -> reply.send(503, TEXT, "the member's loop does not answer\n"));
    }

    private static Consumer<Reply> page(int status, String contentType, String body) {
        return reply -> reply.send(status, contentType, body);
    }
}
