package dev.quorate.operator.reconcile;

import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.ClaimSeen;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.PodSeen;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Translates live objects into what the planner looks at. */
final class Seen {
    /** States of a container in which it waits for nothing but its turn. */
    private static final Set<String> NORMAL_WAITS = Set.of("ContainerCreating", "PodInitializing");

    private static final int CRASHES = 2;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private Seen() {}

    static Optional<Integer> memberId(HasMetadata object) {
        try {
            return Optional.ofNullable(object.getMetadata().getLabels().get(Labels.MEMBER_ID)).map(Integer::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Ids of members that somebody asked to replace; what is no number is nobody. */
    static SortedSet<Integer> replace(HasMetadata ensemble) {
        var ids = new TreeSet<Integer>();
        for (String id : Objects.requireNonNullElse(annotation(ensemble, Labels.REPLACE), "").split(",")) {
            if (NUMBER.matcher(id.strip()).matches()) {
                ids.add(Integer.valueOf(id.strip()));
            }
        }
        return ids;
    }

    static ClaimSeen claim(int id, PersistentVolumeClaim claim, Owner owner) {
        return new ClaimSeen(id, claim.getMetadata().getName(), claim.getMetadata().getUid(),
                claim.getMetadata().getResourceVersion(), identity(claim), annotation(claim, Labels.FOUNDED),
                annotation(claim, Labels.REMOVED) != null, claim.getMetadata().getDeletionTimestamp() != null,
                claimOwner(claim, owner), annotation(claim, Labels.NODE), NodeSeen.NOT_READY,
                Objects.toString(claim.getSpec().getResources().getRequests().get("storage"), "0"), capacity(claim),
                claim.getSpec().getStorageClassName());
    }

    private static @Nullable String capacity(PersistentVolumeClaim claim) {
        return claim.getStatus() == null || claim.getStatus().getCapacity() == null
                ? null
                : Objects.toString(claim.getStatus().getCapacity().get("storage"), null);
    }

    static ClaimSeen withNode(ClaimSeen claim, NodeSeen node) {
        return new ClaimSeen(claim.id(), claim.name(), claim.uid(), claim.resourceVersion(), claim.identity(),
                claim.foundedMark(), claim.removed(), claim.terminating(), claim.owner(), claim.node(), node,
                claim.size(), claim.capacity(), claim.className());
    }

    private static @Nullable Identity identity(PersistentVolumeClaim claim) {
        String clusterId = annotation(claim, Labels.CLUSTER_ID);
        String founders = annotation(claim, Labels.FOUNDERS);
        if (clusterId == null || founders == null) {
            return null;
        }
        try {
            return new Identity(clusterId, Identity.parseFounders(founders));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static ClaimOwner claimOwner(PersistentVolumeClaim claim, Owner owner) {
        if (owner.controls(claim.getMetadata())) {
            return ClaimOwner.THIS_ENSEMBLE;
        }
        return claim.getMetadata().getOwnerReferences().isEmpty() ? ClaimOwner.NOBODY : ClaimOwner.ANOTHER;
    }

    static PodSeen pod(int id, Pod pod, Owner owner, long nowMs) {
        boolean ended = Set.of("Failed", "Succeeded").contains(Objects.toString(pod.getStatus().getPhase(), ""));
        boolean terminating = pod.getMetadata().getDeletionTimestamp() != null;
        return new PodSeen(id, pod.getMetadata().getName(), pod.getMetadata().getUid(), pod.getStatus().getPodIP(),
                pod.getSpec().getNodeName(), owner.controls(pod.getMetadata()), ended,
                (ended || terminating) && isStopped(pod), terminating, condition(pod, "Ready", "True").isPresent(),
                annotation(pod, Labels.INPUT_HASH), config(pod), label(pod, Labels.VOTER), label(pod, Labels.ROLE),
                unreadyMs(pod, nowMs), isCrashing(pod), exitCode(pod),
                terminating || ended ? null : trouble(pod).orElse(null));
    }

    /** For how long a Pod is not Ready; 0 while it is, or where the clocks disagree. */
    private static long unreadyMs(Pod pod, long nowMs) {
        if (condition(pod, "Ready", "True").isPresent()) {
            return 0;
        }
        String since = condition(pod, "Ready", "False").map(PodCondition::getLastTransitionTime)
                .orElse(pod.getMetadata().getCreationTimestamp());
        return since == null ? 0 : Math.max(0, nowMs - Instant.parse(since).toEpochMilli());
    }

    /** Whether a container that is not ready has failed more than once. */
    private static boolean isCrashing(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(container -> !Boolean.TRUE.equals(container.getReady())
                        && Objects.requireNonNullElse(container.getRestartCount(), 0) >= CRASHES
                        && container.getLastState() != null && container.getLastState().getTerminated() != null
                        && !Objects.equals(container.getLastState().getTerminated().getExitCode(), 0));
    }

    /** How a container that is not ready ended last. */
    private static @Nullable Integer exitCode(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(container -> !Boolean.TRUE.equals(container.getReady()))
                .flatMap(container -> Stream.of(container.getState(), container.getLastState()))
                .filter(state -> state != null && state.getTerminated() != null)
                .map(state -> state.getTerminated().getExitCode()).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /**
     * Whether the node said that all containers have ended. The phase proves nothing: once a Node is gone, or is
     * tainted as out of service, the garbage collector of Pods sets Failed by itself while processes live on; and what
     * the node said before may be old then.
     */
    private static boolean isStopped(Pod pod) {
        List<ContainerStatus> containers = pod.getStatus().getContainerStatuses();
        return !containers.isEmpty() && containers.stream()
                .allMatch(container -> container.getState() != null && container.getState().getTerminated() != null)
                && condition(pod, "DisruptionTarget", "True")
                        .filter(disruption -> "DeletionByPodGC".equals(disruption.getReason())).isEmpty();
    }

    private static @Nullable String config(Pod pod) {
        return pod.getSpec().getVolumes().stream().map(Volume::getConfigMap).filter(Objects::nonNull)
                .map(config -> config.getName()).findFirst().orElse(null);
    }

    /** Why a Pod can't run, where Kubernetes says so. */
    private static Optional<String> trouble(Pod pod) {
        return condition(pod, "PodScheduled", "False").map(scheduled -> "can't be scheduled: " + scheduled.getMessage())
                .or(() -> pod.getStatus().getContainerStatuses().stream().flatMap(c -> waiting(c).stream())
                        .findFirst());
    }

    private static Optional<String> waiting(ContainerStatus container) {
        if (container.getState() == null || container.getState().getWaiting() == null
                || container.getState().getWaiting().getReason() == null
                || NORMAL_WAITS.contains(container.getState().getWaiting().getReason())) {
            return Optional.empty();
        }
        String reason = container.getState().getWaiting().getReason();
        ContainerStateTerminated last = container.getLastState() == null
                ? null
                : container.getLastState().getTerminated();
        if (reason.contains("ImagePull")) {
            // Kubernetes goes back and forth between two reasons while it tries.
            return Optional.of("the image " + container.getImage() + " can't be pulled");
        }
        // The message of Kubernetes counts up its back-off, and a status must not move by itself.
        return Optional.of(last == null ? reason : reason + ": " + exit(last.getExitCode()));
    }

    /** The exit codes of the server, in words. */
    private static String exit(@Nullable Integer code) {
        return switch (code == null ? -1 : code) {
            case 2 -> "the server refuses its configuration (exit code 2); see the log of the container";
            case 10 -> "the server met an error of its disk (exit code 10); see the log of the container";
            case 11 -> "the server refuses the data on its volume (exit code 11); see the log of the container";
            case 13 -> "the build is older than the level of rules that the ensemble follows (exit code 13)";
            case 137 -> "the container was killed (exit code 137), often for lack of memory";
            default -> "the container ended with exit code " + code + "; see its log";
        };
    }

    private static Optional<PodCondition> condition(Pod pod, String type, String status) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type) && condition.getStatus().equals(status))
                .findFirst();
    }

    static @Nullable String annotation(HasMetadata object, String key) {
        return value(object.getMetadata().getAnnotations(), key);
    }

    private static @Nullable String label(HasMetadata object, String key) {
        return value(object.getMetadata().getLabels(), key);
    }

    private static @Nullable String value(@Nullable Map<String, String> map, String key) {
        return map == null ? null : map.get(key);
    }
}
