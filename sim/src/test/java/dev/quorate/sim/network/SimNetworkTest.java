package dev.quorate.sim.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Transport;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.PeerInfo;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final Scheduler scheduler = new Scheduler();
    private final SimNetwork network = new SimNetwork(scheduler, new Dice(5),
            new NetworkOptions(100_000, 1_000_000, 50_000_000), 2);

    /** A process that writes down what it hears. */
    private final class Node implements Host, Transport.Listener {
        final int id;
        final Transport transport;
        final List<Long> received = new ArrayList<>();
        long link;
        long ups;
        long downs;
        boolean late;
        long heardOf;

        Node(int id) {
            this(id, List.of(new Transport.PeerAddress(3 - id, "a" + (3 - id), 1)));
        }

        Node(int id, List<Transport.PeerAddress> called) {
            this.id = id;
            this.transport = network.attach(this);
            transport.start(this, new Transport.LocalInfo(id, "c", new PeerInfo(id, 1, true, 1), "a" + id));
            transport.contacts(new Transport.Directory(id, List.of()), called);
        }

        void send(long... rounds) {
            for (long round : rounds) {
                transport.send(3 - id, link, new Message.Heartbeat(1, round));
                transport.flush();
            }
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public boolean running() {
            return true;
        }

        @Override
        public boolean accepting() {
            return true;
        }

        @Override
        public void post(String what, long number, @Nullable Object detail, Runnable action) {
            action.run();
        }

        @Override
        public void linkUp(int peer, long newLink, PeerInfo info, String clusterId, String clientAddress) {
            assertThat(newLink).isGreaterThan(link);
            assertThat(info.incarnation()).isEqualTo(3 - id);
            link = newLink;
            ups++;
        }

        @Override
        public void linkDown(int peer, long oldLink) {
            downs++;
        }

        @Override
        public void received(int peer, long from, Message message) {
            late |= from != link;
            received.add(((Message.Heartbeat) message).round());
        }

        @Override
        public void heardOf(int peer, Transport.Directory directory) {
            heardOf = directory.version();
        }

        @Override
        public void drained(int peer, long from) {}
    }

    @Test
    void whoKnowsOfTheOtherCallsAndBothTellWhereMembersAre() {
        Node one = new Node(1, List.of());
        Node two = new Node(2, List.of());
        scheduler.runUntil(SECOND_NS);
        assertThat(one.ups + two.ups).isZero();
        two.transport.contacts(new Transport.Directory(7, List.of()), List.of(new Transport.PeerAddress(1, "a1", 1)));
        scheduler.runUntil(2 * SECOND_NS);
        assertThat(one.ups).isOne();
        assertThat(two.heardOf).isOne();
        assertThat(one.heardOf).isEqualTo(7);
        two.transport.contacts(new Transport.Directory(8, List.of()), List.of());
        scheduler.runUntil(3 * SECOND_NS);
        assertThat(one.heardOf).isEqualTo(8);
        network.reset(1, 2);
        scheduler.runUntil(5 * SECOND_NS);
        assertThat(one.ups).isOne();
    }

    @Test
    void messagesArriveInOrder() {
        Node one = new Node(1);
        Node two = new Node(2);
        scheduler.runUntil(SECOND_NS);
        for (long round = 0; round < 50; round++) {
            one.send(round);
        }
        scheduler.runUntil(2 * SECOND_NS);
        assertThat(two.received).hasSize(50).isSorted();
    }

    @Test
    void aCutHoldsBackOneDirectionOnlyUntilItHeals() {
        Node one = new Node(1);
        Node two = new Node(2);
        scheduler.runUntil(SECOND_NS);
        network.block(1, 2);
        one.send(1, 2);
        two.send(7);
        scheduler.runUntil(5 * SECOND_NS);
        assertThat(two.received).isEmpty();
        assertThat(one.received).containsExactly(7L);
        network.heal();
        scheduler.runUntil(6 * SECOND_NS);
        assertThat(two.received).containsExactly(1L, 2L);
    }

    @Test
    void aResetLosesASuffixAndTheLinkIsMadeAgain() {
        Node one = new Node(1);
        Node two = new Node(2);
        boolean lost = false;
        for (int round = 0; round < 20; round++) {
            scheduler.runUntil(scheduler.nowNs() + SECOND_NS);
            two.received.clear();
            one.send(1, 2, 3, 4);
            network.reset(1, 2);
            scheduler.runUntil(scheduler.nowNs() + SECOND_NS);
            assertThat(two.received).isEqualTo(List.of(1L, 2L, 3L, 4L).subList(0, two.received.size()));
            lost |= two.received.size() < 4;
        }
        assertThat(lost).isTrue();
        assertThat(one.ups).isEqualTo(21);
        assertThat(one.downs).isEqualTo(20);
        assertThat(two.late).as("data of an old connection after a new one").isFalse();
    }

    @Test
    void aCrashedPeerIsHeardOfOrNot() {
        Node one = new Node(1);
        new Node(2);
        scheduler.runUntil(SECOND_NS);
        network.detach(2, true);
        scheduler.runUntil(10 * SECOND_NS);
        assertThat(one.downs).as("its machine is gone: nobody says so").isZero();
        new Node(2);
        scheduler.runUntil(11 * SECOND_NS);
        assertThat(one.ups).isEqualTo(2);
        assertThat(one.downs).as("the half-open link is replaced").isEqualTo(1);
        network.detach(2, false);
        scheduler.runUntil(12 * SECOND_NS);
        assertThat(one.downs).as("its system closed the connection").isEqualTo(2);
    }

    @Test
    void aDisconnectIsHeardOnBothSides() {
        Node one = new Node(1);
        Node two = new Node(2);
        scheduler.runUntil(SECOND_NS);
        one.send(1);
        one.transport.disconnect(2, one.link, "test");
        scheduler.runUntil(2 * SECOND_NS);
        assertThat(two.received).containsExactly(1L);
        assertThat(one.downs).isEqualTo(1);
        assertThat(two.downs).isEqualTo(1);
        assertThat(two.ups).isEqualTo(2);
    }
}
