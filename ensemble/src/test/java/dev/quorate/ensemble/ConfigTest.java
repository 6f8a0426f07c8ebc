package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.tree.ServerLine;
import dev.quorate.ensemble.tree.ReadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    private static final String THREE = """
            server.1=127.0.0.1:2801:3801;2181
            server.2=127.0.0.1:2802:3802;2182
            server.3=127.0.0.1:2803:3803:observer;127.0.0.3:2183
            """;
    private static final String REMOTE = "server.1=zk1:2888:3888;2181\nserver.2=zk2:2888:3888;2181\n";

    @TempDir
    private Path folder;
    private String basics = "";

    @BeforeEach
    void basics() {
        basics = "dataDir=" + folder + "\n";
    }

    @Test
    void aLoneMemberNeedsTwoLines() throws Exception {
        var config = load("clientPort=2181\n");
        assertThat(config.identity()).isEqualTo(new Config.Identity(1, "", "", false));
        assertThat(config.servers()).isEmpty();
        assertThat(config.data()).isEqualTo(new Config.Data(folder, folder, 3, 64 << 20));
        assertThat(config.sessions()).isEqualTo(new Config.Sessions(2000, 4000, 40_000, 5000, 60_000, 20_000, 500,
                new ReadLimits(1_048_575, 32 << 20, 16 << 20)));
        assertThat(config.ports().client().getPort()).isEqualTo(2181);
        assertThat(config.ports().client().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(config.ports().admin()).isNotNull().extracting("port").isEqualTo(8080);
        assertThat(config.peers().listen()).isNull();
        assertThat(config.clients().connections().perAddress()).isEqualTo(60);
        assertThat(config.clients().connections().total()).isPositive();
        assertThat(config.clients().requests().maxPacketBytes()).isEqualTo(1_048_575);
        assertThat(config.live().snapCount()).isEqualTo(100_000);
        assertThat(config.live().given()).isEmpty();
        assertThat(config.live().words()).containsExactlyInAnyOrder("srvr", "stat", "mntr", "conf", "isro", "ruok");
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void everySettingIsTaken() throws Exception {
        var config = load("""
                dataLogDir=/logs
                clientPort=5
                clientPortAddress=127.0.0.7
                tickTime=100
                minSessionTimeout=150
                maxSessionTimeout=5000
                maxClientCnxns=0
                maxCnxns=7
                globalOutstandingLimit=8
                jute.maxbuffer=4096
                snapCount=500
                autopurge.snapRetainCount=9
                4lw.commands.whitelist=*
                admin.serverAddress=127.0.0.8
                admin.serverPort=9
                quorate.peerTimeoutMs=77
                quorate.noQuorumLimitMs=1100
                quorate.containerCheckMs=1200
                quorate.unappliedLimit=1300
                quorate.drainMs=1700
                quorate.replyBytesLimit=70000
                quorate.sessionWatchBytesLimit=80000
                quorate.clientQueueBytesLimit=90000
                DigestAuthenticationProvider.superDigest=super:x
                reconfigEnabled=true
                quorate.networkThreads=3
                quorate.connectionOutstandingLimit=11
                quorate.outstandingBytesLimit=2000000
                quorate.handshakeTimeoutMs=120
                quorate.slowClientTimeoutMs=130
                quorate.clientQueueLimit=1400
                quorate.peerQueueBytesLimit=3000000
                quorate.diskReserveBytes=70
                quorate.unreadBytesLimit=9000000
                """);
        assertThat(config.data()).isEqualTo(new Config.Data(folder, Path.of("/logs"), 9, 70));
        assertThat(config.ports().client()).hasToString("/127.0.0.7:5");
        assertThat(config.ports().admin()).hasToString("/127.0.0.8:9");
        assertThat(config.sessions()).isEqualTo(new Config.Sessions(100, 150, 5000, 1100, 1200, 1300, 1700,
                new ReadLimits(4096, 70_000, 80_000)));
        assertThat(config.clients()).hasToString("ClientLimits[connections=Connections[perAddress=0, total=7, "
                + "handshakeTimeoutMs=120, slowTimeoutMs=130, maxQueued=1400, maxUnreadBytes=90000, maxUnreadInAllBytes=9000000], requests=Requests[maxPacketBytes=4096, "
                + "perConnection=11, total=8, totalBytes=2000000]]");
        assertThat(config.peers().timeoutMs()).isEqualTo(77);
        assertThat(config.peers().maxQueuedBytes()).isEqualTo(3_000_000);
        assertThat(config.networkThreads()).isEqualTo(3);
        assertThat(config.superDigest()).isEqualTo("super:x");
        assertThat(config.reconfigEnabled()).isTrue();
        assertThat(config.live()).isEqualTo(new Config.Live(500, 0, Set.of("*"),
                new TreeMap<>(Map.of("snapCount", "500", "maxClientCnxns", "0", "4lw.commands.whitelist", "*"))));
    }

    @Test
    void anEnsembleOnLoopbackNeedsNoKeyAndSaysSo() throws Exception {
        Files.writeString(folder.resolve("myid"), "2\n");
        var config = load(THREE);
        assertThat(config.identity().id()).isEqualTo(2);
        assertThat(config.ports().client().getPort()).isEqualTo(2182);
        assertThat(config.ports().advertisedHost()).isEqualTo("127.0.0.1");
        assertThat(config.peers().listen()).hasToString("/127.0.0.1:2802");
        assertThat(config.peers().key()).isNull();
        assertThat(config.servers()).extracting(ServerLine::observer).containsExactly(false, false, true);
        assertThat(config.warnings()).anyMatch(line -> line.contains("DO NOT AUTHENTICATE"));
    }

    @Test
    void theClientAddressOfAServerLineIsListenedOn() throws Exception {
        var config = load(THREE, Map.of("QUORATE_ID", "3"), null);
        assertThat(config.ports().client()).hasToString("/127.0.0.3:2183");
        assertThat(config.ports().advertisedHost()).isEqualTo("127.0.0.3");
    }

    @Test
    void aBindAddressRulesEveryPort() throws Exception {
        var config = load(THREE, Map.of("QUORATE_ID", "1"), "127.0.5.5");
        assertThat(config.ports().client()).hasToString("/127.0.5.5:2181");
        assertThat(config.ports().admin()).hasToString("/127.0.5.5:8080");
        assertThat(config.peers().listen()).hasToString("/127.0.5.5:2801");
    }

    @Test
    void anEnsembleOverANetworkNeedsAKey() throws Exception {
        var environment = Map.of("QUORATE_ID", "1");
        assertThatThrownBy(() -> load(REMOTE, environment, null)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("quorate.peerKeyFile").hasMessageContaining("quorate.peerAuth=none");
        var key = folder.resolve("peer.key");
        Files.writeString(key, "0123456789abcdef\n");
        var config = load(REMOTE + "quorate.peerKeyFile=" + key, environment, null);
        assertThat(config.peers().key()).asString().isEqualTo("0123456789abcdef");
        assertThat(config.warnings()).isEmpty();
        assertThat(config.ports().advertisedHost()).isEqualTo("zk1");
        assertThat(load(REMOTE + "quorate.peerAuth=none", environment, null).warnings())
                .anyMatch(line -> line.contains("DO NOT AUTHENTICATE"));
        Files.writeString(key, "short");
        assertThatThrownBy(() -> load(REMOTE + "quorate.peerKeyFile=" + key, environment, null))
                .hasMessageContaining("shorter than 16 bytes");
    }

    @Test
    void aMemberThatIsNotAmongTheFoundersTakesThemAsSeeds() throws Exception {
        var config = load(THREE + "clientPort=2184\n", Map.of("QUORATE_ID", "4"), null);
        assertThat(config.identity().id()).isEqualTo(4);
        assertThat(config.peers().listen()).isNull();
        assertThat(config.servers()).extracting(ServerLine::id).containsExactly(1, 2, 3);
        assertThat(config.warnings()).anyMatch(line -> line.contains("number 4, is not among the server lines"))
                .anyMatch(line -> line.contains("DO NOT AUTHENTICATE"));
        assertThatThrownBy(() -> load(THREE, Map.of("QUORATE_ID", "4"), null))
                .hasMessageContaining("clientPort is missing");
    }

    @Test
    void theEnvironmentNamesClusterAndClaim() throws Exception {
        var config = load("clientPort=1\n",
                Map.of("QUORATE_ID", "4", "QUORATE_CLUSTER_ID", "c", "QUORATE_CLAIM_UID", "u",
                        "QUORATE_FOUNDED", "true"),
                null);
        assertThat(config.identity()).isEqualTo(new Config.Identity(4, "c", "u", true));
    }

    @Test
    void anUnknownKeyIsWarnedAbout() throws Exception {
        assertThat(load("clientPort=1\nfsync.warningthresholdms=5\ninitLimit=10\n").warnings())
                .anyMatch(line -> line.contains("fsync.warningthresholdms"))
                .anyMatch(line -> line.startsWith("initLimit is accepted and has no effect"));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            tickTime=2000 => clientPort is missing
            clientPort=70000 => clientPort=70000: write a number from 1 to 65535
            clientPort=x => clientPort=x: write a number
            clientPort=1\\ntickTime=0 => tickTime=0: write a number from 1
            clientPort=1\\nminSessionTimeout=50000 => minSessionTimeout (50000 ms) is above
            clientPort=1\\nadmin.enableServer=yes => admin.enableServer=yes: write true or false
            clientPort=1\\n4lw.commands.whitelist=srvr,foo => "foo" is not a four-letter word
            clientPort=1\\ndynamicConfigFile=x => put the server.N lines
            clientPort=1\\nweight.1=2 => weighted quorums are not supported
            clientPort=1\\nquorate.peerAuth=tls => quorate.peerAuth=tls: write none
            clientPort=1\\nclientPortAddress=no.such.invalid => can't be resolved
            clientPort=1\\nserver.1=a => server.1=a is not understood: write host:peerPort
            clientPort=1\\nserver.x=a:1:2 => "x" is not a member's number
            clientPort=1\\nserver.1=a:1:2:boss => neither participant nor observer
            clientPort=1\\nserver.1=a:99999:2 => port 99999 is not between
            clientPort=1\\nserver.1=a:1:2:observer => needs at least one participant
            clientPort=1\\nserver.1=a|b:1:2 => several addresses for one member
            clientPort=1\\nserver.1=a:1:2;7 => write the same, or only one of them
            clientPort=1\\nserver.1=a:1:2\\nserver.2=a:1:3 => has the peer address of another member
            clientPort=1\\nquorate.adminTokenFile=/no/such => can't read quorate.adminTokenFile
            clientPort=1\\nquorate.peerKeyFile=/no/such => can't read quorate.peerKeyFile""")
    void badLinesAreToldWithWhatToDo(String lines, String expected) {
        assertThatThrownBy(
                () -> load(lines.replace("\\n", "\n") + "\n", Map.of("QUORATE_ID", "1"), null))
                .isInstanceOf(ConfigException.class).hasMessageContaining(expected);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThatThrownBy(() -> load("clientPort=x\ntickTime=y\n")).message().hasLineCount(2);
    }

    @Test
    void aMemberOfAnEnsembleNeedsItsId() throws IOException {
        assertThatThrownBy(() -> load(THREE)).hasMessageContaining("myid").hasMessageContaining("QUORATE_ID");
        Files.writeString(folder.resolve("myid"), "one");
        assertThatThrownBy(() -> load(THREE)).hasMessageContaining("\"one\" is not one");
    }

    @Test
    void aMissingFileIsTold() {
        assertThatThrownBy(() -> Config.load(folder.resolve("none.cfg"), Map.of(), null))
                .isInstanceOf(ConfigException.class).hasMessageContaining("none.cfg");
    }

    private Config load(String lines) throws Exception {
        return load(lines, Map.of(), null);
    }

    private Config load(String lines, Map<String, String> environment, @Nullable String bind)
            throws Exception {
        var file = folder.resolve("zoo.cfg");
        Files.writeString(file, basics + lines);
        return Config.load(file, environment, bind);
    }
}
