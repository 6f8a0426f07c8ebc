package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real members whose disks say that little room is left, and clients of ZooKeeper's own library. */
class FullDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long AMPLE_BYTES = 1L << 40;

    @TempDir
    Path folder;

    @Test
    void writesThatGrowTheDataAreRefusedEverywhereUntilAQuorumHasRoom() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 3); var clients = new TestClients()) {
            int leader = ensemble.leader();
            int first = ensemble.follower(0);
            int second = ensemble.follower(first);
            var client = clients.connect(ensemble.address(second));
            create(client, "/a");
            create(client, "/b");
            ensemble.disk(first).usableBytes(1000);
            await().atMost(LIMIT).until(() -> ensemble.observe(first).status().disk().isShort());
            create(client, "/quorum-has-room");
            ensemble.disk(second).usableBytes(1000);
            await().atMost(LIMIT).until(() -> ensemble.observe(second).status().disk().refusing());
            assertThatThrownBy(() -> create(client, "/c")).isInstanceOf(KeeperException.QuotaExceededException.class);
            assertThatThrownBy(() -> client.setData("/a", new byte[9], -1))
                    .isInstanceOf(KeeperException.QuotaExceededException.class);
            assertThatThrownBy(() -> client.multi(List.of(Op.delete("/a", -1), Op.setData("/b", null, -1))))
                    .isInstanceOf(KeeperException.QuotaExceededException.class);
            client.delete("/a", -1);
            assertThat(client.getChildren("/", false)).contains("b", "quorum-has-room").doesNotContain("a");
            try (var newcomer = new ZooKeeper(ensemble.address(first), TestClients.SESSION_TIMEOUT_MS, event -> {})) {
                await().atMost(LIMIT).until(() -> newcomer.exists("/b", false) != null);
            }
            assertThat(ensemble.leader()).isEqualTo(leader);
            ensemble.disk(first).usableBytes(AMPLE_BYTES);
            await().atMost(LIMIT).until(() -> !ensemble.observe(second).status().disk().refusing());
            create(client, "/c");
            assertThat(clients.losses()).isZero();
            assertThat(ensemble.deaths).isEmpty();
        }
    }

    @Test
    void aLeaderWithoutRoomHandsOverToAMemberThatHasSome() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 3); var clients = new TestClients()) {
            int leader = ensemble.leader();
            var client = clients.connect(ensemble.address(ensemble.follower(0)));
            ensemble.disk(leader).usableBytes(1000);
            await().atMost(LIMIT).until(() -> ensemble.leader() != leader);
            create(client, "/all-goes-on");
            assertThat(clients.losses()).isZero();
        }
    }

    private static void create(ZooKeeper client, String path) throws KeeperException, InterruptedException {
        client.create(path, new byte[8], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
}
