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
}
