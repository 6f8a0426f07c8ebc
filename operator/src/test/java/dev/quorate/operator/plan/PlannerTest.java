package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.Problem.Reason;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules where they decide about data, and the doubts. */
class PlannerTest {
    private static final Owner OWNER = new Owner("zk", "cr");
    private static final EnsembleSpec SPEC = Specs.spec(3, "i:1");

    @Test
    void aNewEnsembleFoundsItselfUnderItsOwnUid() {
        Step step = Planner.plan(seen(null, null, Map.of())).step();
        assertThat(step).isInstanceOfSatisfying(Step.Bootstrap.class, bootstrap -> {
            assertThat(bootstrap.identity()).isEqualTo(new Identity("cr", List.of(1, 2, 3)));
            assertThat(bootstrap.missing()).hasSize(3);
        });
    }

    @Test
    void claimsOfAnotherClusterAreAdoptedWithTheirFounders() {
        Step step = Planner.plan(seen(null, null, Map.of(1, claim(1, "old", null, null, NodeSeen.READY)))).step();
        assertThat(step).isInstanceOfSatisfying(Step.Bootstrap.class,
                bootstrap -> assertThat(bootstrap.identity().clusterId()).isEqualTo("old"));
    }

    @Test
    void aFoundedEnsembleWithoutClaimsWaits() {
        assertThat(reason(seen("cr", null, Map.of()))).isEqualTo(Reason.DataLost);
    }

    @Test
    void consentFoundsAnewAsAnotherCluster() {
        assertThat(Planner.plan(seen("cr", "sorry", Map.of())).step()).isInstanceOfSatisfying(Step.Bootstrap.class,
                bootstrap -> assertThat(bootstrap.identity().clusterId()).isEqualTo("cr.sorry"));
    }

    @Test
    void consentIsGoodForOnce() {
        assertThat(reason(seen("cr.sorry", "sorry", Map.of()))).isEqualTo(Reason.DataLost);
    }

    @Test
    void consentIsNoWordThatCanNotBePartOfAnIdentity() {
        assertThat(reason(seen("cr", "So Sorry!", Map.of()))).isEqualTo(Reason.DataLost);
    }

    @Test
    void claimsOfTwoClustersAreADoubt() {
        assertThat(reason(seen(null, null, Map.of(1, claim(1, "a", null, null, NodeSeen.READY), 2,
                claim(2, "b", null, null, NodeSeen.READY))))).isEqualTo(Reason.ClaimsDisagree);
    }

    @Test
    void claimsOfAnotherClusterThanTheMarkAreADoubt() {
        assertThat(reason(seen("cr", null, Map.of(1, claim(1, "b", "b", null, NodeSeen.READY)))))
                .isEqualTo(Reason.ClaimsDisagree);
    }

    @Test
    void aLostClaimIsNotMadeAgainOnceTheEnsembleIsFounded() {
        var claims = Map.of(1, claim(1, "cr", "cr", null, NodeSeen.READY), 2,
                claim(2, "cr", "cr", null, NodeSeen.READY));
        assertThat(Planner.plan(seen("cr", null, claims)).step()).isNotInstanceOf(Step.Bootstrap.class);
        assertThat(Diagnosis.of(seen("cr", null, claims))).first().extracting(Problem::reason)
                .isEqualTo(Reason.ClaimLost);
    }

    @Test
    void aMemberIsNotStartedWhileItsOldProcessMayRun() {
        for (NodeSeen node : List.of(NodeSeen.NOT_READY, NodeSeen.GONE, NodeSeen.UNREADABLE)) {
            Observed seen = complete(founded(node));
            assertThat(Planner.plan(seen).step()).isNotInstanceOf(Step.StartMembers.class);
            assertThat(Diagnosis.of(seen)).extracting(Problem::reason).contains(Reason.OldProcessMayRun);
        }
    }

    @Test
    void whereAMemberMayRunStandsUntilItsPodHasStopped() {
        Observed seen = complete(founded(NodeSeen.GONE));
        assertThat(Planner.plan(withPod(seen, pod(2, "n", false))).step()).isInstanceOf(Step.DeleteObject.class);
        assertThat(Planner.plan(withPod(seen, pod(2, null, true))).step()).isInstanceOf(Step.DeleteObject.class);
        assertThat(Planner.plan(withPod(seen, pod(2, "n", true))).step()).isInstanceOf(Step.NoteNodes.class);
    }

