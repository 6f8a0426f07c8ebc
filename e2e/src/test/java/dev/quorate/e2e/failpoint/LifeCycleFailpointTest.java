package dev.quorate.e2e.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.e2e.apiserver.ApiServer;
import dev.quorate.operator.Operator;
import dev.quorate.operator.Settings;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.OperatorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator is killed after each of its calls of a scale, a roll and a replacement; another one finishes it. */
class LifeCycleFailpointTest {
    private static final int STRIDE = Boolean.getBoolean("quorate.full") ? 2 : 11;
    private static final Settings SETTINGS = Settings.forNamespaces("default");
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private ApiServer api;
    private KubernetesClient client;
    private ModelKubelet kubelet;

    @BeforeEach
    void start() throws Exception {
        api = ApiServer.start(Files.createDirectories(folder).resolve("objects"));
        client = client(api.url());
        client.resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class)).create();
        kubelet = new ModelKubelet(client, "127.78.0");
        client.resource(ensemble(3, "model:0")).create();
        finish(this::isSettled);
    }

    @AfterEach
    void stop() {
        kubelet.close();
        client.close();
        api.close();
    }

    @Test
    void killedAfterEachCallOfAScaleAndStartedAgainItReachesTheNumber() throws Exception {
        int replicas = 3;
        boolean died = true;
        for (int calls = 1; died; calls += STRIDE) {
            replicas = 8 - replicas;
            died = disturbed(ensemble(replicas, "model:0"), calls);
            assertThat(kubelet.members().voters()).as("killed after call " + calls).hasSize(replicas);
            assertThat(pods()).hasSize(replicas);
        }
        assertThat(kubelet.members().losses()).isEmpty();
        assertThat(kubelet.foundings()).hasSize(1);
    }

    @Test
    void killedAfterEachCallOfARollAndStartedAgainItRestartsEveryMember() throws Exception {
        boolean died = true;
        for (int calls = 1; died; calls += STRIDE) {
            String image = "model:" + calls;
            died = disturbed(ensemble(3, image), calls);
            assertThat(pods()).as("killed after call " + calls).hasSize(3)
                    .allMatch(pod -> pod.getSpec().getContainers().getFirst().getImage().equals(image));
        }
        assertThat(kubelet.members().losses()).isEmpty();
    }

    @Test
    void killedAfterEachCallOfAReplacementAndStartedAgainItReplacesOneByOne() throws Exception {
        int replaced = 1;
        boolean died = true;
        for (int calls = 1; died; calls += STRIDE) {
            int asked = replaced++;
            died = disturbed(ensemble -> ensemble.getMetadata().setAnnotations(replacing(ensemble, asked)),
                    () -> isSettled() && !kubelet.members().voters().contains(asked), calls);
            assertThat(kubelet.members().voters()).as("killed after call " + calls).hasSize(3).doesNotContain(asked);
            assertThat(pods()).hasSize(3);
        }
        assertThat(kubelet.members().losses()).isEmpty();
        assertThat(kubelet.foundings()).hasSize(1);
    }

    @Test
    void theLevelIsRaisedStepByStepWhenAllMembersKnowIt() {
        change(ensemble -> ensemble.setSpec(new EnsembleSpec(3, 7, "model:0", StorageSpec.defaults(), null, null,
                null, false, 600, 0, HealSpec.defaults(), null)));
        finish(() -> kubelet.members().level() == ModelMembers.SUPPORTED_LEVEL);
        assertThat(kubelet.members().losses()).isEmpty();
    }

    private static Map<String, String> replacing(Ensemble ensemble, int id) {
        var annotations = new TreeMap<>(ensemble.getMetadata().getAnnotations());
        annotations.put("quorate.dev/replace", Integer.toString(id));
        return annotations;
    }

    /** One change during which the operator dies after the given number of calls; false if it lived to the end. */
    private boolean disturbed(Ensemble changed, int calls) throws Exception {
        return disturbed(ensemble -> ensemble.setSpec(changed.getSpec()), this::isSettled, calls);
    }

    private boolean disturbed(Consumer<Ensemble> edit, BooleanSupplier isDone, int calls) throws Exception {
        change(edit);
        boolean died = dies(isDone, calls);
        finish(isDone);
        return died;
    }

    private void change(Consumer<Ensemble> edit) {
        client.resources(Ensemble.class).inNamespace("default").withName("zk").edit(ensemble -> {
            edit.accept(ensemble);
            return ensemble;
        });
    }

    private boolean dies(BooleanSupplier isDone, int calls) throws Exception {
        try (var door = Door.open(api.url(), Door.Rules.shutAfter(calls, false));
                var connection = client(door.url())) {
            var starting = Thread.ofVirtual().start(() -> {
                try (var operator = Operator.start(connection, SETTINGS, expected -> {})) {
                    await().atMost(SETTLED_WITHIN).until(() -> door.shut().getCount() == 0 || isDone.getAsBoolean());
                } catch (OperatorException failed) {
                    // The door shuts while it starts: that ends such a process, too.
                }
            });
            await().atMost(SETTLED_WITHIN).until(() -> door.shut().getCount() == 0 || isDone.getAsBoolean());
            boolean died = door.shut().await(0, TimeUnit.MILLISECONDS);
            connection.close(); // dead: it can neither write nor read any more
            starting.join(Duration.ofSeconds(30));
            return died;
        }
    }

    /** An operator that nobody disturbs. */
    private void finish(BooleanSupplier isDone) {
        try (var connection = client(api.url()); var operator = Operator.start(connection, SETTINGS, lost -> {})) {
            assertThat(operator.httpPort()).isEmpty();
            await().atMost(SETTLED_WITHIN).until(isDone::getAsBoolean);
        }
    }

    private boolean isSettled() {
        var ensemble = client.resources(Ensemble.class).inNamespace("default").withName("zk").get();
        var status = ensemble.getStatus();
        return status != null && status.observedGeneration() == ensemble.getMetadata().getGeneration()
                && status.members().size() == ensemble.getSpec().replicas()
                && status.conditions().stream().anyMatch(condition -> condition.type().equals("Progressing")
                        && condition.status() == Condition.Status.False && condition.reason().equals("Settled"));
    }

    private List<Pod> pods() {
        return client.pods().inNamespace("default").list().getItems();
    }

    private static Ensemble ensemble(int replicas, String image) {
        var ensemble = new Ensemble();
        ensemble.setMetadata(new ObjectMetaBuilder().withName("zk").withNamespace("default").build());
        ensemble.setSpec(EnsembleSpec.of(replicas, image, StorageSpec.defaults()));
        return ensemble;
    }

    private static KubernetesClient client(String url) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder().withAutoConfigure(false).withMasterUrl(url)
                .withNamespace("default").withRequestRetryBackoffLimit(0).withRequestTimeout(60_000).build()).build();
    }
}
