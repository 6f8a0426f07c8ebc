package dev.quorate.e2e.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.e2e.apiserver.ApiServer;
import dev.quorate.operator.Operator;
import dev.quorate.operator.Settings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorFailpointTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Settings SETTINGS = Settings.forNamespaces("default");
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private int round;

    @Test
    void killedAfterEachCallAndStartedAgainItFoundsOneEnsemble() throws Exception {
        for (int calls = 1; bootstrap(calls, false); calls++) {
            assertThat(calls).as("a bootstrap ends").isLessThan(500);
        }
        assertThat(round).as("places to die at").isGreaterThan(10);
    }

    @Test
    void startedAgainWithOldListsItFoundsOneEnsemble() throws Exception {
        for (int calls = 1; bootstrap(calls, true); calls += FULL ? 2 : 8) {
            assertThat(calls).as("a bootstrap ends").isLessThan(500);
        }
    }

    /** One bootstrap during which the operator dies after the given number of calls; false if it lived to the end. */
    private boolean bootstrap(int calls, boolean oldLists) throws Exception {
        try (var api = ApiServer.start(Files.createDirectories(folder.resolve("round" + ++round)).resolve("objects"));
                var client = client(api.url())) {
            client.resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class))
                    .create();
            String oldVersion = client.pods().inNamespace("default").list().getMetadata().getResourceVersion();
            try (var kubelet = new ModelKubelet(client, "127.77." + round % 250)) {
                client.resource(ensemble()).create();
                boolean died = firstOperator(api, calls, client);
                secondOperator(api, oldLists && died ? Door.Rules.old(oldVersion) : Door.Rules.open(), client);
                verify(client, kubelet, calls);
                return died;
            }
        }
    }

    private static boolean firstOperator(ApiServer api, int calls, KubernetesClient client) throws Exception {
        try (var door = Door.open(api.url(), Door.Rules.shutAfter(calls, FULL)); var connection = client(door.url())) {
            var starting = Thread.ofVirtual().start(() -> {
                try (var operator = Operator.start(connection, SETTINGS, expected -> {})) {
                    await().atMost(SETTLED_WITHIN).until(() -> door.shut().getCount() == 0 || isSettled(client));
                } catch (OperatorException failed) {
                    // The door shuts while it starts: that ends such a process, too.
                    if (!shuts(door)) {
                        throw failed;
                    }
                }
            });
            await().atMost(SETTLED_WITHIN).until(() -> door.shut().getCount() == 0 || isSettled(client));
            boolean died = door.shut().await(0, TimeUnit.MILLISECONDS);
            connection.close(); // dead: it can neither write nor read any more
            starting.join(Duration.ofSeconds(30));
            return died;
        }
    }

    /** Calls beside the last one are refused before that one is through. */
    private static boolean shuts(Door door) {
        try {
            return door.shut().await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void secondOperator(ApiServer api, Door.Rules rules, KubernetesClient client) throws IOException {
        var lost = new AtomicReference<@Nullable Throwable>();
        try (var door = Door.open(api.url(), rules);
                var connection = client(door.url());
                var operator = Operator.start(connection, SETTINGS, lost::set)) {
            await().atMost(SETTLED_WITHIN).until(() -> isSettled(client));
            assertThat(door.shownOld() > 0).as("old lists were shown").isEqualTo(rules.oldLists());
            assertThat(lost.get()).as("why it stopped watching").isNull();
        }
    }

    private static void verify(KubernetesClient client, ModelKubelet kubelet, int calls) {
        var uid = client.resource(ensemble()).get().getMetadata().getUid();
        assertThat(kubelet.foundings()).as("foundings, killed after call " + calls).containsExactly(uid);
        assertThat(names(client.pods().inNamespace("default").list().getItems())).containsExactly("zk-1", "zk-2",
                "zk-3");
        assertThat(client.persistentVolumeClaims().inNamespace("default").list().getItems()).hasSize(3)
                .allMatch(claim -> uid.equals(claim.getMetadata().getAnnotations().get("quorate.dev/cluster-id")));
        assertThat(names(client.secrets().inNamespace("default").list().getItems())).containsExactly("zk-binding",
                "zk-credentials");
        assertThat(client.configMaps().inNamespace("default").list().getItems()).hasSize(1);
    }

    private static List<String> names(List<? extends HasMetadata> objects) {
        return objects.stream().map(object -> object.getMetadata().getName()).sorted().toList();
    }

    private static boolean isSettled(KubernetesClient client) {
        var status = client.resource(ensemble()).get().getStatus();
        return status != null && status.conditions().stream().anyMatch(
                condition -> condition.type().equals("Progressing") && condition.reason().equals("Settled"));
    }

    private static Ensemble ensemble() {
        var ensemble = new Ensemble();
        ensemble.setMetadata(new ObjectMetaBuilder().withName("zk").withNamespace("default").build());
        ensemble.setSpec(EnsembleSpec.of(3, "model", StorageSpec.defaults()));
        return ensemble;
    }

    private static KubernetesClient client(String url) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder().withAutoConfigure(false).withMasterUrl(url)
                .withNamespace("default").withRequestRetryBackoffLimit(0).withRequestTimeout(60_000).build()).build();
    }
}
