package dev.quorate.ensemble;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real member whose settings change while it runs. */
class LiveSettingsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void whatIsGivenIsInForceAtOnceAndNothingIsRestarted() throws Exception {
        try (var ensemble = new TestEnsemble(folder, 1, "snapCount=100000", "4lw.commands.whitelist=ruok, conf");
                var clients = new TestClients()) {
            var settings = ensemble.server(1).settings();
            assertThat(settings.given()).containsOnlyKeys("snapCount", "4lw.commands.whitelist");
            var client = clients.connect(ensemble.address(1));
            assertThat(word(ensemble.socketAddress(1), "isro")).contains("not in the whitelist");

            assertThat(settings.give(Map.of("4lw.commands.whitelist", "isro, conf", "snapCount", "100"))).isEmpty();
            assertThat(word(ensemble.socketAddress(1), "isro")).isEqualTo("rw");
            assertThat(word(ensemble.socketAddress(1), "ruok")).contains("not in the whitelist");
            assertThat(word(ensemble.socketAddress(1), "conf")).contains("snapCount=100\n", "maxClientCnxns=60\n");
            for (int i = 0; i < 150; i++) {
                client.create("/n" + i, new byte[1], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            await().atMost(LIMIT).until(() -> ensemble.observe(1).status().work().snapshots() > 0);

            assertThat(settings.give(Map.of("maxClientCnxns", "1"))).isEmpty();
            assertThat(word(ensemble.socketAddress(1), "ruok")).as("the client has the one connection").isEmpty();
            assertThat(settings.give(Map.of())).isEmpty();
            assertThat(settings.given()).isEmpty();
            assertThat(word(ensemble.socketAddress(1), "ruok")).isEqualTo("imok");
            assertThat(clients.losses()).isZero();
        }
    }

    @Test
    void whatTheFileCouldNotHoldIsRefusedAndChangesNothing() {
        var start = LiveSettings.read(new ConfigFile(Map.of("snapCount", "500")));
        var settings = new LiveSettings(start, now -> {
            throw new IllegalStateException("changed");
        });
        assertThat(settings.give(Map.of("snapCount", "99", "4lw.commands.whitelist", "all")))
                .contains("write a number from 100").contains("\"all\" is not a four-letter word").doesNotContain("\n");
        assertThat(settings.now()).isEqualTo(start);
    }

    /** The whole answer; empty when the connection is closed without one. */
    private static String word(InetSocketAddress address, String word) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(address, (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(word.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        } catch (java.net.SocketException reset) {
            return "";
        }
    }
}
