package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.crds.StorageSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.Clusters;
import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * An Ensemble that is scaled, rolled and disturbed meanwhile, while clients read and write. Whatever they were answered
 * is checked by zxid at the end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifeCycleUnderLoadTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** In the long form two of three members are missing for as long as a process takes to start. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(Boolean.getBoolean("quorate.full") ? 90 : 20);
    private static final String NAME = "zk";
    private static final int CLIENTS = 4;
    private static final int CLIENT_PORT = 2181;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final KubernetesClient client;
    private final List<Load> clients = new ArrayList<>();
    private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();

    LifeCycleUnderLoadTest(@TempDir Path folder) {
        cluster = Clusters.open(folder);
        client = cluster.client();
    }

    @BeforeAll
    void start() throws IOException {
        cluster.startOperator();
        client.resource(Clusters.ensemble(cluster, NAME, 3)).create();
        awaitSettled(3);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Load(i, this::members, 1));
            clients.getLast().start();
        }
        awaitWrites();
    }

    @AfterAll
    void close() throws InterruptedException {
        for (Load load : clients) {
            load.close();
        }
        cluster.close();
    }

    @Test
    @Order(1)
    void fromThreeToFiveToThree() {
        scale(5);
        assertThat(voters()).hasSize(5);
        scale(3);
        assertThat(voters()).hasSize(3);
    }

    @Test
    @Order(2)
    void aChangedConfigurationReachesEveryMember() {
        List<String> before = uids();
        change(spec -> withConfig(spec, "snapCount", "5000"));
        awaitSettled(3);
        assertThat(uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    }

    @Test
    @Order(3)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void toOneAndBackAndToANumberThatIsEven() {
        scale(1);
        scale(3);
        scale(4);
        assertThat(voters()).hasSize(3);
        scale(3);
        assertThat(claims()).as("kept and not used again").isGreaterThan(3);
        change(spec -> withPolicy(spec, ClaimPolicy.Delete));
        await().atMost(LIMIT).until(() -> claims() == 3);
    }

    @Test
    @Order(4)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void aBadImageHaltsAtTheFirstMemberAndIsTakenBack() {
        List<String> before = uids();
        change(spec -> withImage(spec, "registry.invalid/none:1"));
        awaitStatus(status -> is(status, "Ready", Condition.Status.False, "RollHalted"));
        assertThat(uids().stream().filter(before::contains).toList()).as("untouched").hasSize(2);
        awaitWrites();
        change(spec -> withImage(spec, cluster.image()));
        awaitSettled(3);
        assertThat(uids().stream().filter(before::contains).toList()).as("untouched").hasSize(2);
    }

    @Test
    @Order(5)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void theLeadersPodIsDeletedDuringARoll() {
        List<String> before = uids();
        change(spec -> withConfig(spec, "snapCount", "6000"));
        awaitStatus(status -> !uids().equals(before));
        String leader = ensemble().getStatus().leader();
        if (leader != null) {
            client.pods().inNamespace(cluster.namespace()).withName(leader).delete();
        }
        awaitSettled(3);
        assertThat(uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    }

    @Test
    @Order(6)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void anUnfinishedScaleIsTurnedAround() {
        change(spec -> withReplicas(spec, 5));
        awaitStatus(status -> status.replicas() > 3);
        scale(3);
        assertThat(voters()).hasSize(3);
    }

    @Test
    @Order(7)
    void nothingAcknowledgedIsLostAndNothingOldIsRead() throws InterruptedException {
        awaitWrites();
        List<Op> ops = new ArrayList<>();
        for (Load load : clients) {
            ops.addAll(load.finish());
        }
        await("all members are equal").atMost(LIMIT).until(() -> pods().stream()
                .map(pod -> status(pod.getMetadata().getName()))
                .map(status -> status.path("appliedZxid").asText() + status.path("digest").asText()).distinct()
                .count() == 1);
        HistoryChecker.check(ops, List.of());
        Duration gap = longestGap(ops);
        System.out.printf("%d operations, %d of unknown outcome, longest time without a write %d ms%n", ops.size(),
                ops.stream().filter(op -> op.done() == null).count(), gap.toMillis());
        assertThat(gap).isLessThan(LONGEST_GAP);
    }

    /** Between two writes of any clients. */
    private static Duration longestGap(List<Op> ops) {
        long[] doneNs = ops.stream().filter(op -> op.call() instanceof Call.Write && op.done() != null
                && op.done().error() == 0).mapToLong(op -> op.done().completedNs()).sorted().toArray();
        long longestNs = 0;
        for (int i = 1; i < doneNs.length; i++) {
            longestNs = Math.max(longestNs, doneNs[i] - doneNs[i - 1]);
        }
        return Duration.ofNanos(longestNs);
    }

    private void scale(int replicas) {
        client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).scale(replicas);
        awaitSettled(replicas);
        awaitWrites();
    }

    private void change(UnaryOperator<EnsembleSpec> to) {
        client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).edit(ensemble -> {
            ensemble.setSpec(to.apply(ensemble.getSpec()));
            return ensemble;
        });
    }

    private int claims() {
        return client.persistentVolumeClaims().inNamespace(cluster.namespace()).list().getItems().size();
    }

    private static EnsembleSpec withPolicy(EnsembleSpec spec, ClaimPolicy policy) {
        return new EnsembleSpec(spec.replicas(), spec.maxVoters(), spec.image(),
                new StorageSpec(spec.storage().size(), spec.storage().className(), policy), spec.resources(),
                spec.config(), spec.podTemplate(), spec.paused(), spec.readyTimeoutSeconds());
    }

    private static EnsembleSpec withReplicas(EnsembleSpec spec, int replicas) {
        return new EnsembleSpec(replicas, spec.maxVoters(), spec.image(), spec.storage(), spec.resources(),
                spec.config(), spec.podTemplate(), spec.paused(), spec.readyTimeoutSeconds());
    }

    private static EnsembleSpec withImage(EnsembleSpec spec, String image) {
        return new EnsembleSpec(spec.replicas(), spec.maxVoters(), image, spec.storage(), spec.resources(),
                spec.config(), spec.podTemplate(), spec.paused(), spec.readyTimeoutSeconds());
    }

    private static EnsembleSpec withConfig(EnsembleSpec spec, String key, String value) {
        return new EnsembleSpec(spec.replicas(), spec.maxVoters(), spec.image(), spec.storage(), spec.resources(),
                Map.of(key, value), spec.podTemplate(), spec.paused(), spec.readyTimeoutSeconds());
    }

    private Ensemble ensemble() {
        return client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).get();
    }

    private List<Pod> pods() {
        return client.pods().inNamespace(cluster.namespace()).withLabel("quorate.dev/ensemble", NAME).list().getItems();
    }

    private List<String> uids() {
        return pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    private List<Integer> voters() {
        return status(pods().getFirst().getMetadata().getName()).path("voters").valueStream().map(JsonNode::asInt)
                .toList();
    }

    private JsonNode status(String pod) {
        try {
            return JSON.readTree(cluster.ask(pod, "/v1/status"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What the spec asks for is reached, and said of this spec. */
    private void awaitSettled(int replicas) {
        awaitStatus(status -> status.readyMembers() == replicas && status.members().size() == replicas
                && is(status, "Ready", Condition.Status.True, "AllMembersServe")
                && is(status, "Progressing", Condition.Status.False, "Settled")
                && status.observedGeneration() == ensemble().getMetadata().getGeneration());
    }

    private void awaitStatus(Predicate<EnsembleStatus> reached) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            clients.forEach(Load::check);
            EnsembleStatus status = ensemble().getStatus();
            return status != null && reached.test(status);
        });
    }

    private static boolean is(EnsembleStatus status, String type, Condition.Status value, String reason) {
        return status.conditions().stream().anyMatch(condition -> condition.type().equals(type)
                && condition.status() == value && condition.reason().equals(reason));
    }

    private void awaitWrites() {
        long sinceNs = System.nanoTime();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
            clients.forEach(Load::check);
            return clients.stream().allMatch(load -> load.lastWriteNs() - sinceNs > 0);
        });
    }

    /** Where members serve clients now. */
    private List<InetSocketAddress> members() {
        List<Pod> pods = pods().stream().filter(pod -> pod.getStatus().getPodIP() != null).toList();
        List<Pod> ready = pods.stream().filter(LifeCycleUnderLoadTest::isReady).toList();
        return (ready.isEmpty() ? pods : ready).stream().map(this::address).toList();
    }

    private static boolean isReady(Pod pod) {
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
