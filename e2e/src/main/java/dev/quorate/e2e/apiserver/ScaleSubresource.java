package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.e2e.apiserver.Resources.Target;

/** The number of replicas as an object of its own, by which {@code kubectl scale} and autoscalers change it. */
final class ScaleSubresource {
    /** Where the numbers are in the object: JSON pointers; empty where there is none. */
    record Paths(String specReplicas, String statusReplicas, String labelSelector) {
        static Paths of(JsonNode scale) {
            return new Paths(pointer(scale, "specReplicasPath"), pointer(scale, "statusReplicasPath"),
                    pointer(scale, "labelSelectorPath"));
        }

        private static String pointer(JsonNode scale, String path) {
            return scale.path(path).asText("").replace('.', '/');
        }
    }

    private final Store store;
    private final Resources resources;

    ScaleSubresource(Store store, Resources resources) {
        this.store = store;
        this.resources = resources;
    }

    ObjectNode get(Target target) {
        return scale(target, store.get(target.key()).orElseThrow(target::notFound));
    }

    /** Takes the number from a whole Scale or from a patch of one. */
    ObjectNode put(Target target, Request request) {
        synchronized (store) {
            var object = store.get(target.key()).orElseThrow(target::notFound).deepCopy();
            var asked = request.json();
            var version = asked.path("metadata").path("resourceVersion").asText("");
            if (!version.isEmpty()) {
                object.withObjectProperty("metadata").put("resourceVersion", version);
            }
            var replicas = asked.path("spec").path("replicas");
            if (!replicas.isIntegralNumber()) {
                throw ApiException.badRequest("spec.replicas of the Scale is missing");
            }
            var parts = paths(target).specReplicas().substring(1).split("/");
            object.withObjectProperty(parts[0]).set(parts[1], replicas);
            var whole = new Target(target.type(), target.namespace(), target.name(), "");
            return scale(target, resources.replace(whole, object, request));
        }
    }

    private static Paths paths(Target target) {
        var paths = target.type().scale();
        if (paths == null) {
            throw new ApiException(404, "NotFound", "the server could not find the requested resource");
        }
        return paths;
    }

    private static ObjectNode scale(Target target, ObjectNode object) {
        var paths = paths(target);
        var scale = JsonNodeFactory.instance.objectNode().put("apiVersion", "autoscaling/v1").put("kind", "Scale");
        var metadata = scale.putObject("metadata");
        for (var field : new String[]{"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            metadata.set(field, object.path("metadata").path(field));
        }
        scale.putObject("spec").put("replicas", object.at(paths.specReplicas()).asInt());
        scale.putObject("status").put("replicas", object.at(paths.statusReplicas()).asInt())
                .put("selector", object.at(paths.labelSelector()).asText());
        return scale;
    }
}
