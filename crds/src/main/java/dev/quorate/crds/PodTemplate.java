package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What else the Pods of the members shall have. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodTemplate(
        @JsonPropertyDescription("Labels for the Pods, besides "
                + "those of the operator.") @Nullable Map<String, String> labels,

        @JsonPropertyDescription("Annotations for the Pods, besides "
                + "those of the operator.") @Nullable Map<String, String> annotations,

        @JsonPropertyDescription("Where the Pods may run: spec.affinity of a Pod.") @Nullable Affinity affinity,

        @JsonPropertyDescription("Taints that the Pods bear: "
                + "spec.tolerations of a Pod.") @Nullable List<Toleration> tolerations,

        @JsonPropertyDescription("Labels that a node must have: "
                + "spec.nodeSelector of a Pod.") @Nullable Map<String, String> nodeSelector,

        @JsonPropertyDescription("How the Pods are spread: spec.topologySpreadConstraints of a Pod. Left out, they "
                + "are spread over zones and nodes as "
                + "far as that is possible.") @Nullable List<TopologySpreadConstraint> topologySpreadConstraints,

        @JsonPropertyDescription("The PriorityClass of the Pods.") @Nullable String priorityClassName,

        @JsonPropertyDescription("Secrets for pulling the image: "
                + "spec.imagePullSecrets of a Pod.") @Nullable List<LocalObjectReference> imagePullSecrets,

        @JsonPropertyDescription("Always, IfNotPresent or Never: imagePullPolicy of a container. Left out, "
                + "IfNotPresent.") @Nullable String imagePullPolicy,

        @JsonPropertyDescription("spec.securityContext of a Pod, instead of the operator's own: an empty one ({}) "
                + "leaves user and group to the cluster, as "
                + "OpenShift wants it.") @Nullable PodSecurityContext securityContext) {

    /** Nothing besides what the operator does by itself. */
    public static PodTemplate empty() {
        return new PodTemplate(null, null, null, null, null, null, null, null, null, null);
    }
}
