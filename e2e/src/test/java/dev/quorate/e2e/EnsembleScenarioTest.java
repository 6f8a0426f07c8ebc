package dev.quorate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of one Ensemble, from its creation over losses to its deletion and return, each step with a client's data
 * at stake.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EnsembleScenarioTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String NAME = "zk";
    private static final List<String> PODS = List.of("zk-1", "zk-2", "zk-3");
    private static final String KEPT = "/kept";

    private final Cluster cluster;
    private final KubernetesClient client;

    EnsembleScenarioTest(@TempDir Path folder) {
        cluster = Clusters.open(folder);
        client = cluster.client();
    }

    @BeforeAll
    void startOperator() {
        cluster.startOperator();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    @Order(1)
    void aBadEnsembleIsRefusedWithASentence() {
        assertThatThrownBy(() -> client.resource(Clusters.ensemble(cluster, NAME, 0)).create())
                .hasMessageContaining("replicas must be from 1 to 99");
    }

    @Test
    @Order(2)
    void anEnsembleBecomesReadyAndServesClients() throws Exception {
        client.resource(Clusters.ensemble(cluster, NAME, 3)).create();
        awaitReady();
        try (var zookeeper = connect()) {
            zookeeper.create().forPath(KEPT, "data".getBytes(UTF_8));
        }
        assertThat(ensemble().getStatus().members()).hasSize(3);
    }

    @Test
    @Order(3)
    void aKilledProcessComesBackWithTheData() throws Exception {
        cluster.killProcess("zk-2");
        awaitChange(() -> client.pods().inNamespace(cluster.namespace()).withName("zk-2").get().getStatus()
                .getContainerStatuses().getFirst()
                .getRestartCount() > 0);
        awaitReady();
        assertKept();
    }

    @Test
    @Order(4)
    void aDeletedPodComesBackOnItsClaim() throws Exception {
        var pod = client.pods().inNamespace(cluster.namespace()).withName("zk-1").get();
        client.resource(pod).delete();
        awaitChange(() -> isAnother(client.pods().inNamespace(cluster.namespace()).withName("zk-1").get(), pod));
        awaitReady();
        assertKept();
    }

    @Test
    @Order(5)
    void deletedServicesComeBack() throws Exception {
        for (var name : List.of("zk-members", "zk-client")) {
            var service = client.services().inNamespace(cluster.namespace()).withName(name).get();
            client.resource(service).delete();
            awaitChange(
                    () -> isAnother(client.services().inNamespace(cluster.namespace()).withName(name).get(), service));
        }
        awaitReady();
        assertKept();
    }

    @Test
    @Order(6)
    void anOperatorThatWasAwayFindsWhatWasLostMeanwhile() throws Exception {
        cluster.stopOperator();
        var pod = client.pods().inNamespace(cluster.namespace()).withName("zk-3").get();
        client.resource(pod).delete();
        awaitChange(() -> client.pods().inNamespace(cluster.namespace()).withName("zk-3").get() == null);
        cluster.startOperator();
        awaitChange(() -> isAnother(client.pods().inNamespace(cluster.namespace()).withName("zk-3").get(), pod));
        awaitReady();
        assertKept();
    }

    @Test
    @Order(7)
    void volumesGrowOneAfterTheOther() throws Exception {
        client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).edit(ensemble -> {
            ensemble.setSpec(Clusters.spec(cluster, 3, "2Gi"));
            return ensemble;
        });
        awaitChange(() -> client.persistentVolumeClaims().inNamespace(cluster.namespace()).list().getItems().stream()
                .allMatch(claim -> new Quantity("2Gi").equals(claim.getStatus().getCapacity().get("storage"))));
        awaitReady();
        assertKept();
    }

    @Test
    @Order(8)
    void aDeletedEnsembleLeavesItsClaimsAndMadeAgainHasItsDataBack() throws Exception {
        var clusterId = ensemble().getStatus().clusterId();
        client.resource(ensemble()).delete();
        awaitChange(() -> client.pods().inNamespace(cluster.namespace()).list().getItems().stream()
                .noneMatch(pod -> PODS.contains(pod.getMetadata().getName())));
        assertThat(client.persistentVolumeClaims().inNamespace(cluster.namespace()).list().getItems()).hasSize(3);

        var again = Clusters.ensemble(cluster, NAME, 3);
        again.setSpec(Clusters.spec(cluster, 3, "2Gi"));
        client.resource(again).create();
        awaitReady();
        assertThat(ensemble().getStatus().clusterId()).isEqualTo(clusterId);
        assertKept();
    }

    private Ensemble ensemble() {
        return client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).get();
    }

    private void awaitReady() {
        awaitChange(() -> {
            var status = ensemble().getStatus();
            return status != null && status.readyMembers() == 3 && status.conditions().stream()
                    .anyMatch(condition -> condition.type().equals("Ready")
                            && condition.status() == Condition.Status.True);
        });
    }

    private static void awaitChange(Callable<Boolean> seen) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(seen);
    }

    private static boolean isAnother(@org.jspecify.annotations.Nullable HasMetadata now, HasMetadata before) {
        return now != null && !now.getMetadata().getUid().equals(before.getMetadata().getUid());
    }

    /** Asks each member on its own, so that one that lost the data can't hide behind the others. */
    private void assertKept() throws Exception {
        for (var pod : PODS) {
            try (var zookeeper = connect(List.of(pod))) {
                zookeeper.sync().forPath(KEPT);
                assertThat(new String(zookeeper.getData().forPath(KEPT), UTF_8)).as(pod).isEqualTo("data");
            }
        }
    }

    private CuratorFramework connect() {
        return connect(PODS);
    }

    private CuratorFramework connect(List<String> pods) {
        var zookeeper = CuratorFrameworkFactory.newClient(cluster.connectString(pods), 10_000, 15_000,
                new ExponentialBackoffRetry(200, 8));
        zookeeper.start();
        return zookeeper;
    }
}
