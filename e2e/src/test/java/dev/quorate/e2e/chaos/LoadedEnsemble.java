package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.Clusters;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** An Ensemble on a cluster, with clients that read and write all the time, and what a scenario asks of it. */
final class LoadedEnsemble implements AutoCloseable {
    /** On a machine that is busy with other things, too. */
    static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int CLIENT_PORT = 2181;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final KubernetesClient client;
    private final String name;
    private final List<Load> clients = new ArrayList<>();
    private final Scenarios scenarios = new Scenarios();
    private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private volatile List<InetSocketAddress> lastKnown = List.of();

    LoadedEnsemble(Cluster cluster, String name) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.name = name;
    }

    /** Asks for it, as {@code kubectl apply} does. */
    void create(int replicas) {
        client.resource(Clusters.ensemble(cluster, name, replicas)).fieldManager("scenario").serverSideApply();
    }

    /** Creates it where that was not done, waits until it serves, and lets clients begin. */
    void start(int replicas, int load) {
        scenarios.add("founded", () -> {
            if (resource().get() == null) {
                create(replicas);
            }
            awaitSettled(replicas);
        });
        for (int i = 0; i < load; i++) {
            clients.add(new Load(i, this::members, 1));
            clients.getLast().start();
        }
        awaitWrites();
    }

    /** What happens in a scenario. */
    interface Action {
        void run() throws Exception;
    }

    /** Does it, and waits until every client writes again. How long it took and what clients saw is told at the end. */
    void scenario(String what, Action action) {
        scenarios.add(what, () -> {
            action.run();
            awaitWrites();
        });
    }

    /** Ends the clients, checks all that they were answered, and tells it. */
    void finish(Duration longestGap) throws InterruptedException {
        awaitWrites();
        List<Op> ops = new ArrayList<>();
        for (Load load : clients) {
            ops.addAll(load.finish());
        }
        await("all members are equal").atMost(LIMIT).until(() -> pods().stream()
                .map(pod -> answer(pod.getMetadata().getName()))
                .map(status -> status.path("appliedZxid").asText() + status.path("digest").asText()).distinct()
                .count() == 1);
        System.out.print(scenarios.table(ops));
        System.out.printf("%d operations, %d of unknown outcome, %d sessions expired%n", ops.size(),
                ops.stream().filter(op -> op.done() == null).count(),
                clients.stream().mapToInt(Load::expired).sum());
        HistoryChecker.check(ops, List.of());
        assertThat(Scenarios.longestGap(ops)).isLessThan(longestGap);
    }

    @Override
    public void close() throws InterruptedException {
        for (Load load : clients) {
            load.close();
        }
    }

    Resource<Ensemble> resource() {
        return client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(name);
    }

    /** Changes the number of members, as {@code kubectl scale} does, and waits until they are there. */
    void scale(int replicas) {
        resource().scale(replicas);
        awaitSettled(replicas);
    }

    /** Changes fields of the spec, as {@code kubectl patch} does. */
    void change(String spec) {
        resource().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
    }

    EnsembleStatus status() {
        return Objects.requireNonNull(resource().require().getStatus());
    }

    List<Pod> pods() {
        return client.pods().inNamespace(cluster.namespace()).withLabel("quorate.dev/ensemble", name).list().getItems();
    }

    List<String> uids() {
        return pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    List<Integer> voters() {
        return answer(pods().getFirst().getMetadata().getName()).path("voters").valueStream().map(JsonNode::asInt)
                .toList();
    }

    /** The Pod of the member that leads. */
    String leader() {
        return await().atMost(LIMIT).until(() -> status().leader(), Objects::nonNull);
    }

    PodResource pod(String pod) {
        return client.pods().inNamespace(cluster.namespace()).withName(pod);
    }

    /** How many claims there are, of members and of former ones. */
    int claims() {
        return client.persistentVolumeClaims().inNamespace(cluster.namespace()).withLabel("quorate.dev/ensemble", name)
                .list().getItems().size();
    }

    private JsonNode answer(String pod) {
        try {
            return JSON.readTree(cluster.ask(pod, "/v1/status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the spec asks for is reached, and said of this spec. */
    void awaitSettled(int replicas) {
        awaitStatus(status -> status.readyMembers() == replicas && status.members().size() == replicas
                && is(status, "Ready", Condition.Status.True, "AllMembersServe")
                && is(status, "Progressing", Condition.Status.False, "Settled")
                && status.observedGeneration() == resource().require().getMetadata().getGeneration());
    }

    void awaitStatus(Predicate<EnsembleStatus> reached) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            clients.forEach(Load::check);
            EnsembleStatus status = resource().require().getStatus();
            return status != null && reached.test(status);
        });
    }

    static boolean is(EnsembleStatus status, String type, Condition.Status value, String reason) {
        return status.conditions().stream().anyMatch(condition -> condition.type().equals(type)
                && condition.status() == value && condition.reason().equals(reason));
    }

    /** Waits until every client was acknowledged a write that it had not been before. */
    void awaitWrites() {
        long sinceNs = System.nanoTime();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
            clients.forEach(Load::check);
            return clients.stream().allMatch(load -> load.lastWriteNs() - sinceNs > 0);
        });
    }

    /** Where members serve clients now; where they last did when the API server does not answer. */
    private List<InetSocketAddress> members() {
        try {
            List<Pod> pods = pods().stream().filter(pod -> pod.getStatus().getPodIP() != null).toList();
            List<Pod> ready = pods.stream().filter(LoadedEnsemble::isReady).toList();
            lastKnown = (ready.isEmpty() ? pods : ready).stream().map(this::address).toList();
        } catch (KubernetesClientException unanswered) {
            return lastKnown;
        }
        return lastKnown;
    }

    static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    private InetSocketAddress address(Pod pod) {
        return addresses.computeIfAbsent(pod.getMetadata().getUid(), uid -> {
            String[] hostAndPort = cluster.connectString(List.of(pod.getMetadata().getName())).split(":");
            return new InetSocketAddress(hostAndPort[0],
                    hostAndPort.length > 1 ? Integer.parseInt(hostAndPort[1]) : CLIENT_PORT);
        });
    }
}
