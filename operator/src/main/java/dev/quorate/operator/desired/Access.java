package dev.quorate.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.Map;
import java.util.TreeMap;

/** How members and clients reach a member, and as whom members run. */
final class Access {
    private Access() {}

    static ObjectMeta metadata(Names names, Owner owner, String name) {
        return new ObjectMetaBuilder().withName(name).withNamespace(names.namespace())
                .withLabels(Labels.common(names)).withOwnerReferences(owner.reference()).build();
    }

    /** Not ready members are in it too: they must find each other to become ready. */
    static Service members(Names names, Owner owner) {
        return new ServiceBuilder().withMetadata(metadata(names, owner, names.members())).withNewSpec()
                .withClusterIP("None").withPublishNotReadyAddresses(true).withSelector(Labels.selector(names))
                .withPorts(port("client", ServerConfig.CLIENT_PORT), port("peer", ServerConfig.PEER_PORT),
                        port("admin", ServerConfig.ADMIN_PORT))
                .endSpec().build();
    }

    static Service client(Names names, Owner owner) {
        return new ServiceBuilder().withMetadata(metadata(names, owner, names.client())).withNewSpec()
                .withSelector(Labels.selector(names)).withPorts(port("client", ServerConfig.CLIENT_PORT)).endSpec()
                .build();
    }

    /** A hint for those who want the leader: the label follows it, and a member that is not ready is not in it. */
    static Service leader(Names names, Owner owner) {
        Map<String, String> selector = new TreeMap<>(Labels.selector(names));
        selector.put(Labels.ROLE, Labels.LEADER);
        return new ServiceBuilder().withMetadata(metadata(names, owner, names.leader())).withNewSpec()
                .withSelector(selector).withPorts(port("client", ServerConfig.CLIENT_PORT)).endSpec().build();
    }

    /** Members that are not ready are what metrics are for. No other Service has a port of this name. */
    static Service metrics(Names names, Owner owner) {
        ServicePort port = new ServicePortBuilder(port("admin", ServerConfig.ADMIN_PORT)).withName("metrics").build();
        return new ServiceBuilder().withMetadata(metadata(names, owner, names.metrics())).withNewSpec()
                .withClusterIP("None").withPublishNotReadyAddresses(true).withSelector(Labels.selector(names))
                .withPorts(port).endSpec().build();
    }

    /** Members never talk to the API server. */
    static ServiceAccount serviceAccount(Names names, Owner owner) {
        return new ServiceAccountBuilder().withMetadata(metadata(names, owner, names.serviceAccount()))
                .withAutomountServiceAccountToken(false).build();
    }

    private static ServicePort port(String name, int port) {
        return new ServicePortBuilder().withName(name).withPort(port).withTargetPort(new IntOrString(name))
                .withProtocol("TCP").build();
    }
}
