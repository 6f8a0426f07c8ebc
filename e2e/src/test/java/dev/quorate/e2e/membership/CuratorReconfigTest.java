package dev.quorate.e2e.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.MemberProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.Test;

/** Curator's reconfiguration builder and its ensemble tracker, and zkCli. */
class CuratorReconfigTest extends Reconfigurable {
    @Test
    void aTrackerFollowsTheMembersToWhereTheyAre() throws Exception {
        try (var client = client(ensemble.member(1))) {
            var joiner = ensemble.join();
            await().atMost(AdminClient.LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
                try {
                    client.reconfig().joining(joiner.serverLine()).leaving("2").forEnsemble();
                    return true;
                } catch (KeeperException.NewConfigNoQuorum notYet) {
                    return false;
                }
            });
            assertThat(new String(client.getConfig().forEnsemble(), UTF_8)).contains(joiner.serverLine());
            await().atMost(AdminClient.LIMIT).until(
                    () -> client.getZookeeperClient().getCurrentConnectionString().contains(joiner.clientAddress()));
            assertThat(client.getZookeeperClient().getCurrentConnectionString())
                    .doesNotContain(ensemble.member(2).clientAddress());
            assertThat(client.getCurrentConfig().getAllMembers()).containsOnlyKeys(1L, 3L, 4L);
        }
    }

    @Test
    void zkCliAddsAMemberAndShowsTheConfiguration() throws Exception {
        var joiner = ensemble.join();
        try (var admin = AdminClient.superuser(ensemble.member(1))) {
            await().atMost(AdminClient.LIMIT).until(() -> zkCli("addauth digest " + AdminClient.SUPER_USER,
                    "reconfig -add " + joiner.serverLine()).contains("Committed new configuration:"));
            assertThat(zkCli("config")).contains(joiner.serverLine());
            assertThat(zkCli("config -c")).contains(joiner.clientAddress());
            assertThat(zkCli("addauth digest " + AdminClient.SUPER_USER, "reconfig -remove 4 -v 7"))
                    .contains("version No is not valid");
            assertThat(admin.config()).contains(joiner.serverLine());
        }
    }

    /** What zkCli prints when these lines are typed in. */
    private String zkCli(String... lines) throws IOException, InterruptedException {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", EnsembleProcesses.ownClassPath(),
                "org.apache.zookeeper.ZooKeeperMain", "-waitforconnection", "-server",
                ensemble.member(1).clientAddress()).redirectErrorStream(true).start();
        try (var in = process.outputWriter(UTF_8)) {
            in.write(String.join("\n", lines) + "\nquit\n");
        }
        var text = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return text;
    }

    private static CuratorFramework client(MemberProcess member) throws InterruptedException {
        var client = CuratorFrameworkFactory.builder().connectString(member.clientAddress()).ensembleTracker(true)
                .authorization("digest", AdminClient.SUPER_USER.getBytes(UTF_8)).sessionTimeoutMs(10_000)
                .connectionTimeoutMs(15_000).retryPolicy(new ExponentialBackoffRetry(100, 5)).build();
        client.start();
        client.blockUntilConnected();
        return client;
    }
}
