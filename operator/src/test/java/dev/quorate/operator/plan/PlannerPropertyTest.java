package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final int SEEDS = Boolean.getBoolean("quorate.full") ? 2_000 : 150;
    private static final int ROUNDS = 60;
    private static final int ENOUGH = 200;
    private static final int QUIET = 5;

    @Test
    void noStepDoesHarmAndRepeatedStepsReachTheirEnd() {
        for (int seed = 0; seed < SEEDS; seed++) {
            long number = seed;
            replayable(number, () -> play(new Random(number)));
        }
    }

    private static void replayable(long seed, Executable play) {
        try {
            play.execute();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void play(Random random) {
        var world = new World(random.nextInt(4) * 2 + 1, new Owner("zk", "first"));
        Deque<Observed> pictures = new ArrayDeque<>();
        for (int round = 0; round < ROUNDS; round++) {
            happen(world, random);
            pictures.addFirst(world.look());
            // A cache may be a few rounds behind.
            Observed picture = random.nextInt(4) == 0 && pictures.size() > 3
                    ? pictures.stream().skip(random.nextInt(3)).findFirst().orElseThrow()
                    : pictures.getFirst();
            world.perform(Planner.plan(picture).step());
        }
        calm(world);
    }

    private static void happen(World world, Random random) {
        int id = random.nextInt(world.spec.replicas()) + 1;
        switch (random.nextInt(24)) {
            case 0 -> world.nodeFails(random.nextInt(3));
            case 1, 2 -> world.nodesReturn();
            case 3 -> world.podDeleted(id);
            case 4 -> world.podEnds(id);
            case 5 -> world.claimDeleted(id);
            case 6, 7 -> world.objectDeleted(random.nextInt(8));
            case 8 -> world.ensembleMadeAgain();
            case 9 -> world.spec = World.spec(world.spec.replicas(), "i:" + random.nextInt(2));
            case 10 -> world.podGivenUp(id);
            default -> world.settle();
        }
    }

    private static void calm(World world) {
        world.nodesReturn();
        Step last = new Step.Done();
        int quiet = 0;
        for (int round = 0; quiet < QUIET; round++) {
            assertThat(round).as("steps go on: " + last).isLessThan(ENOUGH);
            world.settle();
            last = Planner.plan(world.look()).step();
            world.perform(last);
            quiet = last instanceof Step.Wait || last instanceof Step.Done ? quiet + 1 : 0;
        }
        if (last instanceof Step.Wait wait) {
            if (world.anyClaimLost() && world.isFounded()) {
                assertThat(wait.until().reason()).isIn(Reason.ClaimLost, Reason.DataLost, Reason.RestartNeeded,
                        Reason.MemberNotReady);
            } else {
                assertThat(wait.until().reason()).isEqualTo(Reason.RestartNeeded);
            }
        } else {
            assertThat(last).isEqualTo(new Step.Done());
            assertThat(world.serving()).hasSize(world.spec.replicas());
        }
    }
}
