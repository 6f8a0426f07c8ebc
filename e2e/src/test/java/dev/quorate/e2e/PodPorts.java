package dev.quorate.e2e;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Addresses by which a client in this process reaches the client port of Pods: a port of the node, which needs no API
 * server, or where this machine reaches no node, a forwarded port.
 */
final class PodPorts implements AutoCloseable {
    private static final int CLIENT_PORT = 2181;
    private static final List<String> LABELS = List.of("quorate.dev/ensemble", "quorate.dev/member-id");

    private final KubernetesClient client;
    private final String namespace;
    private final Optional<String> node;
    private final Map<String, String> addresses = new HashMap<>();
    private final Map<String, LocalPortForward> forwards = new HashMap<>();

    PodPorts(KubernetesClient client, String namespace, Optional<String> node) {
        this.client = client;
        this.namespace = namespace;
        this.node = node;
    }

    /** The same for all Pods of this name. */
    synchronized String address(String pod) {
        return node.map(host -> addresses.computeIfAbsent(pod, name -> host + ":" + nodePort(name)))
                .orElseGet(() -> "127.0.0.1:" + forwards.compute(pod, this::forward).getLocalPort());
    }

    private int nodePort(String pod) {
        var labels = client.pods().inNamespace(namespace).withName(pod).require().getMetadata().getLabels();
        var service = new ServiceBuilder().withNewMetadata().withName("e2e-" + pod).withNamespace(namespace)
                .endMetadata().withNewSpec().withType("NodePort").withPublishNotReadyAddresses(true)
                .withSelector(LABELS.stream().collect(Collectors.toMap(label -> label, labels::get))).addNewPort()
                .withPort(CLIENT_PORT).withTargetPort(new IntOrString(CLIENT_PORT)).endPort().endSpec().build();
        return client.resource(service).create().getSpec().getPorts().getFirst().getNodePort();
    }

    private LocalPortForward forward(String pod, @Nullable LocalPortForward before) {
        if (before != null && before.isAlive() && !before.errorOccurred()) {
            return before;
        }
        close(before);
        return client.pods().inNamespace(namespace).withName(pod).portForward(CLIENT_PORT);
    }

    private static void close(@Nullable LocalPortForward forward) {
        try {
            if (forward != null) {
                forward.close();
            }
        } catch (IOException gone) {
            // The Pod behind it is gone already.
        }
    }

    @Override
    public synchronized void close() {
        forwards.values().forEach(PodPorts::close);
    }
}
