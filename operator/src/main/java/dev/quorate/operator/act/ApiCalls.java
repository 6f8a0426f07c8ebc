package dev.quorate.operator.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.crds.Ensemble;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls of the API server that several steps are made of. */
final class ApiCalls {
    private final KubernetesClient client;
    private final ObjectMapper mapper = new ObjectMapper();

    ApiCalls(KubernetesClient client) {
        this.client = client;
    }

    KubernetesClient client() {
        return client;
    }

    /** The Ensemble as it is now: for one that is gone nothing is started. */
    Ensemble live(Names names, Owner owner) {
        Ensemble ensemble = client.resources(Ensemble.class).inNamespace(names.namespace())
                .withName(names.ensemble()).get();
        if (ensemble == null || !ensemble.getMetadata().getUid().equals(owner.uid())
                || ensemble.getMetadata().getDeletionTimestamp() != null) {
            throw new StaleViewException("Ensemble " + names.ensemble() + " is not there any more");
        }
        return ensemble;
    }

    void patchClaim(Names names, String claim, ObjectNode patch) {
        ignoringAbsence(() -> client.persistentVolumeClaims().inNamespace(names.namespace()).withName(claim)
                .patch(merge(Actuator.FIELD_MANAGER), patch.toString()));
    }

    /** Something that is gone needs no patch. */
    static void ignoringAbsence(Runnable patch) {
        try {
            patch.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    /** What exists already was made by an earlier attempt; the next look tells whether it is ours. */
    boolean create(HasMetadata object) {
        try {
            client.resource(object).create();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return false;
        }
    }

    ObjectNode annotations(String key, @Nullable String value) {
        ObjectNode patch = mapper.createObjectNode();
        metadata(patch).withObjectProperty("annotations").put(key, value);
        return patch;
    }

    /** What a claim asks for. */
    ObjectNode request(String resource, String quantity) {
        ObjectNode patch = mapper.createObjectNode();
        patch.withObjectProperty("spec").withObjectProperty("resources").withObjectProperty("requests").put(resource,
                quantity);
        return patch;
    }

    static ObjectNode metadata(ObjectNode patch) {
        return patch.withObjectProperty("metadata");
    }

    static PatchContext merge(String manager) {
        return new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).withFieldManager(manager).build();
    }

    static @Nullable String annotation(HasMetadata object, String key) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(key);
    }
}
