package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.e2e.apiserver.Resources.Target;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the API server does for single kinds: defaults that others rely on, names, fields that can't change, the grace
 * period of pods.
 */
final class KindRules {
    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final Pattern SUBDOMAIN = Pattern
            .compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern SERVICE_LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

    private KindRules() {}

    static void checkName(Target target) {
        if (target.name().isEmpty()) {
            throw ApiException.invalid(target.type(), "",
                    "metadata.name: Required value: name or generateName is required");
        }
        boolean rbac = target.type().group().equals("rbac.authorization.k8s.io");
        if (!rbac && (target.name().length() > 253 || !SUBDOMAIN.matcher(target.name()).matches())) {
            throw ApiException.invalid(target.type(), target.name(), "metadata.name: Invalid value: \"" + target.name()
                    + "\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }
        if (target.type().is("", "Service")
                && (target.name().length() > 63 || !SERVICE_LABEL.matcher(target.name()).matches())) {
            throw ApiException.invalid(target.type(), target.name(),
                    "metadata.name: Invalid value: \"" + target.name()
                            + "\": a DNS-1035 label must start with an alphabetic character");
        }
    }

    /** Defaults of a new object. */
    static void complete(Target target, ObjectNode object) {
        var spec = object.withObjectProperty("spec");
        switch (target.type().qualifiedPlural()) {
            case "pods" -> {
                setDefault(spec, "restartPolicy", "Always");
                setDefault(spec, "dnsPolicy", "ClusterFirst");
                setDefault(spec, "schedulerName", "default-scheduler");
                if (!spec.has("terminationGracePeriodSeconds")) {
                    spec.put("terminationGracePeriodSeconds", DEFAULT_GRACE_SECONDS);
                }
                object.withObjectProperty("status").put("phase", "Pending");
            }
            case "services" -> {
                setDefault(spec, "type", "ClusterIP");
                setDefault(spec, "sessionAffinity", "None");
                spec.path("ports").forEach(port -> {
                    setDefault((ObjectNode) port, "protocol", "TCP");
                    if (!port.has("targetPort")) {
                        ((ObjectNode) port).set("targetPort", port.path("port"));
                    }
                });
            }
            case "persistentvolumeclaims" -> {
                setDefault(spec, "volumeMode", "Filesystem");
                object.withObjectProperty("status").put("phase", "Pending");
            }
            case "customresourcedefinitions.apiextensions.k8s.io" -> {
                for (var condition : List.of("NamesAccepted", "Established")) {
                    object.withObjectProperty("status").withArrayProperty("conditions").addObject()
                            .put("type", condition).put("status", "True");
                }
            }
            default -> {
                if (spec.isEmpty()) {
                    object.remove("spec");
                }
            }
        }
    }

    /** Plain text of a Secret becomes data, as for every write of one. */
    static void encodeStringData(ObjectNode object) {
        if (object.remove("stringData") instanceof ObjectNode plain) {
            plain.properties().forEach(text -> object.withObjectProperty("data").put(text.getKey(),
                    Base64.getEncoder().encodeToString(text.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
    }

    /** Refuses changes of what can't change. */
    static void checkUpdate(Target target, ObjectNode old, ObjectNode changed) {
        if (old.path("immutable").asBoolean()
                && !(old.path("data").equals(changed.path("data")) && changed.path("immutable").asBoolean())) {
            throw ApiException.invalid(target.type(), target.name(),
                    "data: Forbidden: field is immutable when `immutable` is set");
        }
        if (target.type().is("", "PersistentVolumeClaim")) {
            checkClaim(target, old, changed);
        }
        if (target.type().is("", "Pod") && !fixedPart(old.path("spec")).equals(fixedPart(changed.path("spec")))) {
            throw ApiException.invalid(target.type(), target.name(),
                    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.activeDeadlineSeconds`,"
                            + " `spec.tolerations`, `spec.terminationGracePeriodSeconds`");
        }
    }

    private static void checkClaim(Target target, JsonNode old, JsonNode changed) {
        String before = storage(old);
        String after = storage(changed);
        if (!before.isEmpty() && !after.isEmpty() && amount(after).compareTo(amount(before)) < 0) {
            throw ApiException.invalid(target.type(), target.name(),
                    "spec.resources.requests.storage: Forbidden: field can not be less than previous value");
        }
    }

    private static String storage(JsonNode claim) {
        return claim.path("spec").path("resources").path("requests").path("storage").asText();
    }

    private static BigDecimal amount(String quantity) {
        return Quantity.getAmountInBytes(Quantity.parse(quantity));
    }

    private static JsonNode fixedPart(JsonNode spec) {
        if (!(spec.deepCopy() instanceof ObjectNode fixed)) {
            return spec;
        }
        fixed.path("containers").forEach(container -> ((ObjectNode) container).remove("image"));
        // Set once by binding, which is a sub-resource of its own.
        return fixed
                .without(List.of("tolerations", "activeDeadlineSeconds", "terminationGracePeriodSeconds", "nodeName"));
    }

    /**
     * How long an object stays after its deletion: a pod that was bound to a node, until the kubelet says that it
     * ended; all else not at all.
     */
    static long graceSeconds(ResourceType type, ObjectNode object, JsonNode options) {
        if (!type.is("", "Pod") || !object.path("spec").has("nodeName")) {
            return 0;
        }
        var phase = object.path("status").path("phase").asText();
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        return options.has("gracePeriodSeconds")
                ? options.get("gracePeriodSeconds").asLong()
                : object.path("spec").path("terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS);
    }

    private static void setDefault(ObjectNode object, String name, String value) {
        if (!object.has(name)) {
            object.put(name, value);
        }
    }
}
