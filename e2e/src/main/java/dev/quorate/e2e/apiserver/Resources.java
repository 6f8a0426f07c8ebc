package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.e2e.apiserver.ManagedFields.Owner;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Create, update, patch and delete with the rules that every kind shares: resource versions, generations,
 * sub-resources, field ownership, preconditions, finalizers. What belongs to single kinds stands in {@link
 * KindRules}.
 */
final class Resources {
    static final String STATUS = "status";

    /**
     * The object of a request.
     *
     * @param namespace empty for cluster-wide kinds
     * @param subresource empty, or {@code status}
     */
    record Target(ResourceType type, String namespace, String name, String subresource) {
        Store.Key key() {
            return Store.Key.of(type, namespace, name);
        }

        ApiException notFound() {
            return ApiException.notFound(type, name);
        }
    }

    private final Store store;
    private final ResourceTypes types;

    Resources(Store store, ResourceTypes types) {
        this.store = store;
        this.types = types;
    }

    ObjectNode create(Target target, ObjectNode object, Request request) {
        var metadata = object.withObjectProperty("metadata");
        if (!metadata.has("name") && metadata.has("generateName")) {
            metadata.put("name", metadata.get("generateName").asText()
                    + Integer.toString(RandomGenerator.getDefault().nextInt(1_679_616, 60_466_176), 36));
        }
        var named = new Target(target.type(), target.namespace(), metadata.path("name").asText(""), "");
        synchronized (store) {
            if (store.get(named.key()).isPresent()) {
                throw ApiException.alreadyExists(named.type(), named.name());
            }
            var created = begin(named, object);
            ManagedFields.update(skeleton(named), created, new Owner(request.fieldManager(), "Update", ""),
                    named.type());
            return write(named, created, request);
        }
    }

    ObjectNode replace(Target target, ObjectNode object, Request request) {
        synchronized (store) {
            var old = store.get(target.key()).orElseThrow(target::notFound);
            checkMetadata(target, object, old);
            return update(target, old, object, new Owner(request.fieldManager(), "Update", target.subresource()),
                    request);
        }
    }

    ObjectNode patch(Target target, Request request) {
        synchronized (store) {
            if (request.contentType().equals("application/apply-patch+yaml")) {
                return apply(target, request.object(), request);
            }
            var old = store.get(target.key()).orElseThrow(target::notFound);
            var changed = switch (request.contentType()) {
                case "application/json-patch+json" -> jsonPatch(request.json(), old);
                case "application/merge-patch+json" -> Merge.plain(old, request.json());
                case "application/strategic-merge-patch+json" ->
                    Merge.byKeys(old, (ObjectNode) request.json(), target.type().listKeys());
                default ->
                    throw new ApiException(415, "UnsupportedMediaType", "no patch of type " + request.contentType());
            };
            checkMetadata(target, changed, old);
            return update(target, old, (ObjectNode) changed,
                    new Owner(request.fieldManager(), "Update", target.subresource()), request);
        }
    }

    private static JsonNode jsonPatch(JsonNode patch, ObjectNode old) {
        try {
            return JsonPatch.apply(patch, old.deepCopy());
        } catch (RuntimeException failed) {
            throw new ApiException(422, "Invalid",
                    "the server rejected our request due to an error in our request: " + failed.getMessage());
        }
    }

