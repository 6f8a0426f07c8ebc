package dev.quorate.e2e;

import static org.awaitility.Awaitility.await;

import com.marcnuri.helm.Helm;
import dev.quorate.crds.Ensemble;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A namespace of a real Kubernetes, in which the chart of this tree installed the operator, and both it and the members
 * run from the images of this tree.
 */
final class KubernetesCluster implements Cluster {
    private static final String RELEASE = "quorate-operator";
    private static final String SECOND_RELEASE = "second-quorate-operator";
    private static final int ADMIN_PORT = 8080;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int REPLICAS = 2;
    private static final Path CHART = Path.of("..", "charts", "quorate-operator");

    private final KubernetesNodes nodes;
    private final KubernetesClient client;
    private final String namespace = "e2e-" + UUID.randomUUID().toString().substring(0, 8);
    private final PodPorts ports;

    private KubernetesCluster(KubernetesNodes nodes) {
        this.nodes = nodes;
        this.client = nodes.newClient();
        this.ports = new PodPorts(client, namespace, nodes.address());
    }

    /** A new namespace on the one Kubernetes of this JVM, which is started when it is first asked for. */
    static KubernetesCluster open() {
        var cluster = new KubernetesCluster(KubernetesNodes.running());
        cluster.prepare();
        return cluster;
    }

    private void prepare() {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
        // The definition belongs to the release that came first. A later one finds it as this build has it.
        var definition = client
                .resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class));
        boolean first = definition.get() == null;
        if (!first) {
            definition.forceConflicts().serverSideApply();
        }
        install(RELEASE, 0, first);
        definition.waitUntilCondition(
                seen -> seen != null && seen.getStatus() != null && seen.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True")),
                LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private void install(String release, int replicas, boolean definition) {
        var image = property("quorate.test.operatorImage");
        int colon = image.lastIndexOf(':');
        new Helm(CHART).install().withName(release).withNamespace(namespace).withKubeConfig(nodes.kubeconfig())
                .set("replicaCount", replicas).set("crds.install", definition)
                .set("image.repository", image.substring(0, colon)).set("image.tag", image.substring(colon + 1))
                .waitReady().withTimeout((int) LIMIT.toSeconds()).call();
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name),
                () -> "-D" + name + " is missing: run mvn -Pkubernetes");
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public String image() {
        return property("quorate.test.image");
    }

    @Override
    public void killProcess(String pod) {
        var found = client.pods().inNamespace(namespace).withName(pod).get();
        var container = found.getStatus().getContainerStatuses().getFirst().getContainerID();
        nodes.kill(found.getSpec().getNodeName(), container.substring("containerd://".length()));
    }

    @Override
    public String connectString(List<String> pods) {
        return pods.stream().map(ports::address).collect(Collectors.joining(","));
    }

    @Override
    public String ask(String pod, String path) {
        return client.raw("/api/v1/namespaces/" + namespace + "/pods/" + pod + ":" + ADMIN_PORT + "/proxy" + path);
    }

    @Override
    public void startOperator() {
        deployment().scale(REPLICAS);
        deployment().waitUntilReady(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void stopOperator() {
        deployment().scale(0);
        var pods = client.pods().inNamespace(namespace).withLabel("app.kubernetes.io/instance", RELEASE);
        pods.withGracePeriod(0).delete();
        await().atMost(LIMIT).until(() -> pods.list().getItems().isEmpty());
    }

    @Override
    public void upgradeOperator() {
        new Helm(CHART).upgrade().withName(RELEASE).withNamespace(namespace).withKubeConfig(nodes.kubeconfig())
                .reuseValues().set("replicaCount", REPLICAS).set("poll.busyMs", 201).waitReady()
                .withTimeout((int) LIMIT.toSeconds()).call();
    }

    @Override
    public void startSecondOperator() {
        install(SECOND_RELEASE, 1, false);
    }

    @Override
    public void stopSecondOperator() {
        Helm.uninstall(SECOND_RELEASE).withNamespace(namespace).withKubeConfig(nodes.kubeconfig()).call();
    }

    @Override
    public void cutOffApi(Duration away) throws InterruptedException {
        nodes.cutOffApi(away);
    }

    @Override
    public List<String> spareNodes() {
        return nodes.spare();
    }

    @Override
    public void freeze(String node) {
        nodes.freeze(node);
    }

    @Override
    public void thaw(String node) {
        nodes.thaw(node);
    }

    private RollableScalableResource<Deployment> deployment() {
        return client.apps().deployments().inNamespace(namespace).withName(RELEASE);
    }

    @Override
    public void close() {
        ports.close();
        var own = client.namespaces().withName(namespace);
        if (own.get() == null) {
            deleteClusterRoles();
        } else {
            client.resources(Ensemble.class).inNamespace(namespace).delete();
            for (var release : Helm.list().withNamespace(namespace).withKubeConfig(nodes.kubeconfig()).call()) {
                Helm.uninstall(release.getName()).withNamespace(namespace).withKubeConfig(nodes.kubeconfig()).call();
            }
            own.delete();
            own.waitUntilCondition(Objects::isNull, LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        client.close();
    }

    /** What a release leaves behind when it goes with its namespace. */
    private void deleteClusterRoles() {
        client.rbac().clusterRoleBindings().list().getItems().stream()
                .filter(binding -> binding.getMetadata().getName().startsWith(namespace))
                .forEach(binding -> client.resource(binding).delete());
        client.rbac().clusterRoles().list().getItems().stream()
                .filter(role -> role.getMetadata().getName().startsWith(namespace))
                .forEach(role -> client.resource(role).delete());
    }
}
