package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The structural schema of a custom resource: takes unknown fields away, fills defaults in, and says what is wrong
 * with an object.
 */
final class CustomSchema {
    private static final Set<String> SERVED_BY_API = Set.of("apiVersion", "kind", "metadata");

    private final JsonNode root;
    private final CelRules rules = new CelRules();
    private final ListKeys listKeys;

    CustomSchema(JsonNode root) {
        this.root = root;
        Map<String, List<String>> keys = new HashMap<>(Map.of("metadata.ownerReferences", List.of("uid")));
        var sets = new ArrayList<>(List.of("metadata.finalizers"));
        collectLists(root, "", keys, sets);
        this.listKeys = new ListKeys(Map.copyOf(keys), List.copyOf(sets));
    }

    ListKeys listKeys() {
        return listKeys;
    }

    /** Alters the object: unknown fields go, defaults come. */
    void complete(ObjectNode object) {
        completeFields(object, root, true);
    }

    /**
     * What the schema and its rules find wrong.
     *
     * @param old the object as stored, null at creation
     */
    List<String> errors(JsonNode object, @Nullable JsonNode old) {
        var errors = new ArrayList<String>();
        validate(object, old, root, "", errors);
        return errors;
    }

    private static void completeFields(JsonNode value, JsonNode schema, boolean top) {
        var properties = schema.path("properties");
        if (value instanceof ObjectNode object) {
            properties.properties().stream()
                    .filter(field -> !object.has(field.getKey()) && field.getValue().has("default"))
                    .forEach(field -> object.set(field.getKey(), field.getValue().get("default").deepCopy()));
            if (!schema.has("additionalProperties")
                    && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
                var unknown = object.properties().stream().map(Map.Entry::getKey)
                        .filter(name -> !properties.has(name) && !(top && SERVED_BY_API.contains(name))).toList();
                object.remove(unknown);
            }
            object.properties().stream().filter(field -> !(top && SERVED_BY_API.contains(field.getKey())))
                    .forEach(field -> completeFields(field.getValue(), ofField(schema, field.getKey()), false));
        } else if (value instanceof ArrayNode list) {
            list.forEach(item -> completeFields(item, schema.path("items"), false));
        }
    }

    private static JsonNode ofField(JsonNode schema, String name) {
        var known = schema.path("properties").path(name);
        return known.isMissingNode() ? schema.path("additionalProperties") : known;
    }

    private void validate(JsonNode value, @Nullable JsonNode old, JsonNode schema, String path, List<String> errors) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        if (!hasType(value, schema)) {
            errors.add(path + ": Invalid value: " + value + ": must be of type "
                    + schema.path("type").asText("integer or string"));
            return;
        }
        checkBounds(value, schema, path, errors);
        if (value.isObject()) {
            for (var name : schema.path("required")) {
                if (!value.has(name.asText())) {
                    errors.add(join(path, name.asText()) + ": Required value");
                }
            }
            value.properties().stream().filter(field -> !(path.isEmpty() && SERVED_BY_API.contains(field.getKey())))
                    .forEach(field -> validate(field.getValue(), old == null ? null : old.get(field.getKey()),
                            ofField(schema, field.getKey()), join(path, field.getKey()), errors));
        }
        if (value.isArray()) {
            for (int index = 0; index < value.size(); index++) {
                validate(value.get(index), null, schema.path("items"), path + "[" + index + "]", errors);
            }
        }
        for (var rule : schema.path("x-kubernetes-validations")) {
            var where = path + rule.path("fieldPath").asText("");
            var shown = value.isContainerNode()
                    ? "Invalid value: \"" + (value.isObject() ? "object" : "array") + "\""
                    : "Invalid value: " + value;
            rules.broken(rule, value, old).ifPresent(
                    message -> errors.add((where.isEmpty() ? "<nil>" : where) + ": " + shown + ": " + message));
        }
    }

    private static boolean hasType(JsonNode value, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isIntegralNumber() || value.isTextual();
        }
        return switch (schema.path("type").asText("")) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> true;
        };
    }

    private static void checkBounds(JsonNode value, JsonNode schema, String path, List<String> errors) {
        var shown = path + ": Invalid value: " + value + ": " + path + " in body ";
        if (value.isNumber() && schema.has("minimum") && value.asDouble() < schema.get("minimum").asDouble()) {
            errors.add(shown + "should be greater than or equal to " + schema.get("minimum").asLong());
        }
        if (value.isNumber() && schema.has("maximum") && value.asDouble() > schema.get("maximum").asDouble()) {
            errors.add(shown + "should be less than or equal to " + schema.get("maximum").asLong());
        }
        if (value.isTextual() && schema.has("pattern")
                && !Pattern.compile(schema.get("pattern").asText()).matcher(value.asText()).find()) {
            errors.add(shown + "should match '" + schema.get("pattern").asText() + "'");
        }
        if (schema.has("enum") && schema.get("enum").valueStream().noneMatch(value::equals)) {
            var supported = schema.get("enum").valueStream().map(JsonNode::toString).toList();
            errors.add(path + ": Unsupported value: " + value + ": supported values: " + String.join(", ", supported));
        }
        checkSize(value.isTextual() ? value.asText().length() : -1, schema, "Length", "chars long", shown, errors);
        checkSize(value.isArray() ? value.size() : -1, schema, "Items", "items", shown, errors);
        checkSize(value.isObject() ? value.size() : -1, schema, "Properties", "properties", shown, errors);
    }

    private static void checkSize(int size, JsonNode schema, String bound, String unit, String shown,
            List<String> errors) {
        if (size >= 0 && schema.has("min" + bound) && size < schema.get("min" + bound).asInt()) {
            errors.add(shown + "should be at least " + schema.get("min" + bound) + " " + unit);
        }
        if (size >= 0 && schema.has("max" + bound) && size > schema.get("max" + bound).asInt()) {
            errors.add(shown + "should be at most " + schema.get("max" + bound) + " " + unit);
        }
    }

    private static void collectLists(JsonNode schema, String path, Map<String, List<String>> keys, List<String> sets) {
        var listType = schema.path("x-kubernetes-list-type").asText("");
        if (listType.equals("map")) {
            keys.put(path, schema.path("x-kubernetes-list-map-keys").valueStream().map(JsonNode::asText).toList());
        } else if (listType.equals("set")) {
            sets.add(path);
        }
        if (schema.has("items")) {
            collectLists(schema.get("items"), path, keys, sets);
        }
        schema.path("properties").properties()
                .forEach(field -> collectLists(field.getValue(), join(path, field.getKey()), keys, sets));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
