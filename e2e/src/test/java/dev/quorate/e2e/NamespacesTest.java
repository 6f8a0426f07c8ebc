package dev.quorate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.e2e.local.LocalCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ensembles in several namespaces under one operator, of which two have the same name. */
class NamespacesTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Test
    void ensemblesOfSeveralNamespacesHaveNothingToDoWithEachOther(@TempDir Path folder) throws Exception {
        try (var cluster = LocalCluster.start(folder)) {
            var client = cluster.client();
            for (var namespace : List.of("red", "blue", "unwatched")) {
                client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
                        .create();
            }
            cluster.startOperator("red", "blue");
            create(cluster, "red", "zk");
            create(cluster, "blue", "zk");
            create(cluster, "blue", "zk2");
            create(cluster, "unwatched", "zk");
            awaitReady(client, "red", "zk");
            awaitReady(client, "blue", "zk");
            awaitReady(client, "blue", "zk2");
            assertThat(List.of(clusterId(client, "red", "zk"), clusterId(client, "blue", "zk"),
                    clusterId(client, "blue", "zk2"))).doesNotHaveDuplicates();
            try (var red = connect(client, "red"); var blue = connect(client, "blue")) {
                red.create().forPath("/colour", "red".getBytes(UTF_8));
                assertThat(blue.checkExists().forPath("/colour")).isNull();
                client.resources(Ensemble.class).inNamespace("blue").withName("zk").delete();
                await().atMost(LIMIT).until(() -> client.pods().inNamespace("blue").withName("zk-1").get() == null);
                assertThat(red.getData().forPath("/colour")).isEqualTo("red".getBytes(UTF_8));
            }
            awaitReady(client, "blue", "zk2");
            assertThat(client.pods().inNamespace("unwatched").list().getItems()).isEmpty();
        }
    }

    private static void create(LocalCluster cluster, String namespace, String name) {
        var ensemble = Clusters.ensemble(cluster, name, 1);
        ensemble.getMetadata().setNamespace(namespace);
        cluster.client().resource(ensemble).create();
    }

    private static String clusterId(KubernetesClient client, String namespace, String name) {
        return Objects.requireNonNull(client.resources(Ensemble.class).inNamespace(namespace).withName(name).get()
                .getStatus().clusterId());
    }

    private static void awaitReady(KubernetesClient client, String namespace, String name) {
        await(namespace + "/" + name).atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            var status = client.resources(Ensemble.class).inNamespace(namespace).withName(name).get().getStatus();
            return status != null && status.conditions().stream().anyMatch(condition -> condition.type().equals("Ready")
                    && condition.status() == Condition.Status.True);
        });
    }

    private static CuratorFramework connect(KubernetesClient client, String namespace) {
        var address = client.pods().inNamespace(namespace).withName("zk-1").get().getStatus().getPodIP();
        var zookeeper = CuratorFrameworkFactory.newClient(address + ":2181", 10_000, 15_000,
                new ExponentialBackoffRetry(200, 8));
        zookeeper.start();
        return zookeeper;
    }
}
