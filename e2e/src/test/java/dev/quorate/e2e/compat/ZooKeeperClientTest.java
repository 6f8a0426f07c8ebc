package dev.quorate.e2e.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Java client of ZooKeeper 3.9.5. */
@ExtendWith(SharedEnsemble.class)
@SuppressWarnings("try") // an interrupt while a client is closed fails the test, as it should
class ZooKeeperClientTest {
    private static final int SESSION_TIMEOUT_MS = 10_000;

    private final EnsembleProcesses ensemble;

    ZooKeeperClientTest(EnsembleProcesses ensemble) {
        this.ensemble = ensemble;
    }

    @Test
    void writesCarryVersionsAndStaleOnesAreRefused() throws Exception {
        try (var client = connect(1)) {
            var path = client.create("/versions", bytes("0"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            assertThat(client.setData(path, bytes("1"), 0).getVersion()).isEqualTo(1);
            assertThatThrownBy(() -> client.setData(path, bytes("2"), 0))
                    .isInstanceOf(KeeperException.BadVersionException.class);
            assertThatThrownBy(() -> client.delete(path, 0)).isInstanceOf(KeeperException.BadVersionException.class);
            var stat = new Stat();
            assertThat(client.getData(path, false, stat)).isEqualTo(bytes("1"));
            assertThat(stat.getMzxid()).isGreaterThan(stat.getCzxid());
            client.delete(path, 1);
            assertThat(client.exists(path, false)).isNull();
            assertThatThrownBy(() -> client.getData(path, false, null))
                    .isInstanceOf(KeeperException.NoNodeException.class);
        }
    }

    @Test
    void aWriteAtOneMemberIsReadAtAnotherAfterSync() throws Exception {
        try (var writer = connect(1); var reader = connect(2)) {
            writer.create("/shared", bytes("value"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            sync(reader, "/shared");
            assertThat(reader.getData("/shared", false, null)).isEqualTo(bytes("value"));
        }
    }

    @Test
    void anEphemeralGoesWhenItsSessionIsClosedAndWatchersAreTold() throws Exception {
        try (var watcher = connect(2)) {
            var gone = new CountDownLatch(1);
            try (var owner = connect(1)) {
                owner.create("/ephemeral", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
                sync(watcher, "/ephemeral");
                var stat = watcher.exists("/ephemeral", event -> {
                    if (event.getType() == EventType.NodeDeleted) {
                        gone.countDown();
                    }
                });
                assertThat(stat.getEphemeralOwner()).isEqualTo(owner.getSessionId());
            }
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(watcher.exists("/ephemeral", false)).isNull();
        }
    }

    @Test
    void aChildrenWatchFiresOnceForEachTimeItIsSet() throws Exception {
        try (var watcher = connect(1); var writer = connect(3)) {
            writer.create("/parent", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            sync(watcher, "/parent");
            var events = new CopyOnWriteArrayList<WatchedEvent>();
            assertThat(watcher.getChildren("/parent", events::add)).isEmpty();
            writer.create("/parent/a", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            writer.create("/parent/b", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            sync(watcher, "/parent");
            await().atMost(Duration.ofSeconds(10)).until(() -> !events.isEmpty());
            assertThat(watcher.getChildren("/parent", false)).containsExactlyInAnyOrder("a", "b");
            assertThat(events).extracting(WatchedEvent::getType).containsExactly(EventType.NodeChildrenChanged);
        }
    }

    @Test
    void sequentialNamesGrowAcrossMembers() throws Exception {
        try (var first = connect(1); var second = connect(2)) {
            first.create("/queue", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            sync(second, "/queue");
            var names = List.of(sequential(first), sequential(second), sequential(first), sequential(second));
            assertThat(names).isSorted().doesNotHaveDuplicates().first().isEqualTo("/queue/n-0000000000");
        }
    }

    @Test
    void aMultiHappensWholeOrNotAtAll() throws Exception {
        try (var client = connect(1)) {
            client.create("/multi", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            assertThatThrownBy(() -> client
                    .multi(List.of(Op.create("/multi/a", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                            Op.check("/multi", 7))))
                    .isInstanceOf(KeeperException.BadVersionException.class);
            assertThat(client.getChildren("/multi", false)).isEmpty();
            client.multi(List.of(Op.create("/multi/a", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                    Op.setData("/multi", bytes("1"), 0)));
            assertThat(client.getChildren("/multi", false)).containsExactly("a");
        }
    }

    @Test
    void aPersistentRecursiveWatchSeesEveryChangeBelow() throws Exception {
        try (var watcher = connect(1); var writer = connect(2)) {
            var events = new CopyOnWriteArrayList<String>();
            watcher.addWatch("/tree", event -> events.add(event.getType() + " " + event.getPath()),
                    AddWatchMode.PERSISTENT_RECURSIVE);
            writer.create("/tree", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            writer.create("/tree/leaf", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            writer.setData("/tree/leaf", bytes("1"), -1);
            writer.delete("/tree/leaf", -1);
            await().atMost(Duration.ofSeconds(10)).until(() -> events.size() == 4);
            assertThat(events).containsExactly("NodeCreated /tree", "NodeCreated /tree/leaf",
                    "NodeDataChanged /tree/leaf",
                    "NodeDeleted /tree/leaf");
        }
    }

    @Test
    void aSessionIsResumedAtAnotherMemberWithItsEphemerals() throws Exception {
        try (var owner = connect(1)) {
            owner.create("/resumed", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            try (var resumed = new ZooKeeper(ensemble.member(2).clientAddress(), SESSION_TIMEOUT_MS, event -> {},
                    owner.getSessionId(),
                    owner.getSessionPasswd())) {
                await().atMost(Duration.ofSeconds(20)).until(() -> resumed.getState().isConnected());
                assertThat(resumed.getSessionId()).isEqualTo(owner.getSessionId());
                assertThat(resumed.exists("/resumed", false).getEphemeralOwner()).isEqualTo(owner.getSessionId());
            }
        }
    }

    @Test
    void aDigestAclKeepsOthersOut() throws Exception {
        try (var owner = connect(1); var other = connect(1)) {
            owner.addAuthInfo("digest", bytes("user:secret"));
            owner.create("/private", bytes("secret"), Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
            assertThatThrownBy(() -> other.getData("/private", false, null))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            other.addAuthInfo("digest", bytes("user:secret"));
            assertThat(other.getData("/private", false, null)).isEqualTo(bytes("secret"));
        }
    }

    private ZooKeeper connect(int member) throws Exception {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(ensemble.member(member).clientAddress(), SESSION_TIMEOUT_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertThat(connected.await(20, TimeUnit.SECONDS)).as("connected to member %s", member).isTrue();
        return client;
    }

    private static String sequential(ZooKeeper client) throws Exception {
        return client.create("/queue/n-", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
    }

    private static void sync(ZooKeeper client, String path) throws InterruptedException {
        var done = new CountDownLatch(1);
        client.sync(path, (code, synced, context) -> done.countDown(), null);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
