package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One httpGet probe of one running container. Until it succeeds it is asked ten times a second, sooner than a real
 * kubelet would; after that every {@code periodSeconds}, and {@code failureThreshold} failures in a row end its
 * success. A probe that a pod does not have succeeds.
 */
final class Prober {
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private static final long EAGER_MS = 100;

    private final @Nullable URI uri;
    private final long periodMs;
    private final Duration timeout;
    private final int failureThreshold;
    private final long startedMs;
    private long nextMs;
    private int failures;
    private boolean succeeds;

    Prober(@Nullable Probe probe, Container container, String address, long nowMs) {
        this.uri = probe == null || probe.getHttpGet() == null ? null : uri(probe, container, address);
        this.periodMs = 1000L * orDefault(probe == null ? null : probe.getPeriodSeconds(), 10);
        this.timeout = Duration.ofSeconds(orDefault(probe == null ? null : probe.getTimeoutSeconds(), 1));
        this.failureThreshold = orDefault(probe == null ? null : probe.getFailureThreshold(), 3);
        this.startedMs = nowMs;
        this.nextMs = nowMs + 1000L
                * (probe == null || probe.getInitialDelaySeconds() == null ? 0 : probe.getInitialDelaySeconds());
        this.succeeds = uri == null;
    }

    boolean succeeds() {
        return succeeds;
    }

    /** True when it never succeeded for so long that all allowed failures are used up. */
    boolean hasGivenUp(long nowMs) {
        return !succeeds && nowMs - startedMs > periodMs * failureThreshold;
    }

    /** Asks when it is time to. */
    void run(long nowMs) throws InterruptedException {
        if (uri == null || nowMs < nextMs) {
            return;
        }
        if (ask(uri)) {
            succeeds = true;
            failures = 0;
        } else if (succeeds && ++failures >= failureThreshold) {
            succeeds = false;
        }
        nextMs = nowMs + (succeeds ? periodMs : Math.min(EAGER_MS, periodMs));
    }

    private boolean ask(URI uri) throws InterruptedException {
        try {
            int code = HTTP.send(HttpRequest.newBuilder(uri).timeout(timeout).build(), BodyHandlers.discarding())
                    .statusCode();
            return code >= 200 && code < 400;
        } catch (IOException unanswered) {
            return false;
        }
    }

    private static URI uri(Probe probe, Container container, String address) {
        var get = probe.getHttpGet();
        int port = get.getPort().getIntVal() != null
                ? get.getPort().getIntVal()
                : container.getPorts().stream()
                        .filter(candidate -> Objects.equals(candidate.getName(), get.getPort().getStrVal())).findFirst()
                        .orElseThrow().getContainerPort();
        return URI.create("http://" + address + ":" + port + (get.getPath() == null ? "/" : get.getPath()));
    }

    private static int orDefault(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
