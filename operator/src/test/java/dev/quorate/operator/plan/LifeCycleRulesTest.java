package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.MaintenanceWindow;
import dev.quorate.crds.StorageSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Problem.Reason;
import dev.quorate.operator.plan.Step.ChangeMembers;
import dev.quorate.operator.plan.Step.EvictMember;
import dev.quorate.operator.plan.Step.HandOverLeader;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Scale and roll in the model of a cluster: which steps, in which order. */
class LifeCycleRulesTest {
    private final World world = new World(3, new Owner("zk", "cr"));

    @Test
    void newMembersLearnBeforeTheyVoteAndTheBudgetIsAhead() {
        run();
        world.spec = Specs.spec(5, "i:1");
        List<Step> steps = run();
        assertThat(steps.stream().map(LifeCycleRulesTest::name).toList()).containsSubsequence("AddLearners",
                "StartMembers", "budget 4", "label [zk-4, zk-5]", "ChangeMembers");
        assertThat(only(steps, ChangeMembers.class).add()).containsExactly(
                "server.4=zk-4.zk-members.ns.svc:2888:3888:participant;2181",
                "server.5=zk-5.zk-members.ns.svc:2888:3888:participant;2181");
        assertThat(world.voters()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void theLeaderStaysAndTheBudgetIsBehind() {
        run();
        world.spec = Specs.spec(5, "i:1");
        run();
        world.leader = 5;
        world.spec = Specs.spec(3, "i:1");
        List<Step> steps = run();
        assertThat(only(steps, ChangeMembers.class).remove()).containsExactly(3, 4);
        assertThat(steps.stream().map(LifeCycleRulesTest::name).toList()).containsSubsequence("ChangeMembers",
                "label [zk-3, zk-4]", "budget 2", "GiveUpClaims", "EndRemoved", "EndRemoved");
        assertThat(world.voters()).containsExactly(1, 2, 5);
        assertThat(world.look().claims().get(3)).matches(ClaimSeen::removed, "kept and marked");
    }

    @Test
    void whoIsOutOfSyncGoesFirst() {
        world.spec = Specs.spec(5, "i:1");
        run();
        world.nodeFails(2); // where members 2 and 5 are
        world.spec = Specs.spec(3, "i:1");
        world.settle();
        assertThat(only(run(), ChangeMembers.class).remove()).containsExactly(2, 5);
    }

    @Test
    void anEvenNumberHasAnObserver() {
        world.spec = Specs.spec(4, "i:1");
        run();
        assertThat(world.voters()).containsExactly(1, 2, 3);
        assertThat(world.members()).containsExactly(1, 2, 3, 4);
        world.spec = Specs.spec(2, "i:1");
        run();
        assertThat(world.voters()).hasSize(1);
        assertThat(world.members()).hasSize(2);
    }

    @Test
    void moreThanMaxVotersObserve() {
        world.spec = Specs.spec(5, 3, "i:1", ClaimPolicy.Retain, false);
        run();
        assertThat(world.voters()).hasSize(3);
        assertThat(world.serving()).hasSize(5);
    }

    @Test
    void anUnfinishedScaleIsTurnedAroundAndItsIdsAreNotUsedAgain() {
        run();
        world.spec = Specs.spec(5, "i:1");
        while (!(step() instanceof Step.StartMembers)) {
            world.settle();
        }
        world.spec = Specs.spec(3, "i:1");
        List<Step> steps = run();
        assertThat(steps).noneMatch(step -> step instanceof ChangeMembers);
        world.spec = Specs.spec(5, "i:1");
        run();
        assertThat(world.voters()).containsExactly(1, 2, 3, 6, 7);
    }

    @Test
    void volumesOfRemovedMembersGoWhereThePolicySaysSo() {
        world.spec = Specs.spec(3, 7, "i:1", ClaimPolicy.Delete, false);
        run();
        world.spec = Specs.spec(1, 7, "i:1", ClaimPolicy.Delete, false);
        assertThat(run().stream().map(LifeCycleRulesTest::name).toList()).containsSubsequence("EndRemoved",
                "DeleteClaim");
        assertThat(world.look().claims()).hasSize(1);
    }

    @Test
    void observersThenFollowersThenTheLeaderAreRestarted() {
        world.spec = Specs.spec(4, "i:1");
        run();
        int leader = world.leader;
        world.spec = Specs.spec(4, "i:2");
        List<Step> steps = run();
        assertThat(steps.stream().filter(step -> step instanceof EvictMember).map(step -> ((EvictMember) step).id())
                .toList()).containsExactly(4, 3, 2, leader);
        assertThat(steps.stream().map(LifeCycleRulesTest::name).filter(name -> name.matches("Evict.*|HandOver.*"))
                .toList()).containsExactly("EvictMember", "EvictMember", "EvictMember", "HandOverLeader",
                        "EvictMember");
        assertThat(only(steps, HandOverLeader.class).leader().id()).isEqualTo(leader);
        assertThat(world.images()).containsExactly("i:2");
    }

    @Test
    void aBadSpecHaltsAtTheFirstMemberAndIsTakenBack() {
        run();
        world.spec = Specs.spec(3, World.BAD);
        List<Step> steps = run();
        assertThat(steps.stream().filter(step -> step instanceof EvictMember).toList()).hasSize(1);
        assertThat(((Step.Wait) Planner.plan(world.look()).step()).until().reason()).isEqualTo(Reason.RollHalted);
        assertThat(world.serving()).hasSize(2);
        world.spec = Specs.spec(3, "i:1");
        assertThat(run().stream().map(LifeCycleRulesTest::name).toList()).contains("RestartBroken")
                .doesNotContain("EvictMember");
        assertThat(world.serving()).hasSize(3);
    }

    @Test
    void anEnsembleThatNeverServedTakesUpACorrectedSpec() {
        world.spec = Specs.spec(3, World.BAD);
        run();
        world.spec = Specs.spec(3, "i:1");
        run();
        assertThat(world.serving()).hasSize(3);
    }

    @Test
    void settingsThatNeedNoRestartReachMembersWhileTheyRun() {
        run();
        world.spec = withConfig(Map.of("snapCount", "5000"));
        List<Step> steps = run();
        assertThat(only(steps, Step.ChangeSettings.class).members()).extracting(Step.Contact::id).containsExactly(1, 2,
                3);
        assertThat(steps).noneMatch(step -> step instanceof EvictMember || step instanceof HandOverLeader);
        world.podDeleted(2);
        steps = run();
        assertThat(steps).noneMatch(step -> step instanceof Step.ChangeSettings);
        assertThat(config(2)).as("has the new ones from its file").isNotEqualTo(config(1));
        assertThat(world.objects).containsKeys("ConfigMap/" + config(1), "ConfigMap/" + config(2));
        world.spec = withConfig(Map.of());
        assertThat(only(run(), Step.ChangeSettings.class).settings()).isEmpty();
    }

    @Test
    void settingsThatNeedARestartTakeTheOthersWithThem() {
        run();
        world.spec = withConfig(Map.of("snapCount", "5000", "tickTime", "3000"));
        List<Step> steps = run();
        assertThat(steps).filteredOn(step -> step instanceof EvictMember).hasSize(3);
        assertThat(steps).noneMatch(step -> step instanceof Step.ChangeSettings);
    }

    private @Nullable String config(int id) {
        return Objects.requireNonNull(world.look().pods().get(id)).config();
    }

    private static EnsembleSpec withConfig(Map<String, String> config) {
        return new EnsembleSpec(3, 7, "i:1", new StorageSpec("1Gi", null, ClaimPolicy.Retain), null, config, null,
                false, 600, 3600, HealSpec.defaults(), null);
    }

    @Test
    void nobodyIsRestartedWhileAMemberIsMissing() {
        run();
        world.nodeFails(0); // where member 3 is
        world.spec = Specs.spec(3, "i:2");
        world.settle();
        assertThat(run()).noneMatch(step -> step instanceof EvictMember || step instanceof HandOverLeader);
    }

    @Test
    void aSingleMemberIsRestarted() {
        world.spec = Specs.spec(1, "i:1");
        run();
        world.spec = Specs.spec(1, "i:2");
        assertThat(run()).anyMatch(step -> step instanceof EvictMember);
        assertThat(world.images()).containsExactly("i:2");
    }

    @Test
    void nothingIsBegunWhilePaused() {
        run();
        world.spec = Specs.spec(5, 7, "i:2", ClaimPolicy.Retain, true);
        assertThat(run().stream().map(LifeCycleRulesTest::name).toList())
                .doesNotContain("AddLearners", "EvictMember", "HandOverLeader");
        assertThat(((Step.Wait) Planner.plan(world.look()).step()).until().reason()).isEqualTo(Reason.Paused);
    }

    @Test
    void whoIsAskedForIsReplacedInOneChangeAndItsVolumeIsGivenUp() {
        run();
        world.replace.add(2);
        List<Step> steps = run();
        assertThat(steps.stream().map(LifeCycleRulesTest::name).toList()).containsSubsequence("AddLearners",
                "StartMembers", "budget 3", "label [zk-4]", "ChangeMembers", "label [zk-2]", "budget 2",
                "GiveUpClaims", "EndRemoved");
        assertThat(only(steps, ChangeMembers.class).remove()).containsExactly(2);
        assertThat(world.voters()).containsExactly(1, 3, 4);
        assertThat(world.look().claims().get(2)).matches(ClaimSeen::removed, "kept and marked");
    }

    @Test
    void theLeaderHandsOverBeforeItIsReplaced() {
        run();
        world.replace.add(world.leader);
        assertThat(run().stream().map(LifeCycleRulesTest::name).toList()).containsSubsequence("AddLearners",
                "HandOverLeader", "ChangeMembers");
    }

    @Test
    void aSingleMemberIsReplaced() {
        world.spec = Specs.spec(1, "i:1");
        run();
        world.replace.add(1);
        run();
        assertThat(world.serving()).containsExactly(2);
    }

    @Test
    void aNewcomerThatCanNotStartIsGivenUpWhenItIsAskedFor() {
        run();
        world.spec = Specs.spec(5, "i:1");
        while (!(step() instanceof Step.StartMembers)) {
            world.settle();
        }
        world.nodeGoes(2); // where member 5 is to be
        world.claim("data-zk-5").home = "node2";
        run();
        assertThat(world.voters()).containsExactly(1, 2, 3);
        world.replace.add(5);
        world.replace.add(2);
        run();
        assertThat(world.serving()).containsExactly(1, 3, 4, 6, 7);
    }

    @Test
    void aLostMemberIsReplacedAfterTheLimitAndNotBefore() {
        run();
        world.nodeFails(2); // where member 2 is
        assertThat(run()).noneMatch(step -> step instanceof Step.AddLearners);
        assertThat(problems()).contains(Reason.MemberNotReady);
        world.spec = Specs.with(world.spec, 3600, new HealSpec(60), null);
        world.nowMs += 30_000;
        assertThat(run()).noneMatch(step -> step instanceof Step.AddLearners);
        world.nowMs += 30_000;
        run();
        assertThat(world.serving()).containsExactly(1, 3, 4);
    }

    @Test
    void aMemberThatComesBackInTimeIsNotReplaced() {
        world.spec = Specs.with(world.spec, 3600, new HealSpec(60), null);
        run();
        world.nodeFails(2);
        run();
        world.nowMs += 50_000;
        world.nodesReturn();
        run();
        world.nodeFails(2);
        run();
        world.nowMs += 50_000;
        assertThat(run()).noneMatch(step -> step instanceof Step.AddLearners);
    }

    @Test
    void theRestOfADrainedEnsembleIsNotTakenWhileANewcomerStandsReady() {
        run();
        world.nodeFails(2);
        world.replace.add(2);
        while (!(step() instanceof Step.LabelPods)) {
            world.settle();
        }
        world.drain();
        assertThat(world.quorumRuns()).isTrue();
    }

    @Test
    void anotherStorageClassReplacesOneMemberAfterTheOther() {
        run();
        world.spec = Specs.with(world.spec, new StorageSpec("1Gi", "old", ClaimPolicy.Retain));
        assertThat(run()).as("claims whose class is not known").noneMatch(step -> step instanceof Step.AddLearners);
        world.claims.values().forEach(claim -> claim.className = "old");
        world.spec = Specs.with(world.spec, new StorageSpec("1Gi", "fast", ClaimPolicy.Retain));
        List<Step> steps = run();
        assertThat(steps.stream().filter(step -> step instanceof ChangeMembers).toList()).hasSize(3);
        assertThat(world.voters()).containsExactly(4, 5, 6);
    }

    @Test
    void volumesGrowOneAfterTheOther() {
        run();
        world.spec = Specs.with(world.spec, new StorageSpec("2Gi", null, ClaimPolicy.Retain));
        assertThat(run().stream().filter(step -> step instanceof Step.GrowVolume).toList()).hasSize(3);
        assertThat(world.claims.values()).allMatch(claim -> claim.size.equals("2Gi"));
        world.spec = Specs.with(world.spec, new StorageSpec("1Gi", null, ClaimPolicy.Retain));
        run();
        assertThat(problems()).containsExactly(Reason.StorageDiffers);
    }

    @Test
    void whatDisturbsWaitsForItsWindowAndLostMembersDoNot() {
        run();
        var night = new MaintenanceSpec("UTC", List.of(new MaintenanceWindow(null, "02:00", 60)));
        world.spec = Specs.with(Specs.with(Specs.spec(3, "i:2"), new StorageSpec("2Gi", null, ClaimPolicy.Retain)),
                3600, HealSpec.defaults(), night);
        world.replace.add(3);
        assertThat(run()).allMatch(step -> step instanceof Step.Wait || step instanceof Step.ApplyObjects);
        assertThat(problems()).containsExactly(Reason.MaintenanceWindow);
        assertThat(Diagnosis.of(world.look()).getFirst().message()).contains("02:00Z[UTC]", "zk-1", "zk-3",
                "data-zk-2");
        world.podEnds(1);
        assertThat(run()).anyMatch(step -> step instanceof Step.StartMembers);
        world.nowMs = 7_200_000;
        run();
        assertThat(world.images()).containsExactly("i:2");
        assertThat(world.voters()).containsExactly(1, 2, 4);
    }

    @Test
    void theLevelIsRaisedWhenAllServedLongEnoughAndUntilThenTheWayBackIsOpen() {
        run();
        world.spec = Specs.spec(3, World.LATER);
        assertThat(run()).noneMatch(step -> step instanceof Step.RaiseLevel);
        world.spec = Specs.spec(3, "i:1");
        run();
        assertThat(world.serving()).hasSize(3);
        world.spec = Specs.spec(3, World.LATER);
        run();
        world.nowMs += 3_600_000;
        assertThat(only(run(), Step.RaiseLevel.class).level()).isEqualTo(2);
        world.spec = Specs.spec(3, "i:1");
        run();
        assertThat(problems()).startsWith(Reason.DowngradeRefused);
        assertThat(world.serving()).hasSize(2);
        world.spec = Specs.spec(3, World.LATER);
        run();
        assertThat(world.serving()).hasSize(3);
    }

    @Test
    void whatALostQuorumNeedsIsSaid() {
        run();
        world.nodeGoes(1);
        world.nodeFails(2);
        world.podDeleted(1);
        world.podDeleted(2);
        run();
        Problem problem = Diagnosis.of(world.look()).getFirst();
        assertThat(problem.reason()).isEqualTo(Reason.QuorumLost);
        assertThat(problem.message()).contains("2 of its 3 voters", "1 can", "at least 1 of",
                "zk-1 (its node node1 is no",
                "zk-2 (its node node2 does not answer)");
    }

    private List<Reason> problems() {
        return Diagnosis.of(world.look()).stream().map(Problem::reason).distinct().toList();
    }

    /** Until nothing is done any more; the steps. */
    private List<Step> run() {
        var steps = new ArrayList<Step>();
        for (int quiet = 0, round = 0; quiet < 3; round++) {
            assertThat(round).as("steps go on").isLessThan(100);
            world.settle();
            Step step = step();
            quiet = step instanceof Step.Wait || step instanceof Step.Done ? quiet + 1 : 0;
            steps.add(step);
        }
        return steps;
    }

    private Step step() {
        Step step = Planner.plan(world.look()).step();
        new ModelActuator(world).perform(step);
        return step;
    }

    private static <S extends Step> S only(List<Step> steps, Class<S> kind) {
        List<Step> found = steps.stream().filter(kind::isInstance).toList();
        assertThat(found).hasSize(1);
        return kind.cast(found.getFirst());
    }

    private static String name(Step step) {
        return switch (step) {
            case Step.ApplyObjects apply -> apply.objects().stream()
                    .filter(object -> object instanceof PodDisruptionBudget)
                    .map(object -> "budget " + ((PodDisruptionBudget) object).getSpec().getMinAvailable().getIntVal())
                    .findFirst().orElse("ApplyObjects");
            case Step.LabelPods label -> "label " + label.labelsByPod().entrySet().stream()
                    .filter(pod -> pod.getValue().containsKey("quorate.dev/voter")).map(pod -> pod.getKey()).toList();
            default -> step.getClass().getSimpleName();
        };
    }
}
