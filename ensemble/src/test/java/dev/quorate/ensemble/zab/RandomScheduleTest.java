package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Ensembles under random faults, from a seed. {@link TestNetwork} checks safety at every step; when the faults end a
 * leader must be there within a bounded time and all must be equal. A failure names its seed:
 * {@code -Dquorate.seed=N} runs that one alone.
 */
class RandomScheduleTest {
    private static final long SETTLE_MS = 6_000;

    @Test
    void nothingCommittedIsLostAndAllSettleAfterTheFaults() {
        String one = System.getProperty("quorate.seed");
        long from = one == null ? 0 : Long.parseLong(one);
        long to = one != null ? from + 1 : Boolean.getBoolean("quorate.full") ? 5_000 : 200;
        for (long seed = from; seed < to; seed++) {
            TestNetwork network = network(seed);
            try {
                run(network);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + network.describe() + "\n" + network.traceText(), e);
            }
        }
    }

    private static TestNetwork network(long seed) {
        Random random = new Random(~seed);
        int voters = List.of(3, 3, 5, 4, 1).get((int) (seed % 5));
        TestNetwork network = new TestNetwork(seed, voters, random.nextInt(2));
        PeerSettings settings = PeerSettings.defaults(1, 1);
        settings = random.nextBoolean() ? settings.withTail(2 + random.nextInt(10), 1 << 20) : settings;
        settings = random.nextInt(4) == 0 ? settings.withMaxCounter(40) : settings;
        network.settings(settings).delays(1 + random.nextInt(20), random.nextInt(20));
        return random.nextInt(3) == 0 ? network : network.founded();
    }

    private static void run(TestNetwork network) {
        network.startAll();
        for (int i = 0; i < 60; i++) {
            network.run(network.random().nextInt(network.random().nextInt(8) == 0 ? 1500 : 120));
            act(network);
        }
        network.heal();
        network.members().forEach(member -> member.pausedUntilMs = 0);
        network.members().stream().filter(member -> !member.isUp()).forEach(TestMember::start);
        network.runUntil(network::isSettled, SETTLE_MS);
        int before = network.committed().size();
        for (int i = 0; i < 5 && network.committed().size() == before; i++) {
            network.submit(network.leader(), 5);
            network.run(100);
            network.runUntil(network::isSettled, SETTLE_MS);
        }
        assertThat(network.committed().size()).isGreaterThan(before);
        network.run(100);
        for (TestMember member : network.members()) {
            assertThat(member.disk.log()).isEqualTo(network.committed());
        }
    }

    /** A member that is down loses entries of which another voter has a copy; one member at a time. */
    private static void damage(TestNetwork network, TestMember member) {
        if (member.isUp() || network.members().stream().anyMatch(each -> each.disk.isDamaged())) {
            return;
        }
        List<Entry> log = member.disk.log();
        int from = network.random().nextInt(log.size() + 1);
        int to = Math.min(log.size(), from + 1 + network.random().nextInt(6));
        List<Entry> taken = log.subList(from, to).stream().filter(entry -> entry.zxid() > member.disk.floorZxid()
                && network.members().stream().anyMatch(other -> other != member && network.isVoter(other.id)
                        && other.disk.holds(entry)))
                .toList();
        member.disk.damage(taken);
    }

    private static void act(TestNetwork network) {
        Random random = network.random();
        List<TestMember> members = network.members();
        TestMember member = members.get(random.nextInt(members.size()));
        TestMember other = members.get(random.nextInt(members.size()));
        switch (random.nextInt(16)) {
            case 0, 1 -> {
                if (member.isUp()) {
                    network.crash(member.id);
                }
            }
            case 2, 3, 4 -> members.stream().filter(m -> !m.isUp()).forEach(TestMember::start);
            case 5 -> network.reset(member.id, other.id);
            case 6 -> network.block(member.id, other.id);
            case 7 -> network.cutOff(member.id);
            case 8, 9 -> network.heal();
            case 10 -> member.pausedUntilMs = network.nowMs() + random.nextInt(3000);
            case 11 -> members.stream().filter(TestMember::isUp).filter(m -> !m.isPaused()).forEach(TestMember::purge);
            case 12 -> member.handOver();
            case 13 -> damage(network, member);
            default -> {
                // An old leader may be asked, too: nothing of it may be committed twice or lost.
                for (TestMember m : members) {
                    if (m.isUp()) {
                        network.submit(m.id, 1 + random.nextInt(8));
                        m.deliver(new Event.SyncRequested(random.nextInt(100)));
                    }
                }
            }
        }
    }
}
