package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Problem.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Worlds that chance plays with, from seeds: whatever happens and however old the operator's picture is, no step takes
 * a serving member away, starts a second process on a volume, or founds twice; and once chance stops, steps reach their
 * end.
 */
class PlannerPropertyTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final int SEEDS = FULL ? 1_700 : 100;
    private static final int LEAST_OBSERVATIONS = FULL ? 100_000 : 5_000;
    private static final int ROUNDS = 60;
    private static final int ENOUGH = 200;
    private static final int QUIET = 5;

    private int observations;

    @Test
    void noStepDoesHarmAndRepeatedStepsReachTheirEnd() {
        for (int seed = 0; seed < SEEDS; seed++) {
            long number = seed;
            replayable(number, () -> play(new Random(number)));
        }
        assertThat(observations).isGreaterThan(LEAST_OBSERVATIONS);
    }

    private static void replayable(long seed, Executable play) {
        try {
            play.execute();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private void play(Random random) {
        var world = new World(random.nextInt(4) * 2 + 1, new Owner("zk", "first"));
        Deque<Observed> pictures = new ArrayDeque<>();
        for (int round = 0; round < ROUNDS; round++) {
            happen(world, random);
            pictures.addFirst(world.look());
            // A cache may be a few rounds behind.
            Observed picture = random.nextInt(4) == 0 && pictures.size() > 3
                    ? pictures.stream().skip(random.nextInt(3)).findFirst().orElseThrow()
                    : pictures.getFirst();
            new ModelActuator(world).perform(plan(picture));
        }
        calm(world);
    }

    /** The same observation, the same step. */
    private Step plan(Observed picture) {
        observations++;
        Decision decision = Planner.plan(picture);
        assertThat(Planner.plan(picture)).isEqualTo(decision);
        return decision.step();
    }

    private static void happen(World world, Random random) {
        int id = random.nextInt(12) + 1;
        switch (random.nextInt(36)) {
            case 0 -> world.nodeFails(random.nextInt(3));
            case 1, 2 -> world.nodesReturn();
            case 3 -> world.podDeleted(id);
            case 4 -> world.podEnds(id);
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    world.claimDeleted(id);
                }
            }
            case 6, 7 -> world.objectDeleted(random.nextInt(8));
            case 8 -> world.ensembleMadeAgain();
            case 9, 10 -> world.spec = spec(world.spec, random.nextInt(7) + 1, random);
            case 11 -> world.spec = spec(world.spec, world.spec.replicas(), random);
            case 12 -> world.podGivenUp(id);
            case 13 -> world.drain();
            default -> world.settle();
        }
    }

    private static EnsembleSpec spec(EnsembleSpec before, int replicas, Random random) {
        String image = random.nextInt(3) > 0
                ? before.image()
                : random.nextInt(5) == 0 ? World.BAD : "i:" + random.nextInt(2);
        return World.spec(replicas, random.nextInt(4) == 0 ? 3 : 7, image,
                random.nextInt(8) == 0 ? ClaimPolicy.Delete : ClaimPolicy.Retain, random.nextInt(10) == 0);
    }

    private void calm(World world) {
        world.nodesReturn();
        Step last = new Step.Done();
        int quiet = 0;
        for (int round = 0; quiet < QUIET; round++) {
            assertThat(round).as("steps go on: " + last).isLessThan(ENOUGH);
            world.settle();
            last = plan(world.look());
            new ModelActuator(world).perform(last);
            quiet = last instanceof Step.Wait || last instanceof Step.Done ? quiet + 1 : 0;
        }
        end(world, last);
    }

    private static void end(World world, Step last) {
        if (last instanceof Step.Wait wait) {
            Reason reason = wait.until().reason();
            if (world.anyClaimLost()) {
                assertThat(wait.until().message()).isNotBlank();
            } else if (world.spec.image().equals(World.BAD)) {
                assertThat(reason).isIn(Reason.RollHalted, Reason.MemberNotReady, Reason.Paused,
                        Reason.ClaimLost);
            } else {
                assertThat(world.spec.paused()).as(wait.until().message()).isTrue();
                assertThat(reason).isEqualTo(Reason.Paused);
            }
        } else {
            assertThat(last).isEqualTo(new Step.Done());
            assertThat(world.serving()).isEqualTo(world.members()).hasSize(world.spec.replicas());
            assertThat(world.voters()).hasSize(world.spec.voters());
            assertThat(world.images()).containsExactly(world.spec.image());
        }
    }
}
