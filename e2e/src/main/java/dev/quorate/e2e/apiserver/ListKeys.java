package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the lists of an object merge: by the values of key fields, as a set, or as one value. Named by the path of
 * field names without indices ({@code spec.containers.ports}), or by the last field alone.
 */
record ListKeys(Map<String, List<String>> keys, List<String> sets) {
    static final ListKeys BUILT_IN = new ListKeys(
            Map.ofEntries(Map.entry("spec.ports", List.of("port", "protocol")),
                    Map.entry("containers", List.of("name")),
                    Map.entry("initContainers", List.of("name")),
                    Map.entry("containers.ports", List.of("containerPort", "protocol")),
                    Map.entry("env", List.of("name")), Map.entry("volumes", List.of("name")),
                    Map.entry("volumeMounts", List.of("mountPath")),
                    Map.entry("conditions", List.of("type")), Map.entry("ownerReferences", List.of("uid")),
                    Map.entry("imagePullSecrets", List.of("name")), Map.entry("hostAliases", List.of("ip")),
                    Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable"))),
            List.of("finalizers"));

    private static final Map<String, String> DEFAULTS = Map.of("protocol", "TCP");

    /** The key fields of the list at this path, or empty where it is not merged by key. */
    Optional<List<String>> keysOf(List<String> path) {
        for (int from = 0; from < path.size(); from++) {
            var found = keys.get(String.join(".", path.subList(from, path.size())));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    boolean isSet(List<String> path) {
        return sets.contains(path.getLast()) || sets.contains(String.join(".", path));
    }

    /** The key fields of one item with their values, defaults filled in. */
    static ObjectNode keyOf(JsonNode item, List<String> fields) {
        var key = JsonNodeFactory.instance.objectNode();
        for (var field : fields) {
            var value = item.get(field);
            if (value != null) {
                key.set(field, value);
            } else if (DEFAULTS.containsKey(field)) {
                key.put(field, DEFAULTS.get(field));
            }
        }
        return key;
    }
}
