package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the status that a kubelet reports for a pod with one container. */
final class PodStatuses {
    private PodStatuses() {}

    /**
     * What is known of the container now.
     *
     * @param state waiting, running or terminated
     * @param last how its previous life ended, null in the first
     */
    record Seen(Container container, ContainerState state, @Nullable ContainerState last, int restarts, boolean started,
            boolean ready,
            String processId) {}

    static PodStatus of(Pod pod, String phase, String address, String startTime, Seen seen) {
        var old = pod.getStatus() == null ? List.<PodCondition>of() : pod.getStatus().getConditions();
        var conditions = new ArrayList<PodCondition>();
        conditions.add(condition(old, "PodScheduled", true));
        conditions.add(condition(old, "Initialized", true));
        conditions.add(condition(old, "ContainersReady", seen.ready()));
        conditions.add(condition(old, "Ready", seen.ready()));
        return new PodStatusBuilder().withPhase(phase).withHostIP("127.0.0.1").withPodIP(address).addNewPodIP(address)
                .withStartTime(startTime)
                .withConditions(conditions).withContainerStatuses(container(seen)).build();
    }

    static ContainerState waiting(String reason, String message) {
        return new ContainerStateBuilder().withNewWaiting(message, reason).build();
    }

    static ContainerState running(String startedAt) {
        return new ContainerStateBuilder().withNewRunning(startedAt).build();
    }

    static ContainerState terminated(int exitCode, String startedAt) {
        return new ContainerStateBuilder().withNewTerminated().withExitCode(exitCode)
                .withReason(exitCode == 0 ? "Completed" : "Error")
                .withStartedAt(startedAt).withFinishedAt(now()).endTerminated().build();
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ContainerStatus container(Seen seen) {
        var builder = new ContainerStatusBuilder().withName(seen.container().getName())
                .withImage(seen.container().getImage())
                .withImageID(seen.container().getImage()).withContainerID(seen.processId()).withState(seen.state())
                .withRestartCount(seen.restarts())
                .withStarted(seen.started()).withReady(seen.ready());
        return seen.last() == null ? builder.build() : builder.withLastState(seen.last()).build();
    }

    /** A condition's time moves only when its status does. */
    private static PodCondition condition(List<PodCondition> old, String type, boolean holds) {
        var status = holds ? "True" : "False";
        var since = old.stream().filter(before -> before.getType().equals(type) && before.getStatus().equals(status))
                .findFirst()
                .map(PodCondition::getLastTransitionTime).orElseGet(PodStatuses::now);
        return new PodConditionBuilder().withType(type).withStatus(status).withLastTransitionTime(since).build();
    }
}