    @Test
    void aMemberIsStartedWhenItsNodeAnswersAndKnowsThatItWasFounded() {
        assertThat(Planner.plan(complete(founded(NodeSeen.READY))).step()).isInstanceOfSatisfying(
                Step.StartMembers.class, start -> {
                    assertThat(start.starts()).hasSize(3);
                    assertThat(start.starts().getFirst().pod().getSpec().getContainers().getFirst().getEnv())
                            .anyMatch(env -> env.getName().equals("QUORATE_FOUNDED") && env.getValue().equals("true"));
                });
    }

    @Test
    void anInvalidSpecStopsEverything() {
        var spec = new EnsembleSpec(3, 7, "i", StorageSpec.defaults(), null, Map.of("dataDir", "/x"), null,
                false, 600, 0, HealSpec.defaults(), null);
        var seen = new Observed(0, World.NAMES, OWNER, spec, null, null, new TreeMap<>(), new TreeMap<>(),
                new TreeMap<>(), List.of());
        assertThat(reason(seen)).isEqualTo(Reason.InvalidSpec);
    }

    @Test
    void anObjectOfSomebodyElseIsNeverTouched() {
        Service foreign = new ServiceBuilder().withNewMetadata().withName("zk-client").endMetadata().build();
        var seen = new Observed(0, World.NAMES, OWNER, SPEC, null, null, new TreeMap<>(), new TreeMap<>(),
                new TreeMap<>(), List.of(foreign));
        assertThat(reason(seen)).isEqualTo(Reason.ForeignObject);
    }

    @Test
    void aChangedSelectorIsDriftAndAnAddedLabelIsNot() {
        Service desired = (Service) new Desired(World.NAMES, OWNER, SPEC, new Identity("cr", List.of(1)), List.of(1))
                .surroundings(1).getFirst();
        Service labelled = new ServiceBuilder(desired).editMetadata().addToLabels("a", "b").endMetadata().build();
        Service selecting = new ServiceBuilder(desired).editSpec().addToSelector("a", "b").endSpec().build();
        Service without = new ServiceBuilder(desired).editSpec().withPorts().endSpec().build();
        assertThat(Drift.between(desired, desired)).isFalse();
        assertThat(Drift.between(desired, labelled)).isFalse();
        assertThat(Drift.between(desired, selecting)).isTrue();
        assertThat(Drift.between(desired, without)).isTrue();
    }

    private static Observed withPod(Observed seen, PodSeen pod) {
        return new Observed(0, World.NAMES, OWNER, SPEC, "cr", null, seen.claims(),
                new TreeMap<>(Map.of(pod.id(), pod)), seen.answers(), seen.objects());
    }

    /** A Pod that has ended. */
    private static PodSeen pod(int id, @Nullable String node, boolean stopped) {
        return new PodSeen(id, World.NAMES.pod(id), "p" + id, null, node, true, true, stopped, false, false, null, null,
                "true", null, 0, false, null, null);
    }

    private static Map<Integer, ClaimSeen> founded(NodeSeen node) {
        return Map.of(1, claim(1, "cr", "cr", "n", node), 2, claim(2, "cr", "cr", "n", node), 3,
                claim(3, "cr", "cr", "n", node));
    }

    /** All objects but Pods are there. */
    private static Observed complete(Map<Integer, ClaimSeen> claims) {
        var world = new World(3, OWNER);
        Observed bare = seen("cr", null, claims);
        Step step = Planner.plan(bare).step();
        while (step instanceof Step.ApplyObjects || step instanceof Step.MakeCredentials) {
            new ModelActuator(world).perform(step);
            bare = new Observed(0, World.NAMES, OWNER, SPEC, "cr", null, bare.claims(), bare.pods(), bare.answers(),
                    world.look().objects());
            step = Planner.plan(bare).step();
        }
        return bare;
    }

    private static Reason reason(Observed seen) {
        Step step = Planner.plan(seen).step();
        assertThat(step).isInstanceOf(Step.Wait.class);
        return ((Step.Wait) step).until().reason();
    }

    private static Observed seen(@Nullable String founded, @Nullable String foundAgain,
            Map<Integer, ClaimSeen> claims) {
        SortedMap<Integer, ClaimSeen> sorted = new TreeMap<>(claims);
        return new Observed(0, World.NAMES, OWNER, SPEC, founded, foundAgain, sorted, new TreeMap<>(),
                new TreeMap<>(), List.of());
    }

    private static ClaimSeen claim(int id, String clusterId, @Nullable String mark, @Nullable String node,
            NodeSeen nodeSeen) {
        return new ClaimSeen(id, World.NAMES.claim(id), "u" + id, "1", new Identity(clusterId, List.of(1, 2, 3)), mark,
                false, false, ClaimOwner.NOBODY, node, nodeSeen, "1Gi", "1Gi", null);
    }
}
