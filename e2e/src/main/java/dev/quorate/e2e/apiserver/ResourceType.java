package dev.quorate.e2e.apiserver;

import org.jspecify.annotations.Nullable;

/**
 * One kind that is served.
 *
 * @param group API group, empty for the core group
 * @param version the one served version
 * @param plural the name in paths
 * @param kind the name in objects
 * @param namespaced false for cluster-wide kinds
 * @param hasStatus whether status is a sub-resource, which writes to the object itself leave alone
 * @param schema the schema of a custom resource, null for a built-in kind
 * @param scale where its number of replicas is, null where it has no sub-resource for that
 */
record ResourceType(String group, String version, String plural, String kind, boolean namespaced, boolean hasStatus,
        @Nullable CustomSchema schema, ScaleSubresource.@Nullable Paths scale) {

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** Of built-in kinds that Kubernetes' schema merges by key, or the schema's of a custom resource. */
    ListKeys listKeys() {
        return schema == null ? ListKeys.BUILT_IN : schema.listKeys();
    }

    boolean is(String otherGroup, String otherKind) {
        return group.equals(otherGroup) && kind.equals(otherKind);
    }
}
