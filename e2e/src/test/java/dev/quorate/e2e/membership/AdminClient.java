package dev.quorate.e2e.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.MemberProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's own admin client, connected to one member, with what it saw. */
final class AdminClient implements AutoCloseable {
    static final String SUPER_USER = "super:secret";
    static final Duration LIMIT = Duration.ofSeconds(60);

    final ZooKeeperAdmin client;
    final List<WatchedEvent> events = new CopyOnWriteArrayList<>();

    AdminClient(MemberProcess member) throws Exception {
        var connected = new CountDownLatch(1);
        client = new ZooKeeperAdmin(member.clientAddress(), 10_000, event -> {
            events.add(event);
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertThat(connected.await(30, TimeUnit.SECONDS)).as("connected to member %s", member.id()).isTrue();
    }

    static AdminClient superuser(MemberProcess member) throws Exception {
        var admin = new AdminClient(member);
        admin.client.addAuthInfo("digest", SUPER_USER.getBytes(UTF_8));
        return admin;
    }

    /** For zoo.cfg: who the superuser is. */
    static String superDigest() {
        try {
            return DigestAuthenticationProvider.generateDigest(SUPER_USER);
        } catch (java.security.NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    String config() throws Exception {
        return new String(client.getConfig(false, null), UTF_8);
    }

    long version() throws Exception {
        var lines = config();
        return Long.parseLong(lines.substring(lines.lastIndexOf('=') + 1), 16);
    }

    /** The incremental form, as soon as those that join are in sync. */
    String change(@Nullable String joining, @Nullable String leaving) {
        var changed = new String[1];
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            try {
                changed[0] = new String(client.reconfigure(joining, leaving, null, -1, new Stat()), UTF_8);
                return true;
            } catch (KeeperException.NewConfigNoQuorum | KeeperException.ReconfigInProgress notYet) {
                return false;
            }
        });
        return changed[0];
    }

    /** Whether the connection was lost at any time. */
    boolean wasDisconnected() {
        return events.stream().anyMatch(event -> event.getState() == KeeperState.Disconnected
                || event.getState() == KeeperState.Expired);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
