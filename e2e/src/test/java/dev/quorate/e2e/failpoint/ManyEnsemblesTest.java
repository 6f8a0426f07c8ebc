package dev.quorate.e2e.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.e2e.apiserver.ApiServer;
import dev.quorate.operator.Operator;
import dev.quorate.operator.Settings;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one ensemble costs the API server and the operator does not depend on how many others there are. */
class ManyEnsemblesTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration QUIET = Duration.ofMillis(1500);
    private static final int FEW = FULL ? 20 : 3;
    private static final int MANY = FULL ? 200 : 9;

    /** Lists and watches that may begin anew whenever they like. */
    private static final int WATCHES = 20;

    /** A look at caches that lag costs a call now and then. */
    private static final double SAME = 2;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void theCostOfAnEnsembleStaysFlat(@TempDir Path folder) throws Exception {
        try (var api = ApiServer.start(folder.resolve("objects.json"));
                var client = client(api.url());
                var door = Door.open(api.url(), Door.Rules.counting());
                var connection = client(door.url());
                var kubelet = new CrowdKubelet(client, "127.75")) {
            client.resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class))
                    .create();
            var settings = new Settings(Set.of("default"), Optional.empty(),
                    Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), Duration.ofMillis(200),
                    Duration.ofSeconds(5));
            try (var operator = Operator.start(connection, settings, lost -> {})) {
                int idle = quietCalls(door);
                create(client, 0, FEW);
                int few = quietCalls(door);
                create(client, FEW, MANY);
                int many = quietCalls(door);
                double costOfFew = (few - idle) / (double) FEW;
                double costOfMore = (many - few) / (double) (MANY - FEW);
                System.out.printf("calls of an ensemble: %.1f among %d, %.1f among %d%n", costOfFew, FEW, costOfMore,
                        MANY);
                assertThat(costOfMore).isLessThan(costOfFew * SAME);

                double roundsBefore = metric(operator, "quorate_operator_reconcile_seconds_count");
                touch(client);
                await().atMost(LIMIT).until(() -> metric(operator, "quorate_operator_reconcile_seconds_count")
                        - roundsBefore >= MANY);
                assertThat(quietCalls(door) - many).as("calls of %d rounds in which nothing is to be done", MANY)
                        .isLessThan(WATCHES);
            }
        }
    }

    private static void create(KubernetesClient client, int from, int to) {
        for (int i = from; i < to; i++) {
            var ensemble = new Ensemble();
            ensemble.setMetadata(new ObjectMetaBuilder().withName("e" + i).withNamespace("default").build());
            ensemble.setSpec(EnsembleSpec.of(1, "model", StorageSpec.defaults()));
            client.resource(ensemble).create();
        }
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).until(() -> client.resources(Ensemble.class)
                .inNamespace("default").list().getItems().stream().filter(ManyEnsemblesTest::isSettled).count() == to);
    }

    private static boolean isSettled(Ensemble ensemble) {
        return ensemble.getStatus() != null && ensemble.getStatus().conditions().stream()
                .anyMatch(condition -> condition.type().equals("Progressing")
                        && condition.status() == Condition.Status.False && condition.reason().equals("Settled"));
    }

    /** Wakes a round of each. */
    private static void touch(KubernetesClient client) {
        client.resources(Ensemble.class).inNamespace("default").list().getItems()
                .forEach(ensemble -> client.resource(ensemble).edit(live -> {
                    live.getMetadata().getAnnotations().put("touched", "yes");
                    return live;
                }));
    }

    /** The calls so far, once no more come. */
    private static int quietCalls(Door door) {
        var last = new int[]{-1};
        await().atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(QUIET).until(() -> {
            int now = door.counted();
            boolean quiet = now == last[0];
            last[0] = now;
            return quiet;
        });
        return last[0];
    }

    private double metric(Operator operator, String name) throws IOException, InterruptedException {
        var page = http.send(HttpRequest.newBuilder(
                URI.create("http://localhost:" + operator.httpPort().orElseThrow() + "/metrics")).build(),
                BodyHandlers.ofString()).body();
        return page.lines().filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length()))).findFirst().orElse(0);
    }

    private static KubernetesClient client(String url) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder().withAutoConfigure(false).withMasterUrl(url)
                .withNamespace("default").withRequestRetryBackoffLimit(0).withRequestTimeout(60_000).build()).build();
    }
}
