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
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs every Pod at once, as a member that founds its ensemble with all others, takes part in changes of the members,
 * and answers how it is. It notes when a quorum is missing.
 */
final class ModelKubelet implements AutoCloseable {
    private static final String NODE = "model";
    private static final int PERIOD_MS = 10;
    private static final int MEMBERS = 3;
    private static final int ADMIN_PORT = 8080;

    private final KubernetesClient client;
    private final String network;
    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("model-kubelet").daemon().factory());
    private final Map<String, HttpServer> servers = new ConcurrentHashMap<>();
    private final Map<String, String> clusterByClaim = new ConcurrentHashMap<>();
    private final List<String> foundings = new CopyOnWriteArrayList<>();
    private final ModelMembers members = new ModelMembers();

    /** @param network the first three numbers of the addresses of Pods, for this kubelet alone */
    ModelKubelet(KubernetesClient client, String network) {
        this.client = client;
        this.network = network;
        var node = client.resource(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build()).create();
        client.resource(new NodeBuilder(node).withNewStatus().addNewCondition().withType("Ready").withStatus("True")
                .endCondition().endStatus().build()).updateStatus();
        var unused = timer.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /** The clusters that members founded, one entry for each time. */
    List<String> foundings() {
        return List.copyOf(foundings);
    }

    /** Who the members are, by their own word. */
    ModelMembers members() {
        return members;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        servers.values().forEach(server -> server.stop(0));
    }

    private void look() {
        try {
            List<Pod> pods = client.pods().list().getItems();
            pods.forEach(this::run);
            found(pods);
            members.running(pods.stream().filter(pod -> servers.containsKey(pod.getMetadata().getUid()))
                    .map(pod -> Integer.valueOf(env(pod).get("QUORATE_ID"))).toList());
        } catch (KubernetesClientException again) {
            // Something changed under its hands, or the API server is gone: it looks again.
        }
    }

    private void run(Pod pod) {
        var name = pod.getMetadata().getName();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            var server = servers.remove(pod.getMetadata().getUid());
            if (server != null) {
                server.stop(0);
            }
            client.resource(pod).withGracePeriod(0).delete();
        } else if (pod.getSpec().getNodeName() == null) {
            client.raw("/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/" + name + "/binding", "POST",
                    new BindingBuilder().withNewMetadata().withName(name).endMetadata().withNewTarget()
                            .withKind("Node").withName(NODE).endTarget().build());
        } else if (pod.getStatus() == null || pod.getStatus().getPodIP() == null) {
            var address = network + "." + env(pod).get("QUORATE_ID");
            servers.computeIfAbsent(pod.getMetadata().getUid(), uid -> serve(address, pod));
            client.resource(new PodBuilder(pod).withNewStatus().withPhase("Running").withPodIP(address)
                    .withConditions(new PodConditionBuilder().withType("Ready").withStatus("True").build()).endStatus()
                    .build()).updateStatus();
        }
    }

    private static Map<String, String> env(Pod pod) {
        var env = new TreeMap<String, String>();
        pod.getSpec().getContainers().getFirst().getEnv()
                .forEach(variable -> env.put(variable.getName(), variable.getValue()));
        return env;
    }

    /** Unanimous: all founders run, each with an empty disk, none told that it was founded before. */
    private void found(List<Pod> pods) {
        boolean all = pods.size() == MEMBERS && servers.size() >= MEMBERS;
        boolean empty = pods.stream().map(pod -> env(pod).get("QUORATE_CLAIM_UID"))
                .noneMatch(clusterByClaim::containsKey);
        boolean told = pods.stream().anyMatch(pod -> "true".equals(env(pod).get("QUORATE_FOUNDED")));
        if (all && empty && !told) {
            var clusters = pods.stream().map(pod -> env(pod).get("QUORATE_CLUSTER_ID")).distinct().toList();
            foundings.add(String.join(" and ", clusters));
            members.found(MEMBERS);
            pods.forEach(pod -> clusterByClaim.put(env(pod).get("QUORATE_CLAIM_UID"),
                    env(pod).get("QUORATE_CLUSTER_ID")));
        }
    }

    private HttpServer serve(String address, Pod pod) {
        try {
            var server = HttpServer.create(new InetSocketAddress(address, ADMIN_PORT), 0);
            int id = Integer.parseInt(env(pod).get("QUORATE_ID"));
            answer(server, "/v1/status", body -> new ModelMembers.Answer(200, status(env(pod))));
            answer(server, "/v1/reconfig", members::reconfig);
            answer(server, "/v1/level", members::raiseLevel);
            answer(server, "/v1/handover", body -> members.handOver(id));
            server.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void answer(HttpServer server, String path, Function<String, ModelMembers.Answer> answers) {
        server.createContext(path, exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var answer = answers.apply(body);
                var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.code(), bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    private String status(Map<String, String> env) {
        String claim = Objects.requireNonNull(env.get("QUORATE_CLAIM_UID"));
        String told = Objects.requireNonNull(env.get("QUORATE_CLUSTER_ID"));
        if ("true".equals(env.get("QUORATE_FOUNDED")) && !foundings.isEmpty()) {
            clusterByClaim.putIfAbsent(claim, told); // learns from the others
        }
        return members.status(Integer.parseInt(env.get("QUORATE_ID")), told, clusterByClaim.containsKey(claim));
    }
}
