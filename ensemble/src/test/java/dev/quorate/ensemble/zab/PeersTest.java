package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whole ensembles of peers, from founding to failover. */
class PeersTest {
    @Test
    void threeEmptyDisksFoundAnEnsembleAndElectALeader() {
        TestNetwork network = new TestNetwork(1, 3, 1).startAll();
        network.runUntil(network::isSettled, 500);
        network.submit(network.leader(), 10);
        network.runUntil(() -> network.committed().size() == 10 && network.isSettled(), 200);
    }

    @Test
    void aSingleVoterLeadsAtOnce() {
        TestNetwork network = new TestNetwork(1, 1, 0).startAll();
        assertThat(network.runUntil(network::isSettled, 100)).isLessThan(50);
        network.submit(1, 3);
        network.runUntil(() -> network.committed().size() == 3, 50);
    }

    @Test
    void aNewLeaderIsThereWithin100MsOfACrash() {
        for (int seed = 0; seed < 20; seed++) {
            TestNetwork network = new TestNetwork(seed, seed % 2 == 0 ? 3 : 5, 0).founded().startAll();
            network.runUntil(network::isSettled, 500);
            network.submit(network.leader(), 10);
            network.run(20);
            int old = network.leader();
            network.crash(old);
            assertThat(network.runUntil(() -> network.leader() != 0 && network.leader() != old, 500)).isLessThan(100);
            network.member(old).start();
            network.runUntil(network::isSettled, 1000);
        }
    }

    private static TestNetwork settled(long seed, int voters, int observers) {
        TestNetwork network = new TestNetwork(seed, voters, observers).founded().startAll();
        network.runUntil(network::isSettled, 500);
        network.submit(network.leader(), 5);
        network.run(20);
        return network;
    }

    @Test
    void aNewLeaderIsThereSoonAfterASilentPartition() {
        TestNetwork network = settled(3, 3, 0);
        int old = network.leader();
        network.cutOff(old);
        assertThat(network.runUntil(() -> newLeader(network, old) != 0, 3000)).isLessThan(1300);
        assertThat(network.member(old).freshQuorum()).isFalse();
        network.heal();
        network.runUntil(network::isSettled, 1500);
    }

    private static int newLeader(TestNetwork network, int old) {
        return network.members().stream().filter(m -> m.id != old && m.freshQuorum()).mapToInt(m -> m.id).findFirst()
                .orElse(0);
    }

    @Test
    void aMemberThatHearsButIsNotHeardDoesNotDisturb() {
        for (int seed = 0; seed < 10; seed++) {
            TestNetwork network = settled(seed, 3, 0);
            int leader = network.leader();
            int deaf = leader % 3 + 1;
            for (int other = 1; other <= 3; other++) {
                if (other != deaf) {
                    network.block(seed % 2 == 0 ? deaf : other, seed % 2 == 0 ? other : deaf);
                }
            }
            network.run(5000);
            assertThat(network.leader()).isEqualTo(leader);
            assertThat(network.member(leader).view().elections()).isEqualTo(1);
        }
    }

    @Test
    void behindABridgeAQuorumFindsALeader() {
        for (int seed = 0; seed < 10; seed++) {
            TestNetwork network = settled(seed, 3, 0);
            int leader = network.leader();
            int other = leader % 3 + 1;
            network.cut(leader, other);
            network.run(3000);
            assertThat(network.leader()).as("the follower in the middle stays loyal").isEqualTo(leader);
            int middle = other % 3 + 1;
            network.crash(leader);
            network.member(leader).start();
            network.runUntil(() -> network.leader() != 0 && network.member(middle).view().inSync(), 2500);
            int before = network.committed().size();
            network.submit(network.leader(), 3);
            network.runUntil(() -> network.committed().size() >= before + 3, 500);
        }
    }

