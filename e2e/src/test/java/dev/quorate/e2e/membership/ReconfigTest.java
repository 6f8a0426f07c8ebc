package dev.quorate.e2e.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.MemberProcess;
import dev.quorate.e2e.process.ServerKind;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** ZooKeeper's {@code reconfig} operation by ZooKeeper's own clients. */
class ReconfigTest extends Reconfigurable {
    private static final boolean OURS = ServerKind.chosen() == ServerKind.QUORATE;

    @Test
    void threeMembersBecomeFiveAndThreeAgain() throws Exception {
        try (var admin = AdminClient.superuser(ensemble.member(1)); var other = new AdminClient(ensemble.member(2))) {
            other.client.create("/before", bytes("1"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            var changes = new CopyOnWriteArrayList<WatchedEvent>();
            long before = version(other, changes);
            var fourth = ensemble.join();
            var fifth = ensemble.join();
            var text = admin.change(fourth.serverLine() + "," + fifth.serverLine(), null);
            assertThat(text.lines()).contains(fourth.serverLine(), fifth.serverLine()).hasSize(6);
            assertThat(admin.config()).isEqualTo(text);
            assertThat(admin.version()).isGreaterThan(before);
            await().atMost(AdminClient.LIMIT).until(() -> !changes.isEmpty());
            assertThat(changes.getFirst().getType()).isEqualTo(EventType.NodeDataChanged);
            assertThat(changes.getFirst().getPath()).isEqualTo("/zookeeper/config");
            ensemble.awaitServing(AdminClient.LIMIT);
            try (var joined = new AdminClient(fifth)) {
                assertThat(joined.client.getData("/before", false, null)).isEqualTo(bytes("1"));
                joined.client.create("/after", bytes("2"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            var three = admin.change(null, "4,5");
            assertThat(three.lines()).noneMatch(line -> line.startsWith("server.4") || line.startsWith("server.5"))
                    .hasSize(4);
            fourth.kill();
            fifth.kill();
            admin.client.setData("/after", bytes("3"), -1);
            assertThat(other.wasDisconnected()).as("a client of a member that stays").isFalse();
        }
    }

    @Test
    void theLeaderIsReplacedInOneStep() throws Exception {
        var leader = ensemble.leader();
        var follower = follower(leader);
        try (var admin = AdminClient.superuser(follower); var other = new AdminClient(follower)) {
            var path = other.client.create("/owned", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            var joiner = ensemble.join();
            changeUnlessDisconnected(admin, joiner.serverLine(), Integer.toString(leader.id()));
            leader.kill();
            await().atMost(AdminClient.LIMIT).ignoreExceptions()
                    .until(() -> other.client.setData(path, bytes("1"), -1).getVersion() > 0);
            assertThat(admin.config()).contains(joiner.serverLine()).doesNotContain("server." + leader.id() + "=");
            if (OURS) {
                assertThat(other.wasDisconnected()).as("a client of a member that stays").isFalse();
            }
        }
    }

    @Test
    void allMembersStartAgainWithWhatTheyDecidedAndNotWithTheirFiles() throws Exception {
        var joiner = ensemble.join();
        try (var admin = AdminClient.superuser(ensemble.member(2))) {
            admin.change(joiner.serverLine(), null);
            admin.change(null, "1");
        }
        ensemble.member(1).kill();
        var left = ensemble.members().stream().filter(member -> member.id() > 1).toList();
        left.forEach(MemberProcess::kill);
        for (var member : left) {
            member.start();
        }
        for (var member : left) {
            await().atMost(AdminClient.LIMIT).until(() -> member.role().isPresent());
        }
        try (var joined = new AdminClient(joiner)) {
            assertThat(joined.config().lines().map(line -> line.split("=")[0])).containsExactly("server.2", "server.3",
                    "server.4", "version");
            joined.client.create("/again", bytes(""), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        if (OURS) {
            assertThat(Files.readString(joiner.log())).contains("as the ensemble has decided");
        }
    }

    @Test
    void rolesAndAddressesChangeUnderTheSameNumber() throws Exception {
        var leader = ensemble.leader();
        try (var admin = AdminClient.superuser(leader)) {
            var follower = follower(leader);
            var observing = follower.serverLine().replace(":participant", ":observer");
            assertThat(admin.change(observing, null).lines()).contains(observing);
            await().atMost(AdminClient.LIMIT).until(() -> follower.role().filter("observer"::equals).isPresent());
            assertThat(admin.change(follower.serverLine(), null).lines()).contains(follower.serverLine());
            await().atMost(AdminClient.LIMIT).until(() -> follower.role().filter("follower"::equals).isPresent());
        }
    }

    @Test
    void allMembersAreNamedInTheBulkForm() throws Exception {
        try (var admin = AdminClient.superuser(ensemble.leader())) {
            var observer = ensemble.members().getLast().equals(ensemble.leader())
                    ? ensemble.member(1)
                    : ensemble.members().getLast();
            var lines = ensemble.members().stream().map(MemberProcess::serverLine)
                    .map(line -> line.equals(observer.serverLine()) ? line.replace(":participant", ":observer") : line)
                    .toList();
            var stat = new Stat();
            var text = new String(admin.client.reconfigure((String) null, null, String.join("\n", lines),
                    admin.version(), stat), UTF_8);
            assertThat(text.lines().limit(3)).containsExactlyInAnyOrderElementsOf(lines);
            assertThat(text).endsWith("version=" + Long.toHexString(stat.getMzxid()));
            assertThat(stat.getVersion()).isEqualTo(-1);
        }
    }

    @Test
    void whatIsRefusedIsRefusedWithZooKeepersErrors() throws Exception {
        try (var admin = AdminClient.superuser(ensemble.leader()); var nobody = new AdminClient(ensemble.leader())) {
            var before = admin.config();
            var two = ensemble.member(2).serverLine();
            assertThatThrownBy(() -> admin.client.reconfigure(two, null, null, 7, null))
                    .isInstanceOf(KeeperException.BadVersionException.class);
            for (var bad : List.of("server.2", "server.2=a:1", "server.2=a:1:2", "server.2=a:1:2:boss;3",
                    "server.2=a:1:1;3", "server.2=a:1:2;3;4")) {
                assertThatThrownBy(() -> admin.client.reconfigure(bad, null, null, -1, null)).as(bad)
                        .isInstanceOf(KeeperException.BadArgumentsException.class);
            }
            for (var bad : List.of("server.1=a:1", "servers=a:1:2")) {
                assertThatThrownBy(() -> admin.client.reconfigure((String) null, null, bad, -1, null)).as(bad)
                        .isInstanceOf(KeeperException.BadArgumentsException.class);
            }
            assertThatThrownBy(() -> admin.client.reconfigure((String) null, "1,2,3", null, -1, null))
                    .isInstanceOf(KeeperException.BadArgumentsException.class);
            assertThatThrownBy(() -> admin.client.reconfigure("server.8=127.0.0.1:1:2;3,server.9=127.0.0.1:4:5;6",
                    "2,3", null, -1, null)).isInstanceOf(KeeperException.NewConfigNoQuorum.class);
            assertThatThrownBy(() -> nobody.client.reconfigure(two, null, null, -1, null))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            assertThat(admin.config()).isEqualTo(before);
        }
    }

    private MemberProcess follower(MemberProcess leader) {
        return ensemble.members().stream().filter(member -> !member.equals(leader)).findFirst().orElseThrow();
    }

    /** ZooKeeper disconnects its clients when the leader goes, and the answer is lost. */
    private static void changeUnlessDisconnected(AdminClient admin, String joining, String leaving) throws Exception {
        await().atMost(AdminClient.LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            try {
                return admin.config().contains(joining) || !admin.change(joining, leaving).isEmpty();
            } catch (org.awaitility.core.ConditionTimeoutException | KeeperException.ConnectionLossException lost) {
                if (OURS) {
                    throw lost;
                }
                return false;
            }
        });
    }

    private static long version(AdminClient client, List<WatchedEvent> changes) throws Exception {
        client.client.getConfig(changes::add, null);
        return client.version();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
