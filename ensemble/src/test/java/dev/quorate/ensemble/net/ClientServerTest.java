package dev.quorate.ensemble.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.EventType;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.Stat;
import dev.quorate.ensemble.tree.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientServerTest {
    private static final int EXISTS = 3;
    private static final int PER_CONNECTION = 10;
    private static final int IN_ALL = 25;
    private static final long ALL_UNREAD_BYTES = 32 << 20;
    private static final Response MEGABYTE = new Response.Data(new Bytes(new byte[1 << 20]),
            new Stat(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    private final Network network = new Network(1);
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final FakeClients clients = new FakeClients();
    private final List<Consumer<String>> heldWords = new CopyOnWriteArrayList<>();
    private final List<RawClient> open = new ArrayList<>();
    private volatile boolean holdWords;
    private @Nullable ClientServer server;
    private InetSocketAddress address = new InetSocketAddress(0);

    @AfterEach
    void closeAll() throws IOException {
        for (var client : open) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
        network.close();
        loop.shutdown();
    }

    @Test
    void requestsAreAnsweredInTheirOrder() throws IOException {
        listen(100, 100);
        var client = session();
        for (int xid = 1; xid <= 200; xid++) {
            client.send(RawClient.request(xid, EXISTS));
        }
        for (int xid = 1; xid <= 200; xid++) {
            var reply = replyOf(client);
            assertThat(reply.xid()).isEqualTo(xid);
            assertThat(reply.zxid()).isEqualTo(77);
            assertThat(reply.error()).isZero();
        }
        assertThat(traffic().packetsReceived()).isEqualTo(200);
        assertThat(traffic().latencyNs().count()).isEqualTo(200);
    }

    @Test
    void requestsSentWithTheConnectRequestWaitForTheSession() throws IOException {
        listen(100, 100);
        var client = client();
        var bytes = new ByteArrayOutputStream();
        for (var packet : List.of(RawClient.connectRequest(), RawClient.request(5, EXISTS))) {
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(packet.length).array());
            bytes.writeBytes(packet);
        }
        client.sendBytes(bytes.toByteArray());
        assertThat(client.receive()).isNotNull();
        assertThat(replyOf(client).xid()).isEqualTo(5);
    }

    @Test
    void aRefusedSessionIsToldAndTheConnectionClosed() throws IOException {
        clients.refuseSessions = true;
        listen(100, 100);
        var client = client();
        assertThat(client.handshake()).isZero();
        assertThat(client.receive()).isNull();
    }

    @Test
    void oneAddressMayHaveOnlyAsManyConnections() throws IOException {
        listen(3, 100);
        var first = session();
        session();
        session();
        assertThat(client().receive()).isNull();
        assertThat(traffic().rejected()).isEqualTo(1);
        first.close();
        await().untilAsserted(() -> assertThat(client().handshake()).isPositive());
    }

    @Test
    void thereMayBeOnlyAsManyConnectionsInAll() throws IOException {
        listen(100, 2);
        session();
        session();
        assertThat(client().receive()).isNull();
        assertThat(traffic().connections()).isEqualTo(2);
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws IOException {
        listen(100, 100);
        assertThat(client().receive()).isNull();
    }

    @Test
    void aPacketThatIsTooLongClosesItsConnectionAlone() throws IOException {
        listen(100, 100);
        var other = session();
        var client = session();
        client.sendBytes(ByteBuffer.allocate(4).putInt(1_048_576).array());
        assertThat(client.receive()).isNull();
        assertThat(traffic().tooLarge()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(clients.disconnected).hasValue(1));
        other.send(RawClient.request(1, EXISTS));
        assertThat(replyOf(other).xid()).isEqualTo(1);
    }

    @Test
    void aConnectionIsNotReadBeyondItsOutstandingRequests() throws Exception {
        clients.hold = true;
        listen(100, 100);
        var client = session();
        send(client, 1, PER_CONNECTION);
        await().untilAsserted(() -> assertThat(clients.xids).hasSize(PER_CONNECTION));
        send(client, 11, 40);
        assertOthersAreRead();
        assertThat(clients.xids.stream().filter(xid -> xid < 1000)).hasSize(PER_CONNECTION);
        clients.hold = false;
        loop.submit(clients::answerAll).get();
        for (int xid = 1; xid <= 50; xid++) {
            assertThat(replyOf(client).xid()).isEqualTo(xid);
        }
    }

    @Test
    void noConnectionIsReadBeyondTheOutstandingRequestsOfAll() throws Exception {
        clients.hold = true;
        listen(100, 100);
        var full = IntStream.range(0, 4).mapToObj(i -> session()).toList();
        for (int i = 0; i < 3; i++) {
            send(full.get(i), 1, 9);
            int expected = (i + 1) * 9;
            await().untilAsserted(() -> assertThat(clients.xids).hasSize(expected));
        }
        send(full.get(3), 1, 5); // the read that finds the limit passed is the last one of its connection
        await().untilAsserted(() -> assertThat(clients.xids).hasSize(32));
        send(full.get(3), 6, 5);
        assertOthersAreRead();
        assertThat(clients.xids).hasSize(32);
        assertThat(server().outstanding()).isEqualTo(32);
        clients.hold = false;
        loop.submit(clients::answerAll).get();
        for (int xid = 1; xid <= 10; xid++) {
            assertThat(replyOf(full.get(3)).xid()).isEqualTo(xid);
        }
        await().untilAsserted(() -> assertThat(server().outstanding()).isZero());
    }

    @Test
    void aClientThatAsksForLittleIsHeardHoweverMuchOthersAskUpToTwiceTheLimit() throws Exception {
        clients.hold = true;
        listen(100, 100);
        for (int i = 0; i < 3; i++) {
            send(session(), 1, 9); // past the limit, since what is read at once is let in
            int expected = (i + 1) * 9;
            await().untilAsserted(() -> assertThat(clients.xids).hasSize(expected));
        }
        var modest = session();
        send(modest, 1, 1);
        await().untilAsserted(() -> assertThat(clients.xids).hasSize(28));
        send(modest, 2, 1);
        send(session(), 1, 9);
        send(session(), 1, 9);
        await().untilAsserted(() -> assertThat(clients.xids).hasSize(46));
        send(session(), 1, 4);
        await().untilAsserted(() -> assertThat(clients.xids).hasSize(50));
        send(session(), 1, 1); // at twice the limit nobody is heard
        assertOthersAreRead();
        assertThat(clients.xids).hasSize(50);
        clients.hold = false;
        loop.submit(clients::answerAll).get();
        assertThat(replyOf(modest).xid()).isEqualTo(1);
        assertThat(replyOf(modest).xid()).isEqualTo(2);
    }

    @Test
    void aClientThatDoesNotReadIsCutOffAndOthersAreServed() throws IOException {
        clients.response = new Response.Created("/" + "x".repeat(500_000));
        listen(100, 100);
        var slow = open(new RawClient(address, 4096));
        assertThat(slow.handshake()).isPositive();
        send(slow, 1, PER_CONNECTION);
        await().untilAsserted(() -> assertThat(clients.xids).hasSize(PER_CONNECTION));
        clients.response = new Response.Done();
        assertOthersAreRead();
        await().untilAsserted(() -> assertThat(traffic().slowClosed()).isEqualTo(1));
        await().untilAsserted(() -> assertThat(clients.disconnected).hasPositiveValue());
        assertThat(server().outstanding()).isZero();
    }

    @Test
    void aSlowReaderThatGoesOnReadingGetsAll() throws IOException {
        clients.response = new Response.Created("/" + "x".repeat(500_000));
        listen(100, 100);
        var client = session();
        send(client, 1, 2 * PER_CONNECTION);
        for (int xid = 1; xid <= 2 * PER_CONNECTION; xid++) {
            assertThat(replyOf(client).body()).hasSize(500_005);
        }
    }

    /** What the sockets' buffers take, a few million bytes each, waits no more. */
    @Test
    void whatWaitsForAllClientsHasALimitAndTheWorstIsCutOff() throws Exception {
        listen(100, 100, 60_000);
        session();
        var worst = open(new RawClient(address, 4096));
        assertThat(worst.handshake()).isPositive();
        var other = open(new RawClient(address, 4096));
        assertThat(other.handshake()).isPositive();
        var connections = clients.connections;
        loop.submit(() -> {
            reply(connections.get(1), 40);
            reply(connections.get(2), 8);
            assertThat(connections.get(2).isFull()).as("more than the limit waits").isTrue();
            assertThat(connections.get(0).isFull()).as("nothing waits for it").isFalse();
            reply(connections.get(1), 40);
        }).get();
        await().untilAsserted(() -> assertThat(traffic().slowClosed()).isEqualTo(1));
        await().untilAsserted(() -> assertThat(clients.disconnected).hasValue(1));
        assertThat(loop.submit(() -> connections.get(2).isFull()).get()).as("less than its own limit").isFalse();
        for (int xid = 1; xid <= 8; xid++) {
            assertThat(replyOf(other).xid()).isEqualTo(xid);
        }
        await().untilAsserted(() -> assertThat(server().unread().bytes()).isZero());
        await().untilAsserted(() -> assertThat(clients.drained).hasPositiveValue());
        assertThat(traffic().slowClosed()).isEqualTo(1);
    }

    private static void reply(ClientConnection connection, int megabytes) {
        for (int xid = 1; xid <= megabytes; xid++) {
            connection.reply(xid, 1, MEGABYTE);
        }
        connection.flush();
    }

    @Test
    void eventsForAClientThatDoesNotReadHaveALimit() throws Exception {
        listen(100, 100);
        var client = open(new RawClient(address, 4096));
        assertThat(client.handshake()).isPositive();
        var event = new WatchEvent(1, EventType.DATA_CHANGED, "/" + "x".repeat(10_000), 5);
        loop.submit(() -> {
            for (int i = 0; i < 5000; i++) {
                clients.connections.getFirst().event(event);
            }
            clients.connections.getFirst().flush();
        }).get();
        await().untilAsserted(() -> assertThat(traffic().slowClosed()).isEqualTo(1));
    }

    @Test
    void wordsAreAnsweredAndTheConnectionClosed() throws IOException {
        listen(100, 100);
        var client = client();
        client.sendBytes("ruok".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.text()).isEqualTo("answer to ruok");
    }

    @Test
    void wordsAreAnsweredToAClientThatHasClosedItsSide() throws IOException {
        holdWords = true;
        listen(100, 100);
        var client = client();
        client.sendBytes("mntr\n".getBytes(StandardCharsets.US_ASCII));
        client.endOutput();
        session(); // by the time that this one is served, the end has been seen
        await().untilAsserted(() -> assertThat(heldWords).hasSize(1));
        heldWords.getFirst().accept("late answer");
        assertThat(client.text()).isEqualTo("late answer");
    }

    @Test
    void aSessionWhoseClientClosedItsSideIsDisconnected() throws IOException {
        listen(100, 100);
        session().endOutput();
        await().untilAsserted(() -> assertThat(clients.disconnected).hasValue(1));
    }

    @Test
    void aReplyThatCannotBeEncodedClosesItsConnectionAlone() throws IOException {
        clients.response = new Response.Ephemerals(new AbstractList<>() {
            @Override
            public String get(int index) {
                throw new OutOfMemoryError("no room for this reply");
            }

            @Override
            public int size() {
                return 1;
            }
        });
        listen(100, 100);
        var client = session();
        client.send(RawClient.request(1, EXISTS));
        assertThat(client.receive()).isNull();
        await().untilAsserted(() -> assertThat(clients.disconnected).hasValue(1));
        clients.response = new Response.Done();
        assertOthersAreRead();
    }

    @Test
    void aClientThatLeavesIsReported() throws IOException {
        listen(100, 100);
        session().close();
        await().untilAsserted(() -> assertThat(clients.disconnected).hasValue(1));
        await().untilAsserted(() -> assertThat(traffic().connections()).isZero());
    }

    /** Another connection's requests go through; whatever was sent before it would have been read by then. */
    private void assertOthersAreRead() throws IOException {
        boolean held = clients.hold;
        clients.hold = false;
        try (var other = new RawClient(address)) {
            assertThat(other.handshake()).isPositive();
            clients.hold = held;
            if (!held) {
                other.send(RawClient.request(1000, EXISTS));
                assertThat(replyOf(other).xid()).isEqualTo(1000);
            }
        }
    }

    private void listen(int perAddress, int total) throws IOException {
        listen(perAddress, total, 300);
    }

    private void listen(int perAddress, int total, int slowTimeoutMs) throws IOException {
        var limits = new ClientLimits(
                new ClientLimits.Connections(perAddress, total, 300, slowTimeoutMs, 2000, 16 << 20, ALL_UNREAD_BYTES),
                new ClientLimits.Requests(1_048_575, PER_CONNECTION, IN_ALL, 1 << 20));
        server = new ClientServer(network, limits, loop, clients, this::answerWord);
        address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private void answerWord(String word, Consumer<String> reply) {
        if (holdWords) {
            heldWords.add(reply);
        } else {
            reply.accept("answer to " + word);
        }
    }

    private RawClient client() throws IOException {
        return open(new RawClient(address));
    }

    private RawClient session() {
        try {
            var client = client();
            assertThat(client.handshake()).isPositive();
            return client;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private RawClient open(RawClient client) {
        open.add(client);
        return client;
    }

    private static void send(RawClient client, int firstXid, int count) throws IOException {
        var bytes = ByteBuffer.allocate(12 * count);
        for (int xid = firstXid; xid < firstXid + count; xid++) {
            bytes.putInt(8).put(RawClient.request(xid, EXISTS));
        }
        client.sendBytes(bytes.array());
    }

    private static RawClient.Reply replyOf(RawClient client) throws IOException {
        var reply = client.reply();
        if (reply == null) {
            throw new AssertionError("the connection was closed");
        }
        return reply;
    }

    private ClientServer server() {
        if (server == null) {
            throw new IllegalStateException("not listening yet");
        }
        return server;
    }

    private Traffic traffic() {
        return server().traffic();
    }
}
