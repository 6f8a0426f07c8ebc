package dev.quorate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.PodSeen;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

/** What proves that the processes of a Pod are gone. */
class SeenTest {
    private static final long NOW_MS = 1_800_000_000_000L;

    @Test
    void aPhaseAloneDoesNotProveThatAPodHasStopped() {
        PodSeen seen = seen(running(pod("Failed", "n")));
        assertThat(seen.ended()).isTrue();
        assertThat(seen.stopped()).isFalse();
        assertThat(seen(pod("Failed", "n")).stopped()).as("its node has not said anything").isFalse();
    }

    @Test
    void aPodHasStoppedWhenItsNodeSaysSo() {
        assertThat(seen(terminated(pod("Failed", "n"))).stopped()).isTrue();
        assertThat(seen(terminated(pod("Running", "n"))).stopped()).as("it is started again in place").isFalse();
        assertThat(seen(terminated(deleted(pod("Running", "n")))).stopped()).isTrue();
        assertThat(seen(running(deleted(pod("Running", "n")))).stopped()).isFalse();
    }

    @Test
    void whatANodeSaidBeforeItWasLostProvesNothing() {
        var pod = terminated(pod("Failed", "n")).editStatus().addNewCondition().withType("DisruptionTarget")
                .withStatus("True").withReason("DeletionByPodGC").endCondition().endStatus();
        assertThat(seen(pod).stopped()).isFalse();
    }

    private static PodSeen seen(PodBuilder pod) {
        return Seen.pod(2, pod.build(), new Owner("zk", "cr"), NOW_MS);
    }

    private static PodBuilder pod(String phase, String node) {
        return new PodBuilder().withNewMetadata().withName("zk-2").withUid("u").endMetadata().withNewSpec()
                .withNodeName(node).endSpec().withNewStatus().withPhase(phase).endStatus();
    }

    private static PodBuilder deleted(PodBuilder pod) {
        return pod.editMetadata().withDeletionTimestamp("2020-01-01T00:00:00Z").endMetadata();
    }

    private static PodBuilder running(PodBuilder pod) {
        return pod.editStatus().addNewContainerStatus().withName("member").withNewState().withNewRunning().endRunning()
                .endState().endContainerStatus().endStatus();
    }

    private static PodBuilder terminated(PodBuilder pod) {
        return pod.editStatus().addNewContainerStatus().withName("member").withNewState().withNewTerminated()
                .endTerminated().endState().endContainerStatus().endStatus();
    }
}
