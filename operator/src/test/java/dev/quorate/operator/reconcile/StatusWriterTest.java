package dev.quorate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Condition.Status;
import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.InputHash;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Committed;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.ClaimSeen;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.Decision;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.Planner;
import dev.quorate.operator.plan.PodSeen;
import dev.quorate.operator.plan.Problem;
import dev.quorate.operator.plan.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
    private static final Names NAMES = new Names("ns", "zk");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Decision DONE = new Decision("done", new Step.Done());
    private static final EnsembleSpec SPEC = EnsembleSpec.of(3, "i", StorageSpec.defaults());

    @Test
    void allMembersInSyncAreReady() {
        EnsembleStatus status = status(seen(SPEC, Set.of(1, 2, 3), 0), DONE, null);
        assertThat(status.leader()).isEqualTo("zk-1");
        assertThat(status.readyMembers()).isEqualTo(3);
        assertThat(status.version()).isEqualTo("0.1.0");
        assertThat(status.clusterId()).isEqualTo("cr");
        assertThat(status.binding()).as("its Secret is not there").isNull();
        assertThat(status.clientEndpoints()).hasSize(3).first().isEqualTo("zk-1.zk-members.ns.svc:2181");
        assertThat(status.members()).extracting(member -> member.role())
                .containsExactly("leader", "follower", "follower");
        is(status, "Available", Status.True, "QuorumServes");
        is(status, "Ready", Status.True, "AllMembersServe");
        is(status, "Progressing", Status.False, "Settled");
        is(status, "Degraded", Status.False, "Sound");
        is(status, "Initialized", Status.True, "Founded");
    }

    @Test
    void aMissingMemberIsDegradedNotUnavailable() {
        EnsembleStatus status = status(seen(SPEC, Set.of(1, 2), 0), DONE, null);
        is(status, "Available", Status.True, "QuorumServes");
        is(status, "Ready", Status.False, "MemberNotReady");
        is(status, "Degraded", Status.True, "MemberNotReady");
    }

    @Test
    void withoutAQuorumThereIsNoLeader() {
        EnsembleStatus status = status(seen(SPEC, Set.of(1), 0), DONE, null);
        assertThat(status.leader()).isNull();
        is(status, "Available", Status.False, "NoQuorum");
    }

    @Test
    void membersThatRunButDoNotAnswerAreUnknown() {
        EnsembleStatus status = status(seen(SPEC, Set.of(1, 2, 3), Observed.ANSWER_LIFE_MS + 1), DONE, null);
        is(status, "Available", Status.Unknown, "NoContact");
        assertThat(status.members()).allMatch(member -> member.role().equals("unknown") && !member.ready());
    }

    @Test
    void whatAsksForAHumanIsNotReadyButServes() {
        var spec = new EnsembleSpec(5, 7, "other", StorageSpec.defaults(), null, null, null, true, 600, 0,
                HealSpec.defaults(), null);
        Observed seen = seen(spec, Set.of(1, 2, 3), 0);
        EnsembleStatus status = status(seen, Planner.plan(seen), null);
        is(status, "Available", Status.True, "QuorumServes");
        is(status, "Ready", Status.False, "Paused");
        is(status, "Degraded", Status.False, "Sound");
    }

    @Test
    void aRefusedStepIsSaid() {
        var failure = new Problem(Problem.Reason.StepFailed, "The API server refused: quota");
        EnsembleStatus status = StatusWriter.status(seen(SPEC, Set.of(1, 2, 3), 0), DONE, Optional.of(failure), null, 1,
                NOON);
        is(status, "Degraded", Status.True, "StepFailed");
    }

    @Test
    void timesMoveOnlyWithTheStatusOfACondition() {
        EnsembleStatus before = status(seen(SPEC, Set.of(1, 2, 3), 0), DONE, null);
        EnsembleStatus same = StatusWriter.status(seen(SPEC, Set.of(1, 2, 3), 0), DONE, Optional.empty(), before, 1,
                NOON.plusSeconds(60));
        assertThat(same).isEqualTo(before);
        EnsembleStatus after = StatusWriter.status(seen(SPEC, Set.of(1, 2), 0), DONE, Optional.empty(), before, 1,
                NOON.plusSeconds(60));
        assertThat(condition(after, "Ready").lastTransitionTime()).isEqualTo("2026-01-01T12:01:00Z");
        assertThat(condition(after, "Available").lastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
    }

    private static EnsembleStatus status(Observed seen, Decision decision, @Nullable EnsembleStatus before) {
        return StatusWriter.status(seen, decision, Optional.empty(), before, 1, NOON);
    }

    private static void is(EnsembleStatus status, String type, Status value, String reason) {
        Condition condition = condition(status, type);
        assertThat(condition.status()).as(type).isEqualTo(value);
        assertThat(condition.reason()).as(type).isEqualTo(reason);
        assertThat(condition.message()).isNotBlank();
    }

    private static Condition condition(EnsembleStatus status, String type) {
        return status.conditions().stream().filter(condition -> condition.type().equals(type)).findFirst()
                .orElseThrow();
    }

    /** Three members of which some are in sync, with answers of the given age. */
    private static Observed seen(EnsembleSpec spec, Set<Integer> inSync, long ageMs) {
        var claims = new TreeMap<Integer, ClaimSeen>();
        var pods = new TreeMap<Integer, PodSeen>();
        var answers = new TreeMap<Integer, Answer>();
        for (int id = 1; id <= 3; id++) {
            boolean in = inSync.contains(id);
            claims.put(id, new ClaimSeen(id, NAMES.claim(id), "c" + id, "1", new Identity("cr", List.of(1, 2, 3)), "cr",
                    false, false, ClaimOwner.NOBODY, null, NodeSeen.READY, "10Gi",
                    "10Gi", null));
            pods.put(id, new PodSeen(id, NAMES.pod(id), "p" + id, "10.0.0." + id, "n", true, false, false, false, in,
                    InputHash.of(SPEC), "config", "true", null, 0, false, null, null));
            if (in) {
                answers.put(id, new Answer(0, "p" + id, "v1", "0.1.0", "cr", id == 1 ? Role.LEADER : Role.FOLLOWER, 1,
                        1, new Committed(1, 1, 3, List.of(1, 2, 3), List.of(), false, List.of()), true, true, null, 1,
                        null));
            }
        }
        return new Observed(ageMs, NAMES, new Owner("zk", "cr"), spec, "cr", null, claims, pods, answers, List.of());
    }
}