    private ObjectNode apply(Target target, ObjectNode applied, Request request) {
        var owner = new Owner(request.fieldManager(), "Apply", target.subresource());
        if (request.query("fieldManager").isEmpty()) {
            throw ApiException.badRequest(
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }
        if (applied.path("metadata").has("managedFields")) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        boolean force = request.query("force").equals("true");
        var old = store.get(target.key());
        if (old.isPresent()) {
            checkMetadata(target, applied, old.get());
            var scoped = scoped(target, applied, old.get());
            return update(target, old.get(), ManagedFields.apply(old.get(), scoped, owner, force, target.type()), null,
                    request);
        }
        if (!target.subresource().isEmpty()) {
            throw target.notFound();
        }
        if (applied.path("metadata").has("uid")) {
            throw ApiException.conflict(target.type(), target.name(), "uid mismatch: the object does not exist");
        }
        applied.withObjectProperty("metadata").put("name", target.name());
        var created = begin(target, ManagedFields.apply(skeleton(target), without(applied, target.type().hasStatus()),
                owner, force, target.type()));
        return write(target, created, request);
    }

    /** Of an applied object, the part that the sub-resource (or the object without it) may write. */
    private static ObjectNode scoped(Target target, ObjectNode applied, ObjectNode old) {
        if (target.subresource().isEmpty()) {
            return without(applied, target.type().hasStatus());
        }
        var scoped = applied.objectNode();
        scoped.set("metadata", applied.objectNode().put("name", old.path("metadata").path("name").asText()));
        if (applied.has(STATUS)) {
            scoped.set(STATUS, applied.get(STATUS));
        }
        return scoped;
    }

    private static ObjectNode without(ObjectNode applied, boolean dropStatus) {
        var scoped = applied.deepCopy();
        if (dropStatus) {
            scoped.remove(STATUS);
        }
        return scoped;
    }

    /**
     * Deletes one object, or marks it as being deleted where finalizers or a pod's grace period hold it.
     *
     * @param options the request's DeleteOptions
     * @return the object as it is after that
     */
    ObjectNode delete(Target target, JsonNode options, boolean dryRun) {
        synchronized (store) {
            var old = store.get(target.key()).orElseThrow(target::notFound);
            checkPreconditions(target, options.path("preconditions"), old);
            if (dryRun) {
                return old;
            }
            long graceSeconds = KindRules.graceSeconds(target.type(), old, options);
            if (old.path("metadata").path("finalizers").isEmpty() && graceSeconds == 0) {
                store.remove(target.key());
                return old;
            }
            if (old.path("metadata").has("deletionTimestamp")
                    && old.path("metadata").path("deletionGracePeriodSeconds").asLong(0) <= graceSeconds) {
                return old;
            }
            var marked = old.deepCopy();
            marked.withObjectProperty("metadata").put("deletionGracePeriodSeconds", graceSeconds).put(
                    "deletionTimestamp",
                    Store.inSeconds(graceSeconds));
            return store.put(target.key(), marked);
        }
    }

    private static void checkPreconditions(Target target, JsonNode preconditions, ObjectNode old) {
        checkPrecondition(target, "UID", "deleted and then recreated", preconditions.path("uid"),
                old.path("metadata").path("uid"));
        checkPrecondition(target, "ResourceVersion", "modified", preconditions.path("resourceVersion"),
                old.path("metadata").path("resourceVersion"));
    }

    private static void checkPrecondition(Target target, String field, String suspicion, JsonNode wanted,
            JsonNode actual) {
        if (!wanted.asText("").isEmpty() && !wanted.equals(actual)) {
            throw ApiException.conflict(target.type(), target.name(),
                    "the " + field + " in the precondition (" + wanted.asText()
                            + ") does not match the " + field + " in record (" + actual.asText()
                            + "). The object might have been " + suspicion);
        }
    }

    private static void checkMetadata(Target target, JsonNode changed, ObjectNode old) {
        var metadata = changed.path("metadata");
        var name = metadata.path("name").asText(target.name());
        if (!name.equals(target.name())) {
            throw ApiException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + target.name() + ")");
        }
        for (var field : List.of("uid", "resourceVersion")) {
            var wanted = metadata.path(field).asText("");
            if (!wanted.isEmpty() && !wanted.equals(old.path("metadata").path(field).asText())) {
                throw ApiException.conflict(target.type(), target.name(), field.equals("uid")
                        ? "Precondition failed: UID in precondition: " + wanted + ", UID in object meta: "
                                + old.path("metadata").path("uid").asText()
                        : "the object has been modified; please apply your changes to the latest version and try again");
            }
        }
    }

    private ObjectNode update(Target target, ObjectNode old, ObjectNode object, @Nullable Owner owner,
            Request request) {
        var changed = settled(target, old, object);
        if (owner != null) {
            ManagedFields.update(old, changed, owner, target.type());
        }
        if (changed.equals(old)) {
            return old;
        }
        return write(target, changed, request);
    }

