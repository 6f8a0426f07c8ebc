package dev.quorate.e2e.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The recipes of Curator 5.9.0 that most programs use. */
@ExtendWith(SharedEnsemble.class)
class CuratorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SESSION_TIMEOUT_MS = 4_000;

    private final EnsembleProcesses ensemble;

    CuratorTest(EnsembleProcesses ensemble) {
        this.ensemble = ensemble;
    }

    @Test
    void aLeaderLatchHasOneLeaderAndPassesOn() throws Exception {
        try (var first = client(1);
                var second = client(2);
                var two = new LeaderLatch(second, "/latch", "two")) {
            var one = new LeaderLatch(first, "/latch", "one");
            one.start();
            assertThat(one.await(30, TimeUnit.SECONDS)).isTrue();
            two.start();
            await().atMost(LIMIT).until(() -> two.getParticipants().size() == 2);
            assertThat(two.hasLeadership()).isFalse();
            assertThat(two.getLeader().getId()).isEqualTo("one");
            one.close(LeaderLatch.CloseMode.SILENT);
            assertThat(two.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aMutexIsHeldByOneAndMayBeTakenAgainByItsHolder() throws Exception {
        try (var first = client(1); var second = client(3)) {
            var mine = new InterProcessMutex(first, "/mutex");
            var theirs = new InterProcessMutex(second, "/mutex");
            mine.acquire();
            mine.acquire();
            assertThat(theirs.acquire(200, TimeUnit.MILLISECONDS)).isFalse();
            mine.release();
            mine.release();
            assertThat(theirs.acquire(30, TimeUnit.SECONDS)).isTrue();
            theirs.release();
        }
    }

    @Test
    void aLockIsHandedOnWhenItsHolderIsKilled() throws Exception {
        var holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp",
                EnsembleProcesses.ownClassPath(), LockHolder.class.getName(), ensemble.connectString(), "/killed",
                Integer.toString(SESSION_TIMEOUT_MS)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var waiting = client(2);
                var out = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
            assertThat(out.lines().filter("held"::equals).findFirst()).as("the other process holds the lock")
                    .isPresent();
            var mutex = new InterProcessMutex(waiting, "/killed");
            assertThat(mutex.acquire(200, TimeUnit.MILLISECONDS)).isFalse();
            holder.destroyForcibly().waitFor();
            assertThat(mutex.acquire(30, TimeUnit.SECONDS)).isTrue();
            mutex.release();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void groupMembersSeeEachOtherComeAndGo() throws Exception {
        try (var first = client(1);
                var second = client(2);
                var one = new GroupMember(first, "/group", "one", "1".getBytes(UTF_8))) {
            one.start();
            try (var two = new GroupMember(second, "/group", "two", "2".getBytes(UTF_8))) {
                two.start();
                await().atMost(LIMIT).until(() -> one.getCurrentMembers().size() == 2);
                assertThat(one.getCurrentMembers()).containsOnlyKeys("one", "two");
            }
            await().atMost(LIMIT).until(() -> one.getCurrentMembers().size() == 1);
        }
    }

    @Test
    void aPersistentNodeIsMadeAgainWhenItIsDeleted() throws Exception {
        try (var first = client(1);
                var second = client(3);
                var node = new PersistentNode(first, CreateMode.EPHEMERAL, false, "/persistent",
                        "kept".getBytes(UTF_8))) {
            node.start();
            assertThat(node.waitForInitialCreate(30, TimeUnit.SECONDS)).isTrue();
            second.sync().forPath("/persistent");
            second.delete().forPath("/persistent");
            await().atMost(LIMIT).ignoreExceptions()
                    .until(() -> new String(second.getData().forPath("/persistent"), UTF_8).equals("kept"));
        }
    }

    private CuratorFramework client(int member) {
        var client = CuratorFrameworkFactory.newClient(ensemble.member(member).clientAddress(), SESSION_TIMEOUT_MS,
                15_000,
                new ExponentialBackoffRetry(100, 5));
        client.start();
        return client;
    }
}
