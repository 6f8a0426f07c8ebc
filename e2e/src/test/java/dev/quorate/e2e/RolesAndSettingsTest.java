package dev.quorate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What users and their applications hold on to: roles as labels, the binding, and settings that restart nobody. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolesAndSettingsTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** It is to be within a second where the machine does nothing else. */
    private static final Duration LABEL_WITHIN = Duration.ofSeconds(10);

    /** Few: a kubelet waits longer before each further start of a container that ended. */
    private static final int KILLS = Boolean.getBoolean("quorate.full") ? 4 : 1;
    private static final String NAME = "zk";
    private static final String ROLE = "quorate.dev/role";
    private static final String WORDS = "4lw.commands.whitelist";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final KubernetesClient client;

    RolesAndSettingsTest(@TempDir Path folder) {
        cluster = Clusters.open(folder);
        client = cluster.client();
    }

    @BeforeAll
    void start() {
        cluster.startOperator();
        client.resource(Clusters.ensemble(cluster, NAME, 3)).create();
        awaitSettled();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    void theLabelFollowsTheLeaderAndNeverTwoHaveIt() {
        var labels = new Labels();
        try (var unused = client.pods().inNamespace(cluster.namespace()).withLabel("quorate.dev/ensemble", NAME)
                .watch(labels)) {
            for (int kill = 0; kill < KILLS; kill++) {
                awaitSettled();
                await().atMost(LIMIT).until(() -> labelled("leader").size() == 1 && labelled("follower").size() == 2);
                String old = labelled("leader").getFirst();
                cluster.killProcess(old);
                var delay = labelDelay(old);
                System.out.printf("label of the leader %d ms after the member said that it leads%n", delay.toMillis());
                assertThat(delay).isLessThan(LABEL_WITHIN);
            }
            awaitSettled();
        }
        assertThat(labels.violations).isEmpty();
    }

    /** From when another member says that it leads until its Pod is labelled so. */
    private Duration labelDelay(String old) {
        var others = names().stream().filter(pod -> !pod.equals(old)).toList();
        var saidNs = new long[1];
        await().atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
            if (saidNs[0] == 0 && others.stream().anyMatch(this::leads)) {
                saidNs[0] = System.nanoTime();
            }
            return labelled("leader").stream().anyMatch(others::contains);
        });
        return Duration.ofNanos(saidNs[0] == 0 ? 0 : System.nanoTime() - saidNs[0]);
    }

    private boolean leads(String pod) {
        var status = status(pod);
        return status.path("role").asText().equals("leader") && status.path("inSync").asBoolean();
    }

    @Test
    void theBindingSaysHowToConnectAndTheStatusNamesIt() {
        var binding = Objects.requireNonNull(ensemble().getStatus().binding()).name();
        var secret = client.secrets().inNamespace(cluster.namespace()).withName(binding).get();
        assertThat(secret.getType()).isEqualTo("servicebinding.io/zookeeper");
        var host = "zk-client." + cluster.namespace() + ".svc";
        var data = new TreeMap<String, String>();
        secret.getData().forEach((key, value) -> data.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
        assertThat(data).isEqualTo(Map.of("type", "zookeeper", "provider", "quorate", "host", host, "port", "2181",
                "uri", "zookeeper://" + host + ":2181", "connection-string", host + ":2181"));
        client.resource(secret).delete();
        await().atMost(LIMIT)
                .until(() -> client.secrets().inNamespace(cluster.namespace()).withName(binding).get() != null);
    }

    @Test
    void settingsThatNeedNoRestartAreTakenUpAndKept() {
        awaitSettled();
        var uids = uids();
        change(Map.of(WORDS, "ruok", "snapCount", "5000"));
        awaitSettings(Map.of(WORDS, "ruok", "snapCount", "5000"));
        assertThat(uids()).as("nobody was restarted").isEqualTo(uids);
        cluster.killProcess("zk-1"); // its Pod still has the file of before
        await().atMost(LIMIT).until(() -> client.pods().inNamespace(cluster.namespace()).withName("zk-1").get()
                .getStatus().getContainerStatuses().getFirst().getRestartCount() > 0);
        awaitSettings(Map.of(WORDS, "ruok", "snapCount", "5000"));
        change(Map.of());
        awaitSettings(Map.of());
        assertThat(uids()).isEqualTo(uids);
    }

    private void change(Map<String, String> config) {
        client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).edit(ensemble -> {
            var spec = ensemble.getSpec();
            ensemble.setSpec(new EnsembleSpec(spec.replicas(), spec.maxVoters(), spec.image(), spec.storage(),
                    spec.resources(), config, spec.podTemplate(), spec.paused(), spec.readyTimeoutSeconds(),
                    spec.levelSettleSeconds(), spec.heal(), spec.maintenance()));
            return ensemble;
        });
    }

    private void awaitSettings(Map<String, String> settings) {
        JsonNode wanted = JSON.valueToTree(settings);
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100))
                .until(() -> names().stream().allMatch(pod -> status(pod).path("settings").equals(wanted)));
        awaitSettled();
    }

    /** What was seen of the labels. */
    private static final class Labels implements Watcher<Pod> {
        final List<String> violations = new CopyOnWriteArrayList<>();
        private final Map<String, String> roles = new ConcurrentHashMap<>();

        @Override
        public void eventReceived(Action action, Pod pod) {
            var role = Optional.ofNullable(pod.getMetadata().getLabels().get(ROLE)).orElse("");
            roles.put(pod.getMetadata().getName(), action == Action.DELETED ? "" : role);
            if (roles.values().stream().filter("leader"::equals).count() > 1) {
                violations.add(roles.toString());
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            violations.add("the watch ended: " + cause);
        }

        @Override
        public void onClose() {
            // the test is over
        }
    }

    private List<String> labelled(String role) {
        return client.pods().inNamespace(cluster.namespace()).withLabel("quorate.dev/ensemble", NAME)
                .withLabel(ROLE, role).list().getItems().stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    private List<Pod> pods() {
        return client.pods().inNamespace(cluster.namespace()).withLabel("quorate.dev/ensemble", NAME).list().getItems();
    }

    private List<String> names() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    private List<String> uids() {
        return pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    /** An empty object while it does not answer. */
    private JsonNode status(String pod) {
        try {
            return JSON.readTree(cluster.ask(pod, "/v1/status"));
        } catch (IOException | RuntimeException unanswered) {
            return JSON.createObjectNode();
        }
    }

    private Ensemble ensemble() {
        return client.resources(Ensemble.class).inNamespace(cluster.namespace()).withName(NAME).get();
    }

    private void awaitSettled() {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            var ensemble = ensemble();
            var status = ensemble.getStatus();
            return status != null && status.observedGeneration() == ensemble.getMetadata().getGeneration()
                    && status.readyMembers() == 3 && status.conditions().stream().anyMatch(
                            condition -> condition.type().equals("Progressing")
                                    && condition.status() == Condition.Status.False
                                    && condition.reason().equals("Settled"));
        });
    }
}
