package dev.quorate.operator.desired;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The Secret of an ensemble. It is made once; what is in it never changes by itself. */
public final class Credentials {
    /** The key that members share, by which each knows that the other belongs to the ensemble. */
    public static final String PEER_KEY = "peer.key";

    /** The token that admin commands which change anything need. */
    public static final String ADMIN_TOKEN = "admin.token";

    private Credentials() {}

    /** The Secret around two secrets that the caller has drawn. */
    public static Secret secret(Names names, Owner owner, String peerKey, String adminToken) {
        return new SecretBuilder().withNewMetadata().withName(names.credentials()).withNamespace(names.namespace())
                .withLabels(Labels.common(names)).withOwnerReferences(owner.reference()).endMetadata()
                .withType("Opaque").withStringData(new TreeMap<>(Map.of(PEER_KEY, peerKey, ADMIN_TOKEN, adminToken)))
                .build();
    }

    /** Whether a Secret holds what members need. */
    public static boolean complete(Secret secret) {
        Map<String, String> data = secret.getData();
        return data != null && data.containsKey(PEER_KEY) && data.containsKey(ADMIN_TOKEN);
    }
}
