package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a patch onto an object: JSON merge patch (RFC 7386), and the merge by list keys that strategic patches and
 * server-side apply share.
 */
final class Merge {
    private Merge() {}

    /** RFC 7386: objects merge, null removes, everything else replaces. */
    static JsonNode plain(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        var result = target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), plain(result.path(change.getKey()), change.getValue()));
            }
        });
        return result;
    }

    /** As {@link #plain}, but lists with keys merge item by item and sets become unions. */
    static ObjectNode byKeys(ObjectNode target, ObjectNode patch, ListKeys keys) {
        var result = target.deepCopy();
        mergeObject(result, patch, List.of(), keys);
        return result;
    }

    private static void mergeObject(ObjectNode target, ObjectNode patch, List<String> path, ListKeys keys) {
        patch.properties().forEach(change -> {
            var name = change.getKey();
            if (change.getValue().isNull()) {
                target.remove(name);
            } else {
                target.set(name, merged(target.path(name), change.getValue(), Fields.plus(path, name), keys));
            }
        });
    }

    private static JsonNode merged(JsonNode old, JsonNode change, List<String> path, ListKeys keys) {
        if (old instanceof ObjectNode object && change instanceof ObjectNode changes) {
            mergeObject(object, changes, path, keys);
            return object;
        }
        if (old instanceof ArrayNode list && change instanceof ArrayNode changes) {
            var listKeys = keys.keysOf(path);
            if (listKeys.isPresent()) {
                return mergedItems(list, changes, path, listKeys.get(), keys);
            }
            if (keys.isSet(path)) {
                return union(list, changes);
            }
        }
        return change.deepCopy();
    }

    private static ArrayNode mergedItems(ArrayNode old, ArrayNode changes, List<String> path, List<String> fields,
            ListKeys keys) {
        var result = old.arrayNode();
        var open = new ArrayList<JsonNode>();
        changes.forEach(open::add);
        for (var item : old) {
            var key = ListKeys.keyOf(item, fields);
            var change = open.stream().filter(candidate -> ListKeys.keyOf(candidate, fields).equals(key)).findFirst();
            change.ifPresent(open::remove);
            result.add(change.isPresent() ? merged(item, change.get(), path, keys) : item);
        }
        open.forEach(added -> result.add(added.<JsonNode>deepCopy()));
        return result;
    }

    private static ArrayNode union(ArrayNode old, ArrayNode changes) {
        var result = old.deepCopy();
        for (var change : changes) {
            boolean there = false;
            for (var item : result) {
                there |= item.equals(change);
            }
            if (!there) {
                result.add(change);
            }
        }
        return result;
    }
}
