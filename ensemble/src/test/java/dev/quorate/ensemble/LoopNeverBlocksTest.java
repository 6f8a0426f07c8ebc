package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.ensemble.member.Storage;
import dev.quorate.ensemble.net.RawClient;
import dev.quorate.ensemble.zab.PeerView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever stands still, the rest goes on: nobody else's client is disconnected, none of its requests takes seconds,
 * the leader leads on in its epoch, and what waits has a bound. Real members, sockets, files and clients in this
 * process.
 */
class LoopNeverBlocksTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** How long something stands still: longer than a peer may be silent. */
    private static final int STILL_MS = FULL ? 15_000 : 4_000;
    private static final String PEER_TIMEOUT = "quorate.peerTimeoutMs=" + (FULL ? 8_000 : 3_000);
    private static final int VALUE_BYTES = 200_000;
    private static final long CATCH_UP_BYTES = (FULL ? 200L : 50L) << 20;
    private static final int GET_DATA = 4;
    private static final long SLOW_MS = 4_000;
    private static final long MEGABYTE = 1 << 20;
    /** Less than what four clients ask for at a time, and more than half of it: at twice the limit nobody is read. */
    private static final long OUTSTANDING_BYTES = 7 * MEGABYTE;

    @TempDir
    Path folder;

    private final TestClients clients = new TestClients();
    private final List<RawClient> rude = new ArrayList<>();
    private final CountDownLatch blocked = new CountDownLatch(1);

    @AfterEach
    void end() throws Exception {
        clients.close();
        for (var client : rude) {
            client.close();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void aFullLogQueueOfAFollower() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 3, PEER_TIMEOUT)) {
            int leader = ensemble.leader();
            int stuck = ensemble.follower(0);
            int other = ensemble.follower(stuck);
            var before = ensemble.peer(leader);
            clients.probe(ensemble.address(leader), "/leader", true);
            clients.probe(ensemble.address(other), "/follower", true);
            clients.load(ensemble.address(leader), "/load", VALUE_BYTES);
            ensemble.disk(stuck).shut(true);
            await().atMost(LIMIT).until(() -> queuedBytes(ensemble, stuck) > Storage.MAX_QUEUED_BYTES);
            TimeUnit.MILLISECONDS.sleep(STILL_MS);
            assertThat(queuedBytes(ensemble, stuck)).isLessThan(Storage.MAX_QUEUED_BYTES + 24 * MEGABYTE);
            assertUndisturbed(ensemble, before);
            ensemble.disk(stuck).shut(false);
            await().atMost(LIMIT).until(() -> ensemble.isInSync(stuck));
            assertUndisturbed(ensemble, before);
        }
    }

    @Test
    void aFullLogQueueOfALoneMember() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 1, "quorate.outstandingBytesLimit=" + OUTSTANDING_BYTES)) {
            clients.probe(ensemble.address(1), "/read", false);
            for (int i = 0; i < 4; i++) {
                clients.load(ensemble.address(1), "/load" + i, VALUE_BYTES);
            }
            ensemble.disk(1).shut(true);
            await().atMost(LIMIT).until(() -> ensemble.observe(1).traffic().outstanding() >= 4);
            int probes = clients.probes();
            long loadedBytes = clients.loadedBytes();
            TimeUnit.MILLISECONDS.sleep(STILL_MS);
            assertThat(clients.loadedBytes()).as("writes wait").isLessThan(loadedBytes + 4 * MEGABYTE);
            assertThat(clients.probes()).as("reads are answered").isGreaterThan(probes + STILL_MS / 20);
            ensemble.disk(1).shut(false);
            await().atMost(LIMIT).until(() -> clients.loadedBytes() > loadedBytes + 4 * MEGABYTE);
            assertUndisturbed(ensemble, ensemble.peer(1));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "quorate.full", matches = "true")
    void aPeerThatDoesNotRead() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 3, PEER_TIMEOUT, "quorate.peerQueueBytesLimit=" + 8 * MEGABYTE)) {
            int leader = ensemble.leader();
            int still = ensemble.follower(0);
            int other = ensemble.follower(still);
            var before = ensemble.peer(leader);
            clients.probe(ensemble.address(leader), "/leader", true);
            clients.probe(ensemble.address(other), "/follower", true);
            clients.load(ensemble.address(other), "/load", VALUE_BYTES);
            ensemble.server(still).loop().post(() -> {
                try {
                    blocked.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                TimeUnit.MILLISECONDS.sleep(STILL_MS);
                assertUndisturbed(ensemble, before);
            } finally {
                blocked.countDown();
            }
            await().atMost(LIMIT).until(() -> ensemble.isInSync(still));
            assertUndisturbed(ensemble, before);
        }
    }

    @Test
    void clientsThatDoNotRead() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 3, PEER_TIMEOUT, "quorate.unreadBytesLimit=" + 8 * MEGABYTE)) {
            int leader = ensemble.leader();
            var before = ensemble.peer(leader);
            clients.connect(ensemble.address(leader)).create("/large", new byte[900_000], ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT);
            clients.probe(ensemble.address(leader), "/leader", true);
            clients.load(ensemble.address(leader), "/load", VALUE_BYTES);
            long usedBytes = usedBytes();
            for (int i = 0; i < 20; i++) {
                var client = new RawClient(ensemble.socketAddress(leader));
                rude.add(client);
                assertThat(client.handshake()).isPositive();
                client.sendBytes(reads("/large", 500));
                client.sendBytes(reads("/load", 500));
            }
            TimeUnit.MILLISECONDS.sleep(STILL_MS);
            assertThat(usedBytes() - usedBytes).as("of 11,000 million bytes that were asked for")
                    .isLessThan(150 * MEGABYTE);
            assertUndisturbed(ensemble, before);
        }
    }

    @Test
    void aLongCatchUpUnderLoad() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 3, PEER_TIMEOUT)) {
            int leader = ensemble.leader();
            int late = ensemble.follower(0);
            int other = ensemble.follower(late);
            var before = ensemble.peer(leader);
            clients.probe(ensemble.address(leader), "/leader", true);
            clients.probe(ensemble.address(other), "/follower", true);
            clients.load(ensemble.address(leader), "/load", VALUE_BYTES);
            clients.load(ensemble.address(other), "/other", VALUE_BYTES);
            ensemble.stop(late);
            await().atMost(LIMIT).until(() -> clients.loadedBytes() > CATCH_UP_BYTES);
            ensemble.start(late);
            await().atMost(LIMIT).until(() -> ensemble.isInSync(late));
            assertUndisturbed(ensemble, before);
        }
    }

    private void assertUndisturbed(TestEnsemble ensemble, PeerView before) {
        var now = ensemble.peer(before.leader());
        System.out.println(
                clients.probes() + " probes, of a thousand one above " + clients.slowestMs(1) + " ms, ten above "
                        + clients.slowestMs(10) + " ms, " + clients.loadedBytes() / MEGABYTE + " MiB written");
        assertThat(now.epoch()).as("the leader leads on").isEqualTo(before.epoch());
        assertThat(now.inSync()).isTrue();
        assertThat(now.elections()).isEqualTo(before.elections());
        assertThat(clients.losses()).as("connections and requests that were lost").isZero();
        assertThat(clients.probes()).isPositive();
        assertThat(clients.slowestMs(10)).isLessThan(SLOW_MS);
        assertThat(ensemble.deaths).isEmpty();
    }

    private static long queuedBytes(TestEnsemble ensemble, int id) {
        return ensemble.observe(id).status().disk().queuedBytes();
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** So many requests for a znode's data, with a watch, one after the other. */
    private static byte[] reads(String path, int count) throws IOException {
        var bytes = new ByteArrayOutputStream();
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        for (int xid = 1; xid <= count; xid++) {
            int length = 8 + 4 + name.length + 1;
            bytes.write(ByteBuffer.allocate(4 + length).putInt(length).putInt(xid).putInt(GET_DATA).putInt(name.length)
                    .put(name).put((byte) 1).array());
        }
        return bytes.toByteArray();
    }
}
