package dev.quorate.ensemble.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerTransportTest {
    private static final byte[] KEY = "a key that all members share".getBytes(UTF_8);

    private final List<TestPeer> peers = new ArrayList<>();
    private List<InetSocketAddress> addresses = List.of();

    @AfterEach
    void closeAll() {
        peers.forEach(TestPeer::close);
    }

    @Test
    void allMembersFindEachOther() throws IOException {
        start(3, KEY);
        for (var member : peers) {
            for (var other : peers) {
                if (other != member) {
                    member.awaitLink(other.id);
                }
            }
        }
        assertThat(peers.get(0).events).contains("up 2 1002 7 c client-2:2181");
    }

    @Test
    void messagesArriveInOrderWhateverTheirSize() throws IOException {
        startPair(KEY);
        var sent = new ArrayList<Message>();
        for (int i = 0; i < 500; i++) {
            sent.add(i % 100 == 50 ? propose(i, 3, 700_000) : propose(i, 5, 100));
        }
        peers.get(0).send(2, sent);
        await().untilAsserted(() -> assertThat(peers.get(1).messages).isEqualTo(sent));
    }

    @Test
    void aMessageTooLargeForOneFrameArrivesAsSeveral() throws IOException {
        startPair(null);
        var large = propose(1, 60, 900_000);
        peers.get(1).send(1, large);
        await().untilAsserted(() -> assertThat(entries(peers.get(0).messages)).isEqualTo(large.entries()));
        assertThat(peers.get(0).messages).hasSizeGreaterThan(10);
    }

    @Test
    void tellsWhenAQueueIsShortAgain() throws IOException {
        startPair(null);
        peers.get(0).send(2, propose(1, 40, 100_000));
        await().untilAsserted(() -> assertThat(peers.get(0).events).contains("drained 2"));
        assertThat(peers.get(0).onLoop(() -> peers.get(0).transport.queuedBytes(2, peers.get(0).link(2))))
                .isLessThan(1 << 20);
    }

    @Test
    void aBrokenLinkIsReportedAndMadeAgain() throws IOException {
        startPair(KEY);
        long before = peers.get(0).link(2);
        peers.get(0).onLoop(() -> {
            peers.get(0).transport.disconnect(2, before, "test");
            return 0;
        });
        await().untilAsserted(() -> assertThat(peers.get(0).link(2)).isGreaterThan(before));
        await().untilAsserted(() -> assertThat(peers.get(1).events).contains("down 1"));
        awaitPair();
        assertThat(peers.get(0).events).containsSubsequence("down 2", "up 2 1002 7 c client-2:2181");
    }

    @Test
    void aMemberThatComesBackIsLinkedAgain() throws IOException {
        startPair(KEY);
        for (int id : new int[]{1, 2}) {
            var other = peers.get(2 - id);
            peers.get(id - 1).close();
            await().untilAsserted(() -> assertThat(other.links).doesNotContainKey(id));
            peers.set(id - 1, new TestPeer(id, addresses, KEY).start("c"));
            awaitPair();
        }
    }

    @Test
    void aMemberWhoseLoopIsLateIsWaitedFor() throws Exception {
        addresses = TestPeer.addresses(2);
        var late = new TestPeer(2, addresses, KEY);
        peers.add(new TestPeer(1, addresses, KEY).start("c"));
        peers.add(late.start("c"));
        var released = new CountDownLatch(1);
        var blocked = CompletableFuture.runAsync(() -> late.onLoop(() -> released.await(5, TimeUnit.SECONDS)));
        // Long enough for keepalives, too short for the handshake's limit.
        await().during(2 * TestPeer.TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .until(() -> peers.get(0).transport.counters().refused() == 0);
        released.countDown();
        blocked.get(10, TimeUnit.SECONDS);
        awaitPair();
        assertThat(peers.get(0).transport.counters().refused()).isZero();
    }

    @Test
    void messagesForALinkThatIsGoneAreDropped() throws IOException {
        startPair(null);
        peers.get(0).onLoop(() -> {
            peers.get(0).transport.send(2, peers.get(0).link(2) + 1, new Message.SyncRequest(1));
            return 0;
        });
        peers.get(0).send(2, new Message.SyncRequest(2));
        await().untilAsserted(() -> assertThat(peers.get(1).messages).containsExactly(new Message.SyncRequest(2)));
    }

    @Test
    void anotherKeyIsRefused() throws IOException {
        startPair(KEY, "another key, as long as it must be".getBytes(UTF_8), "c", "c");
        await().untilAsserted(() -> assertThat(peers.get(0).transport.counters().authFailures()
                + peers.get(1).transport.counters().authFailures()).isPositive());
        assertNeverLinked();
    }

    @Test
    void noKeyIsRefusedByAMemberWithOne() throws IOException {
        startPair(KEY, null, "c", "c");
        awaitRefusal();
        assertNeverLinked();
    }

    @Test
    void anotherEnsembleIsRefused() throws IOException {
        startPair(KEY, KEY, "c", "d");
        await().untilAsserted(() -> assertThat(peers).allMatch(member -> member.transport.counters().refused() > 0));
        assertNeverLinked();
    }

    @Test
    void aMemberWithoutAnEnsembleYetIsWelcome() throws IOException {
        startPair(KEY, KEY, "c", "");
        awaitPair();
    }

    @Test
    void aMemberWithAnUnexpectedIdIsRefused() throws IOException {
        addresses = TestPeer.addresses(2);
        peers.add(new TestPeer(1, addresses, KEY).start("c"));
        peers.add(new TestPeer(2, addresses, KEY).startCallingNobody(9, "c"));
        awaitRefusal();
        assertNeverLinked();
    }

    @Test
    void aMemberThatJoinsCallsTheOthersAndIsCalledAtItsAddressOnceTheyKnowIt() throws IOException {
        addresses = TestPeer.addresses(3);
        var founders = addresses.subList(0, 2);
        peers.add(new TestPeer(1, founders, KEY).start("c"));
        peers.add(new TestPeer(2, founders, KEY).start("c"));
        var joiner = new TestPeer(3, founders, KEY);
        peers.add(joiner);
        joiner.start("");
        peers.get(0).awaitLink(3);
        peers.get(1).awaitLink(3);
        var members = new ArrayList<>(joiner.members);
        members.add(new PeerAddress(3, "127.0.0.1", addresses.get(2).getPort()));
        peers.forEach(member -> member.contacts(9, members));
        await().untilAsserted(() -> assertThat(peers.get(1).directories.get(3)).isEqualTo(new Directory(9, members)));
        joiner.contacts(9, List.of(members.get(2)));
        for (int id = 1; id <= 2; id++) {
            long link = joiner.link(id);
            int other = id;
            joiner.onLoop(() -> {
                joiner.transport.disconnect(other, link, "test");
                return 0;
            });
        }
        await().untilAsserted(() -> assertThat(joiner.events).contains("down 1", "down 2"));
        joiner.awaitLink(1);
        joiner.awaitLink(2);
    }

    @Test
    void aMemberThatMovedIsCalledAtItsNewAddressAndARemovedOneNotAtAll() throws IOException {
        startPair(KEY);
        peers.get(1).close();
        await().untilAsserted(() -> assertThat(peers.get(0).links).doesNotContainKey(2));
        var elsewhere = TestPeer.addresses(1).getFirst();
        peers.set(1, new TestPeer(2, List.of(addresses.get(0), elsewhere), KEY));
        var moved = List.of(peers.get(0).members.get(0), peers.get(1).members.get(1));
        peers.get(0).contacts(5, moved);
        peers.get(1).startCallingNobody(2, "c");
        peers.get(0).awaitLink(2);
        peers.get(0).contacts(6, List.of(moved.get(0)));
        long link = peers.get(0).link(2);
        peers.get(0).onLoop(() -> {
            peers.get(0).transport.disconnect(2, link, "test");
            return 0;
        });
        await().untilAsserted(() -> assertThat(peers.get(0).links).doesNotContainKey(2));
        await().during(Duration.ofMillis(3 * TestPeer.TIMEOUT_MS)).atMost(Duration.ofSeconds(10))
                .until(() -> !peers.get(0).links.containsKey(2));
        peers.get(1).contacts(6, moved);
        peers.get(0).awaitLink(2);
    }

    @Test
    void strangersCostNothing() throws IOException {
        startPair(KEY);
        var random = new Random(5);
        for (int i = 0; i < 50; i++) {
            try (var socket = new Socket(addresses.get(0).getAddress(), addresses.get(0).getPort())) {
                byte[] bytes = new byte[1 + random.nextInt(200)];
                random.nextBytes(bytes);
                socket.getOutputStream().write(bytes);
            }
        }
        peers.get(1).send(1, new Message.SyncRequest(3));
        await().untilAsserted(() -> assertThat(peers.get(0).messages).containsExactly(new Message.SyncRequest(3)));
        assertThat(peers.get(0).events).doesNotContain("down 2");
    }

    @Test
    void strangersAreBounded() throws IOException {
        startPair(KEY);
        var strangers = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 100; i++) {
                strangers.add(new Socket(addresses.get(0).getAddress(), addresses.get(0).getPort()));
            }
            await().untilAsserted(() -> assertThat(peers.get(0).transport.counters().refused()).isGreaterThan(30));
            assertThat(peers.get(0).events).doesNotContain("down 2");
        } finally {
            for (var stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void aPeerForWhichTooMuchWaitsIsDisconnected() throws IOException {
        addresses = TestPeer.addresses(2);
        peers.add(new TestPeer(1, addresses, null, 8 << 20).start("c"));
        peers.add(new TestPeer(2, addresses, null).start("c"));
        awaitPair();
        peers.get(0).send(2, propose(1, 100, 900_000));
        await().untilAsserted(() -> assertThat(peers.get(0).events).contains("down 2"));
    }

    private void start(int count, byte @Nullable [] key) throws IOException {
        addresses = TestPeer.addresses(count);
        for (int id = 1; id <= count; id++) {
            peers.add(new TestPeer(id, addresses, key).start("c"));
        }
    }

    private void startPair(byte @Nullable [] key) throws IOException {
        start(2, key);
        awaitPair();
    }

    private void startPair(byte @Nullable [] key1, byte @Nullable [] key2, String cluster1, String cluster2)
            throws IOException {
        addresses = TestPeer.addresses(2);
        peers.add(new TestPeer(1, addresses, key1).start(cluster1));
        peers.add(new TestPeer(2, addresses, key2).start(cluster2));
    }

    private void awaitPair() {
        peers.get(0).awaitLink(2);
        peers.get(1).awaitLink(1);
    }

    private void awaitRefusal() {
        await().untilAsserted(() -> assertThat(peers.get(0).transport.counters().refused()
                + peers.get(1).transport.counters().refused()).isGreaterThan(2));
    }

    private void assertNeverLinked() {
        peers.forEach(member -> assertThat(member.events).isEmpty());
    }

    private static Message.Propose propose(long firstCounter, int entries, int bytes) {
        return new Message.Propose(1, IntStream.range(0, entries)
                .mapToObj(i -> new Entry(Zxid.of(1, firstCounter * 1000 + i), 5, new Payload(new byte[bytes])))
                .toList());
    }

    private static List<Entry> entries(List<Message> messages) {
        return messages.stream().flatMap(message -> ((Message.Propose) message).entries().stream()).toList();
    }
}
