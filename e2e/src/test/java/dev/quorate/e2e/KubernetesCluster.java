package dev.quorate.e2e;

import dev.quorate.crds.Ensemble;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A namespace of a real Kubernetes, in which operator and members run from one image that is built of this tree. */
final class KubernetesCluster implements Cluster {
    private static final String OPERATOR = "quorate-operator";
    private static final int CLIENT_PORT = 2181;
    private static final int ADMIN_PORT = 8080;
    private static final long LIMIT_SECONDS = 120;

    private final KubernetesNode node;
    private final KubernetesClient client;
    private final String namespace = "e2e-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<LocalPortForward> forwards = new ArrayList<>();

    private KubernetesCluster(KubernetesNode node) {
        this.node = node;
        this.client = node.newClient();
    }

    /** A new namespace on the one Kubernetes of this JVM, which is started when it is first asked for. */
    static KubernetesCluster open() {
        var cluster = new KubernetesCluster(KubernetesNode.running());
        cluster.prepare();
        return cluster;
    }

    private void prepare() {
        var definition = client
                .resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class));
        definition.serverSideApply();
        definition.waitUntilCondition(
                seen -> seen != null && seen.getStatus() != null && seen.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True")),
                LIMIT_SECONDS,
                TimeUnit.SECONDS);
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
        client.resource(new ServiceAccountBuilder().withNewMetadata().withName(OPERATOR).withNamespace(namespace)
                .endMetadata().build()).create();
        for (var role : roles()) {
            role.getMetadata().setNamespace(role.getKind().equals("Role") ? namespace : null);
            client.resource(role).serverSideApply();
            client.resource(role.getKind().equals("Role")
                    ? roleBinding(role.getMetadata().getName())
                    : clusterRoleBinding(role.getMetadata().getName()))
                    .create();
        }
    }

    private List<HasMetadata> roles() {
        try (InputStream yaml = Objects
                .requireNonNull(dev.quorate.operator.Operator.class.getResourceAsStream("rbac.yaml"))) {
            return client.load(yaml).items();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private HasMetadata roleBinding(String role) {
        return new RoleBindingBuilder().withNewMetadata().withName(role).withNamespace(namespace).endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io").withKind("Role").withName(role).endRoleRef().addNewSubject()
                .withKind("ServiceAccount")
                .withName(OPERATOR).withNamespace(namespace).endSubject().build();
    }

    private HasMetadata clusterRoleBinding(String role) {
        return new ClusterRoleBindingBuilder().withNewMetadata().withName(role + "-" + namespace).endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io").withKind("ClusterRole").withName(role).endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount").withName(OPERATOR).withNamespace(namespace).endSubject().build();
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
        return node.image();
    }

    @Override
    public void killProcess(String pod) {
        var status = client.pods().inNamespace(namespace).withName(pod).get().getStatus().getContainerStatuses()
                .getFirst();
        node.kill(status.getContainerID().substring("containerd://".length()));
    }

    @Override
    public String connectString(List<String> pods) {
        return pods.stream().map(pod -> {
            var forward = client.pods().inNamespace(namespace).withName(pod).portForward(CLIENT_PORT);
            forwards.add(forward);
            return "127.0.0.1:" + forward.getLocalPort();
        }).collect(Collectors.joining(","));
    }

    @Override
    public String ask(String pod, String path) {
        return client.raw("/api/v1/namespaces/" + namespace + "/pods/" + pod + ":" + ADMIN_PORT + "/proxy" + path);
    }

    @Override
    public void startOperator() {
        var deployment = client.resource(deployment());
        deployment.createOr(existing -> existing.update());
        deployment.waitUntilReady(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void stopOperator() {
        client.resource(deployment()).delete();
        var pods = client.pods().inNamespace(namespace).withLabel("app", OPERATOR);
        pods.withGracePeriod(0).delete();
        pods.waitUntilCondition(Objects::isNull, LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private Deployment deployment() {
        return new DeploymentBuilder().withNewMetadata().withName(OPERATOR).withNamespace(namespace).endMetadata()
                .withNewSpec().withReplicas(1)
                .withNewSelector().addToMatchLabels("app", OPERATOR).endSelector().withNewTemplate().withNewMetadata()
                .addToLabels("app", OPERATOR)
                .endMetadata().withNewSpec().withServiceAccountName(OPERATOR).addNewContainer().withName("operator")
                .withImage(image())
                .withImagePullPolicy("IfNotPresent").withCommand(KubernetesNode.operatorCommand()).addNewEnv()
                .withName("QUORATE_NAMESPACES")
                .withValue(namespace).endEnv().endContainer().endSpec().endTemplate().endSpec().build();
    }

    @Override
    public void close() {
        for (var forward : forwards) {
            try {
                forward.close();
            } catch (IOException gone) {
                // The pod behind it is gone already.
            }
        }
        for (var role : roles()) {
            if (role.getKind().equals("ClusterRole")) {
                client.resource(clusterRoleBinding(role.getMetadata().getName())).delete();
            }
        }
        client.resources(Ensemble.class).inNamespace(namespace).delete();
        client.namespaces().withName(namespace).delete();
        client.namespaces().withName(namespace).waitUntilCondition(Objects::isNull, Duration.ofMinutes(3).toSeconds(),
                TimeUnit.SECONDS);
        client.close();
    }
}