    /** The new object with what a client can't write taken from the old one. */
    private static ObjectNode settled(Target target, ObjectNode old, ObjectNode object) {
        boolean statusOnly = target.subresource().equals(STATUS);
        var changed = statusOnly ? old.deepCopy() : object.deepCopy();
        if (statusOnly || target.type().hasStatus()) {
            var from = statusOnly ? object : old;
            changed.remove(STATUS);
            if (from.has(STATUS)) {
                changed.set(STATUS, from.get(STATUS).deepCopy());
            }
        }
        changed.put("apiVersion", target.type().apiVersion()).put("kind", target.type().kind());
        var metadata = changed.withObjectProperty("metadata");
        for (var field : List.of("uid", "creationTimestamp", "generation", "deletionTimestamp",
                "deletionGracePeriodSeconds", "namespace", "name",
                "resourceVersion")) {
            var kept = old.path("metadata").get(field);
            if (kept == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, kept);
            }
        }
        metadata.set("managedFields",
                (statusOnly ? object : changed).path("metadata").path("managedFields").isMissingNode()
                        ? old.path("metadata").path("managedFields")
                        : object.path("metadata").path("managedFields"));
        KindRules.encodeStringData(changed);
        KindRules.checkUpdate(target, old, changed);
        complete(target, changed, old);
        if (metadata.has("generation") && !contentOf(changed).equals(contentOf(old))) {
            metadata.put("generation", old.path("metadata").path("generation").asLong() + 1);
        }
        return changed;
    }

    private static ObjectNode contentOf(ObjectNode object) {
        return object.deepCopy().without(List.of("metadata", STATUS));
    }

    /** What an object has before its first write. */
    private ObjectNode begin(Target target, ObjectNode object) {
        if (target.type().namespaced() && store.get(new Store.Key("namespaces", "", target.namespace())).isEmpty()) {
            throw new ApiException(404, "NotFound", "namespaces \"" + target.namespace() + "\" not found");
        }
        KindRules.checkName(target);
        var created = object.deepCopy();
        if (target.type().hasStatus()) {
            created.remove(STATUS);
        }
        created.put("apiVersion", target.type().apiVersion()).put("kind", target.type().kind());
        var metadata = created.withObjectProperty("metadata");
        metadata.put("name", target.name()).put("uid", UUID.randomUUID().toString()).put("creationTimestamp",
                Store.now());
        metadata.remove(List.of("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"));
        if (target.type().namespaced()) {
            metadata.put("namespace", target.namespace());
        }
        if (created.has("spec")) {
            metadata.put("generation", 1);
        }
        KindRules.encodeStringData(created);
        KindRules.complete(target, created);
        complete(target, created, null);
        return created;
    }

    private static void complete(Target target, ObjectNode object, @Nullable ObjectNode old) {
        var schema = target.type().schema();
        if (schema != null) {
            schema.complete(object);
            var errors = schema.errors(object, old).stream().distinct().toList();
            if (!errors.isEmpty()) {
                throw ApiException.invalid(target.type(), target.name(),
                        errors.size() == 1 ? errors.getFirst() : errors.toString());
            }
        }
    }

    private ObjectNode write(Target target, ObjectNode object, Request request) {
        if (request.isDryRun()) {
            return object;
        }
        boolean released = object.path("metadata").has("deletionTimestamp")
                && object.path("metadata").path("finalizers").isEmpty()
                && object.path("metadata").path("deletionGracePeriodSeconds").asLong(0) == 0;
        var written = store.put(target.key(), object);
        if (released) {
            store.remove(target.key());
        }
        if (target.type().is("apiextensions.k8s.io", "CustomResourceDefinition") && target.subresource().isEmpty()) {
            types.define(written);
        }
        return written;
    }

    private static ObjectNode skeleton(Target target) {
        var skeleton = JsonNodeFactory.instance.objectNode();
        skeleton.withObjectProperty("metadata").put("name", target.name());
        return skeleton;
    }
}
