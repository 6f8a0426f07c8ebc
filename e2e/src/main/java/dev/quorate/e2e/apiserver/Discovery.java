package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What clients ask to find out what is served. */
final class Discovery {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ResourceTypes types;

    Discovery(ResourceTypes types) {
        this.types = types;
    }

    /** The answer for a path that names no resource, or empty when that is none of these. */
    Optional<ObjectNode> answer(String path) {
        var parts = List.of(path.substring(1).split("/"));
        return switch (parts.size() + parts.getFirst()) {
            case "1version" ->
                Optional.of(NODES.objectNode().put("major", "1").put("minor", "34").put("gitVersion", "v1.34.0-local")
                        .put("platform", "linux/amd64"));
            case "1api" -> Optional.of(coreVersions());
            case "1apis" -> Optional.of(groups());
            case "2api" -> resources("", parts.get(1));
            case "3apis" -> resources(parts.get(1), parts.get(2));
            default -> Optional.empty();
        };
    }

    private static ObjectNode coreVersions() {
        var answer = NODES.objectNode().put("kind", "APIVersions");
        answer.putArray("versions").add("v1");
        return answer;
    }

    private ObjectNode groups() {
        var answer = NODES.objectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        var list = answer.putArray("groups");
        types.all().stream().filter(type -> !type.group().isEmpty()).map(type -> type.group() + "/" + type.version())
                .distinct()
                .forEach(groupVersion -> {
                    var parts = groupVersion.split("/");
                    var group = list.addObject().put("name", parts[0]);
                    var version = NODES.objectNode().put("groupVersion", groupVersion).put("version", parts[1]);
                    group.putArray("versions").add(version);
                    group.set("preferredVersion", version);
                });
        return answer;
    }

    private Optional<ObjectNode> resources(String group, String version) {
        var served = types.all().stream().filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
        if (served.isEmpty()) {
            return Optional.empty();
        }
        var answer = NODES.objectNode().put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion",
                served.getFirst().apiVersion());
        var list = answer.putArray("resources");
        for (var type : served) {
            resource(list.addObject(), type.plural(), type);
            if (type.hasStatus()) {
                resource(list.addObject(), type.plural() + "/status", type);
            }
            if (type.scale() != null) {
                resource(list.addObject(), type.plural() + "/scale", type);
            }
        }
        return Optional.of(answer);
    }

    private static void resource(ObjectNode entry, String name, ResourceType type) {
        var verbs = entry.put("name", name).put("singularName", type.kind().toLowerCase(Locale.ROOT))
                .put("namespaced", type.namespaced())
                .put("kind", type.kind()).putArray("verbs");
        List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch").forEach(verbs::add);
    }
}