    @Test
    void inALineOfFiveAQuorumFindsALeader() {
        for (int seed = 0; seed < 10; seed++) {
            TestNetwork network = settled(seed, 5, 0);
            for (int a = 1; a <= 5; a++) {
                for (int b = a + 2; b <= 5; b++) {
                    network.cut(a, b);
                }
            }
            network.run(3000);
            assertThat(network.runUntil(() -> network.leader() != 0, 3000)).isLessThan(3000);
        }
    }

    @Test
    void aHandOverTakesLessThanAnElection() {
        for (int seed = 0; seed < 20; seed++) {
            TestNetwork network = settled(seed, seed % 2 == 0 ? 3 : 5, 1);
            int old = network.leader();
            network.submit(old, 10);
            network.member(old).handOver();
            assertThat(network.runUntil(() -> network.leader() != 0 && network.leader() != old, 500)).isLessThan(40);
            assertThat(network.committed()).hasSize(15);
            network.runUntil(network::isSettled, 100);
            for (TestMember member : network.members()) {
                assertThat(member.view().elections()).as("nobody looked twice").isLessThanOrEqualTo(2);
            }
        }
    }

    /** A call that overtakes the hand-over is not heard; the next one would be a heartbeat later, here a second. */
    @Test
    void nobodyWaitsForTheSecondCallOfASuccessor() {
        for (int seed = 0; seed < 20; seed++) {
            TestNetwork network = new TestNetwork(seed, 3, 0).founded().delays(30, 1)
                    .settings(PeerSettings.defaults(1, 1).withPeerTimeoutMs(10_000)).startAll();
            network.runUntil(network::isSettled, 5000);
            int old = network.leader();
            network.submit(old, 10);
            network.member(old).handOver();
            network.runUntil(() -> network.leader() != 0 && network.leader() != old, 1000);
            assertThat(network.runUntil(network::isSettled, 2000)).as("seed " + seed).isLessThan(500);
        }
    }

    @Test
    void theEndOfTheCounterBeginsANewEpoch() {
        TestNetwork network = new TestNetwork(5, 3, 1).founded()
                .settings(PeerSettings.defaults(1, 1).withMaxCounter(10)).startAll();
        network.runUntil(network::isSettled, 500);
        for (int i = 0; i < 30; i++) {
            network.submit(network.leader(), 4);
            network.run(10);
            network.runUntil(network::isSettled, 200);
        }
        assertThat(network.committed().size()).isGreaterThan(50);
        assertThat(network.committed()).allSatisfy(entry -> assertThat(Zxid.counter(entry.zxid())).isBetween(1L, 10L));
        assertThat(Zxid.epoch(network.committed().getLast().zxid())).isGreaterThan(5);
    }

    @Test
    void aLearnerThatIsFarBehindGetsASnapshot() {
        TestNetwork network = settled(6, 3, 1);
        int leader = network.leader();
        int behind = leader % 3 + 1;
        network.crash(behind);
        network.crash(4);
        for (int i = 0; i < 20; i++) {
            network.submit(leader, 10);
            network.run(20);
        }
        network.member(leader).purge();
        network.member(behind).start();
        network.member(4).start();
        network.runUntil(network::isSettled, 500);
        assertThat(network.member(behind).disk.floorZxid()).isGreaterThan(Zxid.NONE);
        assertThat(network.member(4).disk.floorZxid()).isGreaterThan(Zxid.NONE);
    }

    @Test
    void whatOnlyADeposedLeaderHasIsTruncated() {
        TestNetwork network = settled(7, 3, 0);
        int old = network.leader();
        network.cutOff(old);
        network.submit(old, 7);
        network.run(2500);
        network.submit(newLeader(network, old), 3);
        network.run(100);
        network.heal();
        network.runUntil(network::isSettled, 1500);
        network.run(100);
        assertThat(network.committed()).hasSize(8);
        assertThat(network.member(old).disk.log()).isEqualTo(network.committed());
    }
}
