package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.MaintenanceWindow;
import dev.quorate.crds.StorageSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Problem.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
    private static final int SEEDS = FULL ? 1_700 : 70;
    private static final int LEAST_OBSERVATIONS = FULL ? 100_000 : 5_000;
    private static final int ROUNDS = 60;
    private static final int ENOUGH = 200;
    private static final int QUIET = 8;
    private static final int HEAL_SECONDS = 3;

    /** It begins at noon, and no world lasts as long. */
    private static final MaintenanceSpec CLOSED = new MaintenanceSpec("UTC",
            List.of(new MaintenanceWindow(null, "12:00", 1)));

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
        calm(world, random);
    }

    /** The same observation, the same step. */
    private Step plan(Observed picture) {
        observations++;
        Decision decision = Planner.plan(picture);
        assertThat(Planner.plan(picture)).isEqualTo(decision);
        if (!Windows.isOpen(picture)) {
            assertThat(decision.step()).isNotInstanceOfAny(Step.EvictMember.class, Step.GrowVolume.class);
        }
        return decision.step();
    }

    private static void happen(World world, Random random) {
        int id = random.nextInt(12) + 1;
        switch (random.nextInt(44)) {
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
            case 14 -> world.replace.add(id);
            case 15 -> world.spec = Specs.with(world.spec, storage(world.spec, random));
            case 16 -> world.spec = Specs.with(world.spec, random.nextInt(4), heal(random),
                    random.nextInt(4) == 0 ? CLOSED : null);
            default -> world.settle();
        }
    }

    private static EnsembleSpec spec(EnsembleSpec before, int replicas, Random random) {
        String image = random.nextInt(3) > 0
                ? before.image()
                : random.nextInt(5) == 0 ? World.BAD : random.nextInt(4) == 0 ? World.LATER : "i:" + random.nextInt(2);
        var spec = Specs.spec(replicas, random.nextInt(4) == 0 ? 3 : 7, image, ClaimPolicy.Retain,
                random.nextInt(10) == 0);
        return Specs.with(Specs.with(spec, storage(before, random)), before.levelSettleSeconds(), before.heal(),
                before.maintenance());
    }

    private static StorageSpec storage(EnsembleSpec before, Random random) {
        String size = random.nextInt(4) == 0 ? (random.nextInt(3) + 1) + "Gi" : before.storage().size();
        String className = random.nextInt(4) > 0
                ? before.storage().className()
                : random.nextInt(3) == 0 ? World.FIXED : "other";
        return new StorageSpec(size, className, random.nextInt(8) == 0 ? ClaimPolicy.Delete : ClaimPolicy.Retain);
    }

    private static HealSpec heal(Random random) {
        return random.nextBoolean() ? HealSpec.defaults() : new HealSpec(HEAL_SECONDS);
    }

    private void calm(World world, Random random) {
        world.nodesReturn();
        boolean nodeGone = random.nextInt(4) == 0;
        if (nodeGone) {
            world.nodeGoes(random.nextInt(3));
            world.settle();
        }
        boolean healable = world.quorumRuns() && !world.spec.paused()
                && world.spec.heal().replaceAfterSeconds() != null;
        Step last = new Step.Done();
        int quiet = 0;
        for (int round = 0; quiet < QUIET; round++) {
            assertThat(round).as("steps go on: " + last).isLessThan(ENOUGH);
            world.settle();
            last = plan(world.look());
            new ModelActuator(world).perform(last);
            quiet = last instanceof Step.Wait || last instanceof Step.Done || isRefused(world, last) ? quiet + 1 : 0;
        }
        boolean lost = nodeGone || world.anyClaimLost();
        // A newcomer on a lost node is given up only where somebody says so.
        boolean hangs = nodeGone && !Membership.of(world.look(), identity(world)).joining().isEmpty();
        end(world, last, (lost && !healable) || hangs);
    }

    private static Identity identity(World world) {
        return Identities.of(world.look()).orElseThrow();
    }

    private static boolean isRefused(World world, Step step) {
        return step instanceof Step.GrowVolume grow && World.FIXED.equals(world.claim(grow.claim()).className);
    }

    private static void end(World world, Step last, boolean lost) {
        if (last instanceof Step.Wait wait) {
            Reason reason = wait.until().reason();
            assertThat(wait.until().message()).isNotBlank();
            if (world.spec.image().equals(World.BAD) || world.isTooOld(world.spec.image())) {
                assertThat(reason).isIn(Reason.RollHalted, Reason.DowngradeRefused, Reason.MemberNotReady,
                        Reason.Paused, Reason.ClaimLost, Reason.OldProcessMayRun, Reason.QuorumLost, Reason.Replacing,
                        Reason.MaintenanceWindow, Reason.StorageDiffers, Reason.Scaling);
            } else if (!lost) {
                assertThat(reason).as(wait.until().message()).isIn(Reason.Paused, Reason.MaintenanceWindow,
                        Reason.StorageDiffers);
                assertThat(reason != Reason.Paused || world.spec.paused()).isTrue();
                assertThat(reason != Reason.MaintenanceWindow || world.spec.maintenance() != null).isTrue();
            }
        } else if (!isRefused(world, last)) {
            assertThat(last).isEqualTo(new Step.Done());
            assertThat(world.serving()).isEqualTo(world.members()).hasSize(world.spec.replicas());
            assertThat(world.voters()).hasSize(world.spec.voters());
            assertThat(world.images()).containsExactly(world.spec.image());
            assertThat(world.level == World.supportedLevel(world.spec.image())
                    || world.spec.levelSettleSeconds() > ENOUGH).as("level").isTrue();
        }
    }
}
