package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Condition;
import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.Clusters;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 * An Ensemble that is scaled, rolled and disturbed meanwhile, while clients read and write. Whatever they were answered
 * is checked by zxid at the end.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifeCycleUnderLoadTest {
    /** In the long form two of three members are missing for as long as a process takes to start. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(Boolean.getBoolean("quorate.full") ? 90 : 20);
    private static final int CLIENTS = 4;

    private final Cluster cluster;
    private final LoadedEnsemble ensemble;

    LifeCycleUnderLoadTest(@TempDir Path folder) {
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
    void fromThreeToFiveToThree() {
        ensemble.scenario("scaled from 3 to 5", () -> ensemble.scale(5));
        assertThat(ensemble.voters()).hasSize(5);
        ensemble.scenario("scaled from 5 to 3", () -> ensemble.scale(3));
        assertThat(ensemble.voters()).hasSize(3);
    }

    @Test
    @Order(2)
    void aChangedConfigurationReachesEveryMember() {
        List<String> before = ensemble.uids();
        ensemble.scenario("rolled for a changed configuration", () -> {
            ensemble.change("{\"config\":{\"autopurge.snapRetainCount\":\"4\"}}");
            ensemble.awaitSettled(3);
        });
        assertThat(ensemble.uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    }

    @Test
    @Order(3)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void toOneAndBackAndToANumberThatIsEven() {
        ensemble.scenario("scaled from 3 to 1", () -> ensemble.scale(1));
        ensemble.scenario("scaled from 1 to 3", () -> ensemble.scale(3));
        ensemble.scenario("scaled from 3 to 4", () -> ensemble.scale(4));
        assertThat(ensemble.voters()).hasSize(3);
        ensemble.scenario("scaled from 4 to 3", () -> ensemble.scale(3));
        assertThat(ensemble.claims()).as("kept and not used again").isGreaterThan(3);
        ensemble.change("{\"storage\":{\"claimPolicy\":\"Delete\"}}");
        await().atMost(LoadedEnsemble.LIMIT).until(() -> ensemble.claims() == 3);
    }

    @Test
    @Order(4)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void aBadImageHaltsAtTheFirstMemberAndIsTakenBack() {
        List<String> before = ensemble.uids();
        ensemble.scenario("a bad image, taken back", () -> {
            ensemble.change("{\"image\":\"registry.invalid/none:1\"}");
            ensemble.awaitStatus(
                    status -> LoadedEnsemble.is(status, "Ready", Condition.Status.False, "RollHalted"));
            assertThat(ensemble.uids().stream().filter(before::contains).toList()).as("untouched").hasSize(2);
            ensemble.awaitWrites();
            ensemble.change("{\"image\":\"" + cluster.image() + "\"}");
            ensemble.awaitSettled(3);
        });
        assertThat(ensemble.uids().stream().filter(before::contains).toList()).as("untouched").hasSize(2);
    }

    @Test
    @Order(5)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void theLeadersPodIsDeletedDuringARoll() {
        List<String> before = ensemble.uids();
        ensemble.scenario("the leader's Pod deleted during a roll", () -> {
            ensemble.change("{\"config\":{\"autopurge.snapRetainCount\":\"5\"}}");
            ensemble.awaitStatus(status -> !ensemble.uids().equals(before));
            ensemble.pod(ensemble.leader()).delete();
            ensemble.awaitSettled(3);
        });
        assertThat(ensemble.uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    }

    @Test
    @Order(6)
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void anUnfinishedScaleIsTurnedAround() {
        ensemble.scenario("scaled to 5, and back before it is done", () -> {
            ensemble.change("{\"replicas\":5}");
            ensemble.awaitStatus(status -> status.replicas() > 3);
            ensemble.scale(3);
        });
        assertThat(ensemble.voters()).hasSize(3);
    }

    @Test
    @Order(7)
    void aMemberWhoseVolumeIsLostIsReplacedByANewOne() {
        String lost = ensemble.pods().getLast().getMetadata().getName();
        String id = lost.substring(lost.lastIndexOf('-') + 1);
        ensemble.scenario("a volume lost, its member replaced", () -> {
            cluster.client().persistentVolumeClaims().inNamespace(cluster.namespace()).withName("data-" + lost)
                    .delete();
            ensemble.pod(lost).delete();
            ensemble.awaitStatus(
                    status -> LoadedEnsemble.is(status, "Degraded", Condition.Status.True, "ClaimLost"));
            ensemble.resource().patch(PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"annotations\":{\"quorate.dev/replace\":\"" + id + "\"}}}");
            ensemble.awaitStatus(status -> status.members().stream().noneMatch(member -> member.pod().equals(lost)));
            ensemble.awaitSettled(3);
        });
        assertThat(ensemble.voters()).hasSize(3).doesNotContain(Integer.valueOf(id));
    }

    @Test
    @Order(8)
    void nothingAcknowledgedIsLostAndNothingOldIsRead() throws InterruptedException {
        ensemble.finish(LONGEST_GAP);
    }
}
