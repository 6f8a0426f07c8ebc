package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.PodTemplate;
import dev.quorate.crds.ResourceSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Pod of one member. */
final class Pods {
    /** Counts what the operator changes in its own part of the template. A Pod takes it up at its next start. */
    static final int TEMPLATE_REVISION = 1;

    static final String CONTAINER = "member";

    /** Covers the hand-over of the lead (1 s), the draining of clients (5 s) and a slow last fsync. */
    private static final long TERMINATION_GRACE_SECONDS = 30;

    /** An hour: a member that replays a long log is not to be killed for it. */
    private static final int STARTUP_PROBES = 3600;

    private static final long USER = 10001;

    private Pods() {}

    static Pod pod(Desired desired, int id, String claimUid, boolean founded) {
        Names names = desired.names();
        EnsembleSpec spec = desired.spec();
        PodTemplate template = Objects.requireNonNullElse(spec.podTemplate(), PodTemplate.empty());
        return new PodBuilder().withNewMetadata().withName(names.pod(id)).withNamespace(names.namespace())
                .withLabels(labels(names, template, id)).withAnnotations(annotations(spec, template))
                .withOwnerReferences(desired.owner().reference()).endMetadata().withNewSpec()
                .withHostname(names.pod(id)).withSubdomain(names.members())
                .withServiceAccountName(names.serviceAccount()).withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false).withTerminationGracePeriodSeconds(TERMINATION_GRACE_SECONDS)
                .withSecurityContext(securityContext(template)).withAffinity(template.affinity())
                .withTolerations(orEmpty(template.tolerations())).withNodeSelector(template.nodeSelector())
                .withPriorityClassName(template.priorityClassName())
                .withImagePullSecrets(orEmpty(template.imagePullSecrets()))
                .withTopologySpreadConstraints(spread(names, template))
                .withContainers(container(desired, template, id, claimUid, founded)).withVolumes(volumes(desired, id))
                .endSpec().build();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return Objects.requireNonNullElse(list, List.of());
    }

    private static Map<String, String> labels(Names names, PodTemplate template, int id) {
        var labels = new TreeMap<>(Objects.requireNonNullElse(template.labels(), Map.of()));
        labels.putAll(Labels.common(names));
        labels.put(Labels.MEMBER_ID, Integer.toString(id));
        return labels;
    }

    private static Map<String, String> annotations(EnsembleSpec spec, PodTemplate template) {
        var annotations = new TreeMap<String, String>();
        // Its data is on a volume of its own and a quorum is kept by the budget, so a node may be emptied of it.
        annotations.put("cluster-autoscaler.kubernetes.io/safe-to-evict", "true");
        annotations.putAll(Objects.requireNonNullElse(template.annotations(), Map.of()));
        annotations.put(Labels.INPUT_HASH, InputHash.of(spec));
        annotations.put(Labels.TEMPLATE_REVISION, Integer.toString(TEMPLATE_REVISION));
        return annotations;
    }

    private static PodSecurityContext securityContext(PodTemplate template) {
        PodSecurityContext own = template.securityContext();
        if (own != null) {
            return own;
        }
        // A volume of a million files must not be walked at every start, so its group is set only where it differs.
        return new PodSecurityContextBuilder().withRunAsNonRoot(true).withRunAsUser(USER).withRunAsGroup(USER)
                .withFsGroup(USER).withFsGroupChangePolicy("OnRootMismatch").withNewSeccompProfile()
                .withType("RuntimeDefault").endSeccompProfile().build();
    }

    private static List<TopologySpreadConstraint> spread(Names names, PodTemplate template) {
        List<TopologySpreadConstraint> own = template.topologySpreadConstraints();
        if (own != null) {
            return own;
        }
        LabelSelector members = new LabelSelectorBuilder().withMatchLabels(Labels.selector(names)).build();
        return List.of("topology.kubernetes.io/zone", "kubernetes.io/hostname").stream()
                .map(key -> new TopologySpreadConstraintBuilder().withMaxSkew(1).withTopologyKey(key)
                        .withWhenUnsatisfiable("ScheduleAnyway").withLabelSelector(members).build())
                .toList();
    }

    private static Container container(Desired desired, PodTemplate template, int id, String claimUid,
            boolean founded) {
        return new ContainerBuilder().withName(CONTAINER).withImage(desired.spec().image())
                .withImagePullPolicy(Objects.requireNonNullElse(template.imagePullPolicy(), "IfNotPresent"))
                .withEnv(env("QUORATE_ID", Integer.toString(id)),
                        env("QUORATE_CLUSTER_ID", desired.identity().clusterId()), env("QUORATE_CLAIM_UID", claimUid),
                        env("QUORATE_FOUNDED", Boolean.toString(founded)))
                .withPorts(port("client", ServerConfig.CLIENT_PORT), port("peer", ServerConfig.PEER_PORT),
                        port("admin", ServerConfig.ADMIN_PORT))
                .withResources(resources(desired.spec().resources())).withSecurityContext(restricted())
                .withVolumeMounts(mounts()).withStartupProbe(probe("/livez", 1, 2, STARTUP_PROBES))
                .withLivenessProbe(probe("/livez", 10, 5, 6)).withReadinessProbe(probe("/readyz", 1, 1, 3)).build();
    }

    private static EnvVar env(String name, String value) {
        return new EnvVar(name, value, null);
    }

    private static ContainerPort port(String name, int port) {
        return new ContainerPortBuilder().withName(name).withContainerPort(port).withProtocol("TCP").build();
    }

    private static @Nullable ResourceRequirements resources(@Nullable ResourceSpec spec) {
        return spec == null
                ? null
                : new ResourceRequirementsBuilder().withRequests(quantities(spec.requests()))
                        .withLimits(quantities(spec.limits())).build();
    }

    private static Map<String, Quantity> quantities(@Nullable Map<String, String> texts) {
        var quantities = new TreeMap<String, Quantity>();
        if (texts != null) {
            texts.forEach((resource, quantity) -> quantities.put(resource, Quantity.parse(quantity)));
        }
        return quantities;
    }

    private static SecurityContext restricted() {
        return new SecurityContextBuilder().withAllowPrivilegeEscalation(false).withReadOnlyRootFilesystem(true)
                .withNewCapabilities().withDrop("ALL").endCapabilities().build();
    }

    private static Probe probe(String path, int periodSeconds, int timeoutSeconds, int failures) {
        return new ProbeBuilder().withNewHttpGet().withPath(path).withNewPort(ServerConfig.ADMIN_PORT).endHttpGet()
                .withPeriodSeconds(periodSeconds).withTimeoutSeconds(timeoutSeconds).withFailureThreshold(failures)
                .build();
    }

    private static List<VolumeMount> mounts() {
        return List.of(new VolumeMountBuilder().withName("data").withMountPath(ServerConfig.DATA_DIRECTORY).build(),
                new VolumeMountBuilder().withName("config").withMountPath(ServerConfig.CONFIG_FILE)
                        .withSubPath(Configs.KEY).withReadOnly(true).build(),
                new VolumeMountBuilder().withName("credentials").withMountPath(ServerConfig.CREDENTIALS_DIRECTORY)
                        .withReadOnly(true).build(),
                new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
    }

    private static List<Volume> volumes(Desired desired, int id) {
        return List.of(
                new VolumeBuilder().withName("data").withNewPersistentVolumeClaim(desired.names().claim(id), false)
                        .build(),
                new VolumeBuilder().withName("config").withNewConfigMap()
                        .withName(desired.config().getMetadata().getName()).endConfigMap().build(),
                new VolumeBuilder().withName("credentials").withNewSecret()
                        .withSecretName(desired.names().credentials()).withDefaultMode(0440).endSecret().build(),
                new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build());
    }
}
