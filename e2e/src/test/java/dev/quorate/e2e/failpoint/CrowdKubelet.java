package dev.quorate.e2e.failpoint;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs every Pod as the only member of an ensemble, which serves at once: for many ensembles, of which nothing is
 * asked.
 */
final class CrowdKubelet implements AutoCloseable {
    private static final String NODE = "model";
    private static final int PERIOD_MS = 100;
    private static final int ADMIN_PORT = 8080;
    private static final int PER_NETWORK = 250;

    private final KubernetesClient client;
    private final String network;
    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("crowd-kubelet").daemon().factory());
    private final Map<String, HttpServer> servers = new ConcurrentHashMap<>();

    /** @param network the first two numbers of the addresses of Pods */
    CrowdKubelet(KubernetesClient client, String network) {
        this.client = client;
        this.network = network;
        var node = client.resource(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build()).create();
        client.resource(new NodeBuilder(node).withNewStatus().addNewCondition().withType("Ready").withStatus("True")
                .endCondition().endStatus().build()).updateStatus();
        var unused = timer.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        servers.values().forEach(server -> server.stop(0));
    }

    private void look() {
        for (Pod pod : client.pods().list().getItems()) {
            try {
                run(pod);
            } catch (KubernetesClientException again) {
                // Something changed under its hands: it looks again.
            }
        }
    }

    private void run(Pod pod) {
        var name = pod.getMetadata().getName();
        if (pod.getSpec().getNodeName() == null) {
            client.raw("/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/" + name + "/binding", "POST",
                    new BindingBuilder().withNewMetadata().withName(name).endMetadata().withNewTarget()
                            .withKind("Node").withName(NODE).endTarget().build());
        } else if (pod.getStatus() == null || pod.getStatus().getPodIP() == null) {
            var server = servers.computeIfAbsent(pod.getMetadata().getUid(), uid -> serve(pod));
            client.resource(new PodBuilder(pod).withNewStatus().withPhase("Running")
                    .withPodIP(server.getAddress().getAddress().getHostAddress())
                    .withConditions(new PodConditionBuilder().withType("Ready").withStatus("True").build()).endStatus()
                    .build()).updateStatus();
        }
    }

    private HttpServer serve(Pod pod) {
        try {
            int number = servers.size();
            var server = HttpServer.create(new InetSocketAddress(
                    network + "." + number / PER_NETWORK + "." + (1 + number % PER_NETWORK), ADMIN_PORT), 0);
            var cluster = pod.getSpec().getContainers().getFirst().getEnv().stream()
                    .filter(variable -> variable.getName().equals("QUORATE_CLUSTER_ID")).findFirst().orElseThrow()
                    .getValue();
            var members = new ModelMembers();
            members.found(1);
            members.running(List.of(1));
            server.createContext("/v1/status", exchange -> {
                try (exchange) {
                    var bytes = members.status(1, cluster, true).getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            });
            server.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
