package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.e2e.apiserver.Resources.Target;

/** Sub-resources that are actions: eviction under disruption budgets, and binding a pod to a node. */
final class Subresources {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Store store;
    private final ResourceTypes types;
    private final Resources resources;

    Subresources(Store store, ResourceTypes types, Resources resources) {
        this.store = store;
        this.types = types;
        this.resources = resources;
    }

    /** Deletes a pod unless a budget forbids it; the preconditions in {@code deleteOptions} hold. */
    ObjectNode evict(Target pod, JsonNode eviction) {
        synchronized (store) {
            var object = store.get(pod.key()).orElseThrow(pod::notFound);
            if (isReady(object)) {
                checkBudgets(pod, object);
            }
            resources.delete(pod, eviction.path("deleteOptions"), false);
            return NODES.objectNode().put("kind", "Status").put("apiVersion", "v1").put("status", "Success").put("code",
                    201);
        }
    }

    /** Sets {@code spec.nodeName}, once. */
    ObjectNode bind(Target pod, JsonNode binding) {
        synchronized (store) {
            var object = store.get(pod.key()).orElseThrow(pod::notFound).deepCopy();
            var spec = object.withObjectProperty("spec");
            if (spec.has("nodeName")) {
                throw ApiException.conflict(pod.type(), pod.name(),
                        "pod is already assigned to node \"" + spec.path("nodeName").asText() + "\"");
            }
            spec.put("nodeName", binding.path("target").path("name").asText());
            object.withObjectProperty("status").withArrayProperty("conditions").addObject().put("type", "PodScheduled")
                    .put("status", "True")
                    .put("lastTransitionTime", Store.now());
            store.put(pod.key(), object);
            return NODES.objectNode().put("kind", "Status").put("apiVersion", "v1").put("status", "Success").put("code",
                    201);
        }
    }

    private void checkBudgets(Target pod, ObjectNode object) {
        var budgetType = types.find("policy", "v1", "poddisruptionbudgets").orElseThrow();
        for (var budget : store.list(budgetType, pod.namespace())) {
            var selected = Selector.ofObject(budget.path("spec").path("selector"));
            if (selected.test(object)) {
                var pods = store.list(pod.type(), pod.namespace()).stream().filter(selected).toList();
                long healthy = pods.stream().filter(Subresources::isReady).count();
                if (healthy <= requiredHealthy(budget.path("spec"), pods.size())) {
                    throw new ApiException(429, "TooManyRequests",
                            "Cannot evict pod as it would violate the pod's disruption budget.");
                }
            }
        }
    }

    private static long requiredHealthy(JsonNode spec, int pods) {
        return spec.has("minAvailable")
                ? scaled(spec.get("minAvailable"), pods)
                : pods - scaled(spec.path("maxUnavailable"), pods);
    }

    private static long scaled(JsonNode amount, int pods) {
        var text = amount.asText("0");
        return text.endsWith("%")
                ? Math.ceilDiv(Long.parseLong(text.substring(0, text.length() - 1)) * pods, 100L)
                : Long.parseLong(text);
    }

    private static boolean isReady(JsonNode pod) {
        return !pod.path("metadata").has("deletionTimestamp") && pod.path("status").path("conditions").valueStream()
                .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True"));
    }
}
