package dev.quorate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.crds.StorageSpec;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Committed;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.ClaimSeen;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.InputHash;
import dev.quorate.operator.plan.Decision;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.PodSeen;
import dev.quorate.operator.plan.Problem;
import dev.quorate.operator.plan.Step;
import io.prometheus.client.CollectorRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnsembleMetricsTest {
    private static final Names NAMES = new Names("ns", "zk");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final EnsembleSpec SPEC = EnsembleSpec.of(5, "i", StorageSpec.defaults());

    private final CollectorRegistry registry = new CollectorRegistry();
    private long nowMs = 1000;
    private final EnsembleMetrics metrics = new EnsembleMetrics(() -> nowMs).register(registry);

    @Test
    void theNumbersOfAnEnsembleAreShownUntilItIsGone() {
        report(1, "done", Optional.empty());
        assertThat(value("desired_members")).isEqualTo(5);
        assertThat(value("members")).isEqualTo(3);
        assertThat(value("ready_members")).isEqualTo(3);
        assertThat(value("in_sync_members")).isEqualTo(3);
        assertThat(value("voters")).isEqualTo(3);
        assertThat(value("updated_members")).isEqualTo(2);
        assertThat(value("leader_id")).isEqualTo(1);
        assertThat(value("condition", "condition", "Available")).isEqualTo(1);
        metrics.forget(NAMES);
        assertThat(value("members")).isNull();
    }

    @Test
    void anotherLeaderCountsWhetherOrNotThereWasNoneInBetween() {
        report(1, "done", Optional.empty());
        report(1, "done", Optional.empty());
        assertThat(value("leader_changes_total")).isZero();
        report(2, "done", Optional.empty());
        assertThat(value("leader_changes_total")).isEqualTo(1);
        report(0, "wait", Optional.empty());
        assertThat(value("leader_id")).isZero();
        report(3, "done", Optional.empty());
        assertThat(value("leader_changes_total")).isEqualTo(2);
    }

    @Test
    void theTimeOfAStepGoesOnUntilAnotherRuleSpeaks() {
        report(1, "restart-next", Optional.empty());
        nowMs += 4000;
        report(1, "restart-next", Optional.empty());
        nowMs += 1500;
        assertThat(value("step_seconds", "rule", "restart-next")).isEqualTo(5.5);
        report(1, "done", Optional.empty());
        assertThat(value("step_seconds", "rule", "restart-next")).isNull();
        assertThat(value("step_seconds", "rule", "done")).isZero();
    }

    @Test
    void theLastErrorIsRemembered() {
        report(1, "objects", Optional.of(new Problem(Problem.Reason.StepFailed, "quota")));
        report(1, "done", Optional.empty());
        assertThat(value("last_error_timestamp_seconds", "reason", "StepFailed"))
                .isEqualTo((double) NOON.getEpochSecond());
    }

    private void report(int leader, String rule, Optional<Problem> failure) {
        Observed seen = seen(leader);
        var decision = new Decision(rule, new Step.Done());
        EnsembleStatus status = StatusWriter.status(seen, decision, failure, null, 1, NOON);
        metrics.report(seen, decision, status, failure, NOON);
    }

    private @Nullable Double value(String name, String... label) {
        String[] names = label.length == 0
                ? new String[]{"namespace", "ensemble"}
                : new String[]{"namespace", "ensemble", label[0]};
        String[] values = label.length == 0 ? new String[]{"ns", "zk"} : new String[]{"ns", "zk", label[1]};
        return registry.getSampleValue("quorate_ensemble_" + name, names, values);
    }

    /** Three members, of which one runs an older spec. */
    private Observed seen(int leader) {
        var claims = new TreeMap<Integer, ClaimSeen>();
        var pods = new TreeMap<Integer, PodSeen>();
        var answers = new TreeMap<Integer, Answer>();
        for (int id = 1; id <= 3; id++) {
            claims.put(id, new ClaimSeen(id, NAMES.claim(id), "c" + id, "1", new Identity("cr", List.of(1, 2, 3)), "cr",
                    false, false, ClaimOwner.NOBODY, null, NodeSeen.READY, "10Gi",
                    "10Gi", null));
            pods.put(id, new PodSeen(id, NAMES.pod(id), "p" + id, "10.0.0." + id, "n", true, false, false, false, true,
                    id == 3 ? "old" : InputHash.of(SPEC), "config", "true", null, 0, false, null, null));
            answers.put(id, new Answer(nowMs, "p" + id, "v1", "0.1.0", "cr",
                    id == leader ? Role.LEADER : Role.FOLLOWER, leader, 1,
                    new Committed(1, 1, 3, List.of(1, 2, 3), List.of(), false, List.of()), true, true, null, 1,
                    null));
        }
        return new Observed(nowMs, NAMES, new Owner("zk", "cr"), SPEC, "cr", null, claims, pods, answers, List.of());
    }
}
