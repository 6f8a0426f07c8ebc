package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The kinds that are served: the built-in ones that an operator meets, and one for each CustomResourceDefinition. */
final class ResourceTypes {
    private final ConcurrentSkipListMap<String, ResourceType> types = new ConcurrentSkipListMap<>();

    ResourceTypes() {
        for (var kind : new String[]{"Pod", "Service", "PersistentVolumeClaim"}) {
            builtIn("", "v1", kind, true, true);
        }
        for (var kind : new String[]{"ConfigMap", "Secret", "ServiceAccount", "Event"}) {
            builtIn("", "v1", kind, true, false);
        }
        put(new ResourceType("", "v1", "endpoints", "Endpoints", true, false, null, null));
        for (var kind : new String[]{"Node", "PersistentVolume", "Namespace"}) {
            builtIn("", "v1", kind, false, true);
        }
        builtIn("coordination.k8s.io", "v1", "Lease", true, false);
        builtIn("discovery.k8s.io", "v1", "EndpointSlice", true, false);
        builtIn("events.k8s.io", "v1", "Event", true, false);
        builtIn("policy", "v1", "PodDisruptionBudget", true, true);
        builtIn("networking.k8s.io", "v1", "NetworkPolicy", true, false);
        builtIn("rbac.authorization.k8s.io", "v1", "Role", true, false);
        builtIn("rbac.authorization.k8s.io", "v1", "RoleBinding", true, false);
        builtIn("rbac.authorization.k8s.io", "v1", "ClusterRole", false, false);
        builtIn("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", false, false);
        builtIn("storage.k8s.io", "v1", "StorageClass", false, false);
        builtIn("storage.k8s.io", "v1", "VolumeAttachment", false, true);
        builtIn("apps", "v1", "Deployment", true, true);
        builtIn("apps", "v1", "StatefulSet", true, true);
        builtIn("apiextensions.k8s.io", "v1", "CustomResourceDefinition", false, true);
    }

    Optional<ResourceType> find(String group, String version, String plural) {
        return Optional.ofNullable(types.get(key(group, version, plural)));
    }

    /** The type of an object by its apiVersion and kind. */
    Optional<ResourceType> ofObject(JsonNode object) {
        return types.values().stream().filter(type -> type.apiVersion().equals(object.path("apiVersion").asText())
                && type.kind().equals(object.path("kind").asText())).findFirst();
    }

    Collection<ResourceType> all() {
        return types.values();
    }

    /** Begins to serve what a CustomResourceDefinition describes; a later one replaces it. */
    void define(JsonNode definition) {
        var spec = definition.path("spec");
        for (var version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                put(new ResourceType(spec.path("group").asText(), version.path("name").asText(),
                        spec.path("names").path("plural").asText(),
                        spec.path("names").path("kind").asText(), spec.path("scope").asText().equals("Namespaced"),
                        version.path("subresources").has("status"),
                        new CustomSchema(version.path("schema").path("openAPIV3Schema")),
                        version.path("subresources").has("scale")
                                ? ScaleSubresource.Paths.of(version.path("subresources").path("scale"))
                                : null));
            }
        }
    }

    private void builtIn(String group, String version, String kind, boolean namespaced, boolean hasStatus) {
        var lower = kind.toLowerCase(Locale.ROOT);
        var plural = lower.endsWith("y")
                ? lower.substring(0, lower.length() - 1) + "ies"
                : lower.endsWith("s") ? lower + "es" : lower + "s";
        put(new ResourceType(group, version, plural, kind, namespaced, hasStatus, null, null));
    }

    private void put(ResourceType type) {
        types.put(key(type.group(), type.version(), type.plural()), type);
    }

    private static String key(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }
}
