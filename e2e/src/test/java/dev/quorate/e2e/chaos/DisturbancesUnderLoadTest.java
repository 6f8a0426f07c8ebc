package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.Clusters;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What others do to an Ensemble and to its operator while clients read and write: evictions, drains, lost nodes, an API
 * server that is away, operators that end, change, and come in between each other.
 */
@Tag("cluster")
@EnabledIfSystemProperty(named = "quorate.full", matches = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DisturbancesUnderLoadTest {
    /** For machines that are busy with other things: docs/testing.md has what is usual. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(90);
    private static final Duration API_AWAY = Duration.ofMinutes(1);
    private static final int CLIENTS = 4;

    private final Cluster cluster;
    private final LoadedEnsemble ensemble;

    DisturbancesUnderLoadTest(@TempDir Path folder) {
        cluster = Clusters.open(folder);
        ensemble = new LoadedEnsemble(cluster, "zk");
    }

    @BeforeAll
    void start() {
        cluster.startOperator();
        ensemble.start(3, CLIENTS);
    }

    @AfterAll
    void close() throws InterruptedException {
        ensemble.close();
        cluster.close();
    }

    @Test
    @Order(1)
    void anEvictedLeaderHandsOver() {
        ensemble.scenario("the leader's Pod evicted", () -> {
            List<String> before = ensemble.uids();
            evict(ensemble.leader());
            await().atMost(LoadedEnsemble.LIMIT).until(() -> !before.containsAll(ensemble.uids()));
            ensemble.awaitSettled(3);
        });
    }

    @Test
    @Order(2)
    void aKilledLeaderIsReplaced() {
        ensemble.scenario("the leader's process killed", () -> {
            String leader = ensemble.leader();
            cluster.killProcess(leader);
            await().atMost(LoadedEnsemble.LIMIT)
                    .until(() -> restarts(ensemble.pod(leader).require()) > 0);
            ensemble.awaitSettled(3);
        });
    }

    @Test
    @Order(3)
    void anUpgradeOfTheOperatorRestartsNoMember() {
        Map<String, Integer> before = restarts();
        ensemble.scenario("the operator upgraded", () -> {
            cluster.upgradeOperator();
            ensemble.change("{\"readyTimeoutSeconds\":301}"); // no member has to know, but the operator says that it has seen it
            ensemble.awaitSettled(3);
        });
        assertThat(restarts()).isEqualTo(before);
    }

    @Test
    @Order(4)
    void anotherOperatorGoesOnWithAScale() {
        ensemble.scenario("the operator killed while it scales to 5 and back", () -> {
            for (int replicas : new int[]{5, 3}) {
                int members = ensemble.pods().size();
                ensemble.resource().scale(replicas);
                await().atMost(LoadedEnsemble.LIMIT).until(() -> ensemble.pods().size() != members);
                cluster.stopOperator();
                cluster.startOperator();
                ensemble.awaitSettled(replicas);
            }
        });
        assertThat(ensemble.voters()).hasSize(3);
    }

    @Test
    @Order(5)
    void anotherOperatorGoesOnWithARoll() {
        rolled("the operator killed during a roll", "4", () -> {
            cluster.stopOperator();
            cluster.startOperator();
        });
    }

    @Test
    @Order(6)
    void twoOperatorsAtWorkDoNoHarm() {
        List<String> before = ensemble.uids();
        ensemble.scenario("two operators scale to 5 and back, and roll", () -> {
            cluster.startSecondOperator();
            try {
                ensemble.scale(5);
                ensemble.scale(3);
                ensemble.change("{\"config\":{\"autopurge.snapRetainCount\":\"5\"}}");
                ensemble.awaitSettled(3);
            } finally {
                cluster.stopSecondOperator();
            }
        });
        assertThat(ensemble.uids()).hasSize(3).doesNotContainAnyElementsOf(before);
        assertThat(ensemble.voters()).hasSize(3);
    }

    @Test
    @Order(7)
    void aRollGoesOnWhenTheApiServerIsBack() {
        rolled("the API server away for 60 s during a roll", "6", () -> cluster.cutOffApi(API_AWAY));
    }

    @Test
    @Order(8)
    void nodesAreDrainedInTurn() {
        List<String> nodes = spareNodes();
        for (String node : nodes) {
            ensemble.scenario("a node drained, and given back", () -> {
                cordon(node, true);
                evictAllFrom(node);
                cordon(node, false);
                ensemble.awaitSettled(3);
            });
        }
    }

    @Test
    @Order(9)
    void aSecondNodeIsNotDrainedBeforeTheFirstIsBack() {
        List<String> nodes = spareNodes();
        ensemble.scenario("two nodes drained at once", () -> {
            nodes.forEach(node -> cordon(node, true));
            evictAllFrom(nodes.getFirst());
            for (Pod pod : podsOn(nodes.getLast())) {
                assertThat(ensemble.pod(pod.getMetadata().getName()).evict()).as("an eviction beyond the budget")
                        .isFalse();
            }
            cordon(nodes.getFirst(), false);
            evictAllFrom(nodes.getLast());
            cordon(nodes.getLast(), false);
            ensemble.awaitSettled(3);
        });
    }

    @Test
    @Order(10)
    void aNodeThatStandsStillIsDoneWithout() {
        String node = spareNodes().getFirst();
        ensemble.scenario("a node stands still until it is given up, and comes back", () -> {
            cluster.freeze(node);
            try {
                ensemble.awaitStatus(status -> status.readyMembers() == 2);
                ensemble.awaitWrites();
            } finally {
                cluster.thaw(node);
            }
            ensemble.awaitSettled(3);
        });
    }

    @Test
    @Order(11)
    void nothingAcknowledgedIsLostAndNothingOldIsRead() throws InterruptedException {
        ensemble.finish(LONGEST_GAP);
    }

    /** A roll during which something happens, after its first member. */
    private void rolled(String what, String retained, LoadedEnsemble.Action meanwhile) {
        List<String> before = ensemble.uids();
        ensemble.scenario(what, () -> {
            ensemble.change("{\"config\":{\"autopurge.snapRetainCount\":\"" + retained + "\"}}");
            await().atMost(LoadedEnsemble.LIMIT).until(() -> !before.containsAll(ensemble.uids()));
            meanwhile.run();
            ensemble.awaitSettled(3);
        });
        assertThat(ensemble.uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    }

    /** Asks again and again, as kubectl drain does. */
    private void evict(String pod) {
        await().atMost(LoadedEnsemble.LIMIT).until(() -> ensemble.pod(pod).evict());
    }

    private void evictAllFrom(String node) {
        for (Pod pod : podsOn(node)) {
            evict(pod.getMetadata().getName());
        }
        await().atMost(LoadedEnsemble.LIMIT).until(() -> podsOn(node).isEmpty());
    }

    private List<Pod> podsOn(String node) {
        return ensemble.pods().stream().filter(pod -> node.equals(pod.getSpec().getNodeName())).toList();
    }

    private void cordon(String node, boolean cordoned) {
        cluster.client().nodes().withName(node).edit(
                found -> new NodeBuilder(found).editSpec().withUnschedulable(cordoned).endSpec().build());
    }

    private List<String> spareNodes() {
        List<String> nodes = cluster.spareNodes();
        assumeFalse(nodes.isEmpty(), "skipped: this cluster has no node to spare");
        return nodes;
    }

    private Map<String, Integer> restarts() {
        return ensemble.pods().stream().collect(Collectors.toMap(pod -> pod.getMetadata().getUid(),
                DisturbancesUnderLoadTest::restarts));
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .mapToInt(status -> Objects.requireNonNullElse(status.getRestartCount(), 0)).sum();
    }
}
