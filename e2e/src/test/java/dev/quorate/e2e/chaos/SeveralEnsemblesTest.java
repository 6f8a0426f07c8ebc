package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.Clusters;
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

/** Two Ensembles in one namespace, both under load, and the end of one, of its return, and of all. */
@Tag("cluster")
@EnabledIfSystemProperty(named = "quorate.full", matches = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralEnsemblesTest {
    private static final Duration LONGEST_GAP = Duration.ofSeconds(90);
    /** An Ensemble that is deleted and made again does not serve meanwhile. */
    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(4);
    private static final int CLIENTS = 2;

    private final Cluster cluster;
    private final LoadedEnsemble kept;
    private final LoadedEnsemble deleted;

    SeveralEnsemblesTest(@TempDir Path folder) {
        cluster = Clusters.open(folder);
        kept = new LoadedEnsemble(cluster, "kept");
        deleted = new LoadedEnsemble(cluster, "deleted");
    }

    @BeforeAll
    void start() {
        cluster.startOperator();
        kept.create(3);
        deleted.create(3);
        kept.start(3, CLIENTS);
        deleted.start(3, CLIENTS);
    }

    @AfterAll
    void close() throws InterruptedException {
        kept.close();
        deleted.close();
        cluster.close();
    }

    @Test
    @Order(1)
    void bothAreRolledAtATime() {
        List<String> before = List.of(kept.uids(), deleted.uids()).stream().flatMap(List::stream).toList();
        kept.scenario("two Ensembles rolled at a time", () -> {
            kept.change("{\"config\":{\"autopurge.snapRetainCount\":\"4\"}}");
            deleted.change("{\"config\":{\"autopurge.snapRetainCount\":\"5\"}}");
            kept.awaitSettled(3);
            deleted.awaitSettled(3);
        });
        assertThat(kept.uids()).hasSize(3).doesNotContainAnyElementsOf(before);
        assertThat(deleted.uids()).hasSize(3).doesNotContainAnyElementsOf(before);
    }

    @Test
    @Order(2)
    void anEnsembleMadeAgainHasItsDataBackAndTheOtherNoticesNothing() {
        List<String> others = kept.uids();
        String clusterId = deleted.status().clusterId();
        deleted.scenario("deleted, and made again on its claims", () -> {
            deleted.resource().delete();
            await().atMost(LoadedEnsemble.LIMIT).until(() -> deleted.pods().isEmpty());
            assertThat(deleted.claims()).isEqualTo(3);
            deleted.create(3);
            deleted.awaitSettled(3);
        });
        assertThat(deleted.status().clusterId()).isEqualTo(clusterId);
        assertThat(kept.uids()).isEqualTo(others);
    }

    @Test
    @Order(3)
    void nothingAcknowledgedIsLostAndNothingOldIsRead() throws InterruptedException {
        kept.finish(LONGEST_GAP);
        deleted.finish(LONGEST_ABSENCE);
    }

    @Test
    @Order(4)
    void nothingHoldsUpTheEndOfTheNamespace() {
        var namespace = cluster.client().namespaces().withName(cluster.namespace());
        assumeFalse(cluster.namespace().equals("default"), "skipped: the namespace default can't be deleted");
        namespace.delete();
        await().atMost(LoadedEnsemble.LIMIT).until(() -> namespace.get() == null);
    }
}
