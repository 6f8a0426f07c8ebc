package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.NavigableSet;
import java.util.stream.Collectors;

/**
 * Who owns which field: {@code metadata.managedFields}, and server-side apply by it. An applied field belongs to its
 * applier; what the applier no longer states and nobody else owns goes away; an update takes over the fields that it
 * changes.
 */
final class ManagedFields {
    /** A writer: its name, Apply or Update, and the sub-resource it writes ("" for the object itself). */
    record Owner(String manager, String operation, String subresource) {}

    private record Share(Owner owner, NavigableSet<List<String>> fields) {}

    private ManagedFields() {}

    /**
     * The object after an apply.
     *
     * @param live the object as stored; an object with nothing but its name when it is to be created
     * @throws ApiException 409 when another owner's value would change and {@code force} is false
     */
    static ObjectNode apply(ObjectNode live, ObjectNode applied, Owner owner, boolean force, ResourceType type) {
        var keys = type.listKeys();
        var stated = Fields.of(applied, keys);
        var shares = read(live);
        var conflicts = new ArrayList<String>();
        for (var share : shares) {
            if (!share.owner().equals(owner)) {
                var taken = stated.stream().filter(share.fields()::contains)
                        .filter(path -> !path.getLast().equals(Fields.ITEM)
                                && !Fields.get(live, path).equals(Fields.get(applied, path)))
                        .toList();
                taken.forEach(path -> conflicts.add(
                        "conflict with \"" + share.owner().manager() + "\": ." + String.join(".", Fields.names(path))));
                taken.forEach(share.fields()::remove);
            }
        }
        if (!conflicts.isEmpty() && !force) {
            throw new ApiException(409, "Conflict", "Apply failed with " + conflicts.size() + " conflict"
                    + (conflicts.size() == 1 ? ": " : "s: ") + String.join(", ", conflicts));
        }
        var result = Merge.byKeys(live, applied, keys);
        dropAbandoned(result, shares, owner, stated);
        shares.removeIf(share -> share.owner().equals(owner));
        shares.add(new Share(owner, stated));
        write(result, shares, type, live);
        return result;
    }

    /** Records in {@code changed} that {@code owner} wrote what differs from {@code old}. */
    static void update(ObjectNode old, ObjectNode changed, Owner owner, ResourceType type) {
        var keys = type.listKeys();
        var before = Fields.of(old, keys);
        var after = Fields.of(changed, keys);
        var written = Fields.newSet();
        after.stream()
                .filter(path -> !before.contains(path) || !Fields.get(old, path).equals(Fields.get(changed, path)))
                .forEach(written::add);
        var shares = read(old);
        shares.forEach(share -> share.fields().removeIf(path -> written.contains(path) || !after.contains(path)));
        if (!written.isEmpty()) {
            var own = shares.stream().filter(share -> share.owner().equals(owner)).findFirst();
            if (own.isPresent()) {
                own.get().fields().addAll(written);
            } else {
                shares.add(new Share(owner, written));
            }
        }
        write(changed, shares, type, old);
    }

    private static void dropAbandoned(ObjectNode result, List<Share> shares, Owner owner, Set<List<String>> stated) {
        var others = Fields.newSet();
        var former = Fields.newSet();
        shares.forEach(share -> (share.owner().equals(owner) ? former : others).addAll(share.fields()));
        List<List<String>> abandoned = former.descendingSet().stream()
                .filter(path -> !Fields.covers(stated, path) && !Fields.covers(others, path)).toList();
        // Whole items first: without its keys an item is not found any more.
        abandoned.stream().filter(path -> path.getLast().equals(Fields.ITEM))
                .forEach(path -> Fields.remove(result, path));
        abandoned.stream().filter(path -> !path.getLast().equals(Fields.ITEM))
                .forEach(path -> Fields.remove(result, path));
    }

    private static List<Share> read(JsonNode object) {
        var shares = new ArrayList<Share>();
        for (var entry : object.path("metadata").path("managedFields")) {
            shares.add(new Share(
                    new Owner(entry.path("manager").asText(), entry.path("operation").asText(),
                            entry.path("subresource").asText("")),
                    Fields.fromFieldsV1(entry.path("fieldsV1"))));
        }
        return shares;
    }

    private static void write(ObjectNode object, List<Share> shares, ResourceType type, JsonNode old) {
        var times = times(old);
        var list = JsonNodeFactory.instance.arrayNode();
        for (var share : shares) {
            if (!share.fields().isEmpty()) {
                var fields = Fields.toFieldsV1(share.fields());
                var entry = list.addObject().put("manager", share.owner().manager())
                        .put("operation", share.owner().operation())
                        .put("apiVersion", type.apiVersion())
                        .put("time", times.getOrDefault(share.owner() + "" + fields, Store.now()))
                        .put("fieldsType", "FieldsV1");
                entry.set("fieldsV1", fields);
                if (!share.owner().subresource().isEmpty()) {
                    entry.put("subresource", share.owner().subresource());
                }
            }
        }
        object.withObjectProperty("metadata").set("managedFields", list);
    }

    /** An owner's time moves only when its fields do; else an apply that changes nothing would be a change. */
    private static Map<String, String> times(JsonNode old) {
        return old.path("metadata").path("managedFields").valueStream()
                .collect(Collectors.toMap(
                        entry -> new Owner(entry.path("manager").asText(), entry.path("operation").asText(),
                                entry.path("subresource").asText(""))
                                + "" + entry.path("fieldsV1"),
                        entry -> entry.path("time").asText(), (first, second) -> first));
    }
}
