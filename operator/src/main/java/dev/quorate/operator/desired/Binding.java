package dev.quorate.operator.desired;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Secret that applications mount to learn how to connect, in the shape of the Service Binding Specification for
 * Kubernetes 1.1. It names the Service and not the members, so it holds for as long as the ensemble does and nobody may
 * change it.
 */
final class Binding {
    private static final String TYPE = "zookeeper";

    private Binding() {}

    static Secret secret(Names names, Owner owner) {
        String address = names.clientHost() + ":" + ServerConfig.CLIENT_PORT;
        var data = new TreeMap<String, String>();
        Map.of("type", TYPE, "provider", "quorate", "host", names.clientHost(), "port",
                Integer.toString(ServerConfig.CLIENT_PORT), "uri", TYPE + "://" + address, "connection-string", address)
                .forEach((key, value) -> data.put(key,
                        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return new SecretBuilder().withMetadata(Access.metadata(names, owner, names.binding()))
                .withType("servicebinding.io/" + TYPE).withImmutable(true).withData(data).build();
    }
}
