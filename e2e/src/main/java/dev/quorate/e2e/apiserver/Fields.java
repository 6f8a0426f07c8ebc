package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sets of fields of an object, as server-side apply owns them. A field is a path of steps in the notation of {@code
 * fieldsV1}: {@code f:NAME}, {@code k:{keys of a list item}}, {@code v:VALUE} of a set, and a last step {@code .}
 * that stands for a list item itself.
 */
final class Fields {
    static final String ITEM = ".";

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Set by the server; nobody owns them. */
    private static final Set<String> UNOWNED_METADATA = Set.of("name", "namespace", "uid", "resourceVersion",
            "generation",
            "creationTimestamp", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
            "selfLink");

    private Fields() {}

    static NavigableSet<List<String>> newSet() {
        return new TreeSet<>(Comparator.comparing(path -> String.join("\u0000", path)));
    }

    /** Every leaf that the object states. */
    static NavigableSet<List<String>> of(JsonNode object, ListKeys keys) {
        var found = newSet();
        object.properties().forEach(field -> {
            var name = field.getKey();
            if (name.equals("metadata")) {
                field.getValue().properties().stream().filter(inner -> !UNOWNED_METADATA.contains(inner.getKey()))
                        .forEach(inner -> collect(inner.getValue(), List.of("f:metadata", "f:" + inner.getKey()), keys,
                                found));
            } else if (!name.equals("apiVersion") && !name.equals("kind")) {
                collect(field.getValue(), List.of("f:" + name), keys, found);
            }
        });
        return found;
    }

    private static void collect(JsonNode value, List<String> path, ListKeys keys, Set<List<String>> found) {
        var names = names(path);
        var listKeys = keys.keysOf(names);
        if (value.isObject() && !value.isEmpty()) {
            value.properties()
                    .forEach(field -> collect(field.getValue(), plus(path, "f:" + field.getKey()), keys, found));
        } else if (value.isArray() && listKeys.isPresent()) {
            for (var item : value) {
                var itemPath = plus(path, "k:" + ListKeys.keyOf(item, listKeys.get()));
                found.add(plus(itemPath, ITEM));
                item.properties().forEach(
                        field -> collect(field.getValue(), plus(itemPath, "f:" + field.getKey()), keys, found));
            }
        } else if (value.isArray() && keys.isSet(names)) {
            value.forEach(item -> found.add(plus(path, "v:" + item)));
        } else {
            found.add(path);
        }
    }

    /** The nested form that stands in {@code managedFields[].fieldsV1}. */
    static ObjectNode toFieldsV1(Set<List<String>> paths) {
        var root = JsonNodeFactory.instance.objectNode();
        for (var path : paths) {
            var node = root;
            for (var step : path) {
                node = node.withObjectProperty(step);
            }
        }
        return root;
    }

    static NavigableSet<List<String>> fromFieldsV1(JsonNode node) {
        var found = newSet();
        unnest(node, List.of(), found);
        return found;
    }

    private static void unnest(JsonNode node, List<String> path, Set<List<String>> found) {
        if (node.isEmpty() && !path.isEmpty()) {
            found.add(path);
        }
        node.properties().forEach(step -> unnest(step.getValue(), plus(path, step.getKey()), found));
    }

    /** The value at a path, or a missing node. */
    static JsonNode get(JsonNode object, List<String> path) {
        var node = object;
        for (var step : path) {
            node = switch (step.charAt(0)) {
                case 'f' -> node.path(step.substring(2));
                case 'k', 'v' -> item(node, step);
                default -> node;
            };
        }
        return node;
    }

    /** Takes a field away, and the objects and lists that become empty by it. */
    static void remove(ObjectNode object, List<String> path) {
        var target = path.getLast().equals(ITEM) ? path.subList(0, path.size() - 1) : path;
        var parentPath = target.subList(0, target.size() - 1);
        var parent = get(object, parentPath);
        var step = target.getLast();
        if (parent instanceof ObjectNode map) {
            map.remove(step.substring(2));
        } else if (parent instanceof ArrayNode list) {
            var item = item(list, step);
            for (int index = list.size() - 1; index >= 0; index--) {
                if (list.get(index).equals(item)) {
                    list.remove(index);
                }
            }
        }
        if (parent.isEmpty() && !parent.isMissingNode() && parentPath.size() > 1) {
            remove(object, parentPath);
        }
    }

    /** True when a path of the set lies at or below this one; for an item, below the item. */
    static boolean covers(Set<List<String>> set, List<String> path) {
        var prefix = path.getLast().equals(ITEM) ? path.subList(0, path.size() - 1) : path;
        return set.stream()
                .anyMatch(other -> other.size() >= prefix.size() && other.subList(0, prefix.size()).equals(prefix));
    }

    /** Names alone, for looking up how a list merges. */
    static List<String> names(List<String> path) {
        return path.stream().filter(step -> step.startsWith("f:")).map(step -> step.substring(2)).toList();
    }

    private static JsonNode item(JsonNode list, String step) {
        var wanted = parse(step.substring(2));
        for (var item : list) {
            if (step.charAt(0) == 'v' ? item.equals(wanted) : ListKeys.keyOf(item, fieldNames(wanted)).equals(wanted)) {
                return item;
            }
        }
        return MissingNode.getInstance();
    }

    private static List<String> fieldNames(JsonNode key) {
        return key.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    static List<String> plus(List<String> path, String step) {
        var longer = new ArrayList<>(path);
        longer.add(step);
        return List.copyOf(longer);
    }
}
