package dev.quorate.ensemble.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.quorate.ensemble.member.Histogram;
import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdminPagesTest {
    private static final String VERSION = "3.9.5-quorate-1.2.3, built on 11/21/2026 00:00 UTC";
    private static final Executor HUNG = input -> {};

    private final Histogram latencyNs = new Histogram();
    private boolean leaving;
    private Status.Disk disk = new Status.Disk(4096, false, false, 0);

    @Test
    void theStatusPageHasTheFieldsThatTheOperatorReads() throws Exception {
        var page = get(Runnable::run, leader(), "/v1/status");
        assertThat(page).startsWith("200 application/json ");
        assertThat(page.substring(page.indexOf('{'))).isEqualTo("{\"apiVersion\":\"v1\",\"version\":\"1.2.3\",\"id\":1,"
                + "\"clusterId\":\"c\",\"incarnation\":\"ff\",\"boot\":3,\"level\":1,\"supportedLevel\":2,"
                + "\"role\":\"leader\",\"epoch\":2,\"leader\":1,\"lastLoggedZxid\":\"0x200000009\",\"committedZxid\":\"0x200000008\","
                + "\"appliedZxid\":\"0x200000007\",\"configVersion\":\"0x100000001\",\"highestId\":9,\"voters\":[1,2,3],"
                + "\"observers\":[4],\"members\":[" + member(1, "voter", "b") + "," + member(2, "voter", "c") + ","
                + member(3, "voter", "d") + "," + member(4, "observer", "0") + "],\"change\":["
                + member(1, "voter", "b") + "],\"learners\":["
                + "{\"id\":2,\"incarnation\":\"c\",\"inSync\":true,\"lag\":1},"
                + "{\"id\":4,\"incarnation\":\"e\",\"inSync\":false,\"lag\":9}],\"founded\":true,\"inSync\":true,\"stayOutReason\":null,"
                + "\"clientAddress\":\"h:2181\",\"sessions\":6,\"connections\":5,\"znodes\":40,\"watches\":7,"
                + "\"digest\":\"abc\",\"diskUsableBytes\":4096,\"diskShort\":false,\"writesRefused\":false,"
                + "\"settings\":{\"snapCount\":\"500\"}}\n");
        assertThat(fields(page.substring(page.indexOf('{')))).contains("stayOutReason", "digest");
    }

    private static String member(int id, String role, String incarnation) {
        return "{\"id\":" + id + ",\"role\":\"" + role + "\",\"address\":\"a" + id + ":1:2:"
                + (role.equals("voter") ? "participant" : role) + "\",\"incarnation\":\"" + incarnation + "\"}";
    }

    @Test
    void readyMeansInSyncWithAQuorum() throws Exception {
        assertThat(get(Runnable::run, leader(), "/readyz")).isEqualTo("200 text/plain; charset=utf-8 ok\n");
        assertThat(get(Runnable::run, looking(null), "/readyz"))
                .isEqualTo("503 text/plain; charset=utf-8 not in sync with a quorum: looking\n");
        assertThat(get(Runnable::run, looking("the disk\nfailed"), "/readyz"))
                .isEqualTo("503 text/plain; charset=utf-8 the disk failed\n");
        disk = new Status.Disk(5, true, true, 7);
        assertThat(get(Runnable::run, leader(), "/readyz"))
                .isEqualTo("200 text/plain; charset=utf-8 ok, but the disk is short of room\n");
        assertThat(get(Runnable::run, leader(), "/metrics").lines())
                .contains("disk_usable_bytes 5.0", "disk_short 1.0", "writes_refused 1.0", "log_queue_bytes 7.0");
        leaving = true;
        assertThat(get(Runnable::run, leader(), "/readyz"))
                .isEqualTo("503 text/plain; charset=utf-8 this member ends\n");
    }

    @Test
    void liveMeansThatTheLoopAnswers() throws Exception {
        assertThat(get(Runnable::run, looking(null), "/livez")).startsWith("200 ");
        assertThat(get(HUNG, leader(), "/livez")).startsWith("503 ").endsWith("the member's loop does not answer\n");
        assertThat(get(HUNG, leader(), "/v1/status")).startsWith("503 ");
    }

    @Test
    void otherPagesAreNotThere() throws Exception {
        assertThat(get(Runnable::run, leader(), "/commands/ruok")).startsWith("404 ");
    }

    @Test
    void metricsHaveTheNamesThatDashboardsUse() throws Exception {
        latencyNs.record(2_000_000);
        var page = get(Runnable::run, leader(), "/metrics");
        assertThat(page.lines()).contains("znode_count 40.0", "watch_count 7.0", "ephemerals_count 2.0",
                "global_sessions 6.0", "num_alive_connections 5.0", "outstanding_requests 1.0",
                "packets_received 11.0", "packets_sent 12.0", "learners 2.0", "synced_followers 1.0",
                "synced_observers 0.0", "quorum_size 3.0", "role{role=\"leader\",} 1.0", "leader_id 1.0",
                "learner_lag{id=\"2\",} 1.0", "learner_in_sync{id=\"4\",} 0.0", "fsynctime_count 1.0",
                "request_latency_ms{quantile=\"0.99\",} 2.0", "max_latency 2.0", "elections 13.0",
                "commit_count 102.0");
        assertThat(page).contains("jvm_memory_bytes_used", "process_cpu_seconds_total");
        assertThat(page.lines().filter(line -> line.startsWith("# TYPE")).distinct().count())
                .isEqualTo(page.lines().filter(line -> line.startsWith("# TYPE")).count());
    }

    /** docs/metrics.md lists what a member exposes. {@code -Dquorate.update=true} writes the list anew. */
    @Test
    void thePageListsEveryMetric() throws Exception {
        var path = Path.of("..", "docs", "metrics.md");
        var begin = "<!-- members -->\n";
        var types = new TreeMap<String, String>();
        var meanings = new TreeMap<String, String>();
        get(Runnable::run, leader(), "/metrics").lines().map(line -> line.split(" ", 4))
                .filter(words -> words[0].equals("#") && !words[2].matches("(jvm|process)_.*"))
                .forEach(words -> (words[1].equals("TYPE") ? types : meanings).put(words[2], words[3]));
        var table = new StringBuilder("| metric | type | meaning |\n|---|---|---|\n");
        types.forEach((name, type) -> table.append("| `").append(name).append("` | ")
                .append(type.equals("untyped") ? "counter" : type).append(" | ").append(meanings.get(name))
                .append(" |\n"));
        var page = Files.readString(path);
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf("<!-- end of members -->\n");
        if (Boolean.getBoolean("quorate.update")) {
            Files.writeString(path, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).as("stale: run with -Dtest.jvm.args=-Dquorate.update=true")
                    .isEqualTo(table.toString());
        }
    }

    @Test
    void wordsHaveZooKeepersFormats() throws Exception {
        latencyNs.record(2_000_000);
        assertThat(word("ruok", leader())).isEqualTo("imok");
        assertThat(word("isro", leader())).isEqualTo("rw");
        assertThat(word("srvr", leader())).matches("(?s)Zookeeper version: ([A-Za-z0-9.\\-]+), built on "
                + "(\\d\\d/\\d\\d/\\d\\d\\d\\d \\d\\d:\\d\\d [A-Za-z0-9:+\\-]+)\nLatency min/avg/max: (\\d+)/([0-9.]+)/(\\d+)\n"
                + "Received: 11\nSent: 12\nConnections: 5\nOutstanding: 1\nZxid: 0x200000007\nMode: leader\n"
                + "Node count: 40\n");
        assertThat(word("stat", leader())).startsWith("Zookeeper version:").contains("\nClients:\n");
        assertThat(word("conf", leader())).isEqualTo("""
                clientPort=2181
                serverId=1
                membership:\s
                server.1=a1:1:2:participant
                server.2=a2:1:2:participant
                server.3=a3:1:2:participant
                server.4=a4:1:2:observer
                version=100000001
                """);
        assertThat(word("mntr", leader()).lines()).contains("zk_server_state\tleader", "zk_znode_count\t40",
                "zk_avg_latency\t2.0000", "zk_synced_followers\t1", "zk_pending_syncs\t1");
    }

    @Test
    void wordsOfAMemberThatDoesNotServeSaySo() throws Exception {
        assertThat(word("ruok", looking(null))).isEqualTo("imok");
        for (var word : List.of("srvr", "stat", "mntr", "conf", "isro")) {
            assertThat(word(word, looking(null)))
                    .isEqualTo("This ZooKeeper instance is not currently serving requests\n");
        }
    }

    @Test
    void onlyListedWordsAreAnswered() throws Exception {
        assertThat(word("dump", leader())).isEqualTo("dump is not executed because it is not in the whitelist.\n");
        assertThat(word("mntr", leader(), Set.of("srvr"))).contains("not in the whitelist");
        assertThat(word("dump", leader(), Set.of("*"))).contains("not in the whitelist");
    }

    @Test
    void aLoneMemberIsStandalone() throws Exception {
        var lone = status(RoleName.LEADING, true, null, List.of(), List.of(1), List.of());
        assertThat(word("srvr", lone)).contains("Mode: standalone");
    }

    private String get(Executor loop, Status status, String path) throws Exception {
        var metrics = new Metrics();
        var fsyncNs = new Histogram();
        fsyncNs.record(1000);
        metrics.addTiming("fsynctime", fsyncNs);
        var answer = new CompletableFuture<String>();
        new AdminPages(new AskLoop(loop, () -> observation(status), 50), metrics,
                () -> new TreeMap<>(Map.of("snapCount", "500")), "1.2.3", 2).get(path,
                        (code, type, body) -> answer.complete(code + " " + type + " " + body));
        return answer.get(10, TimeUnit.SECONDS);
    }

    private String word(String word, Status status) throws Exception {
        return word(word, status, Set.of("ruok", "srvr", "stat", "mntr", "conf", "isro"));
    }

    private String word(String word, Status status, Set<String> allowed) throws Exception {
        var settings = new LinkedHashMap<>(Map.of("clientPort", "2181"));
        settings.put("serverId", "1");
        var answer = new CompletableFuture<String>();
        new FourLetterWords(new AskLoop(Runnable::run, () -> observation(status), 50), () -> allowed, () -> settings,
                VERSION)
                .answer(word, answer::complete);
        return answer.get(10, TimeUnit.SECONDS);
    }

    private Observation observation(Status status) {
        return new Observation(status, new Observation.Traffic(5, 1, 11, 12, 0, 0, 0, 0, latencyNs), leaving);
    }

    private Status leader() {
        return status(RoleName.LEADING, true, null,
                List.of(new LearnerView(2, 12, 1, true, true, true, 0x200000008L),
                        new LearnerView(4, 14, 1, false, false, true, 0x100000005L)),
                List.of(1, 2, 3), List.of(4));
    }

    private Status looking(@Nullable String stayOutReason) {
        return status(RoleName.LOOKING, false, stayOutReason, List.of(), List.of(1, 2, 3), List.of(4));
    }

    private Status status(RoleName role, boolean inSync, @Nullable String stayOutReason,
            List<LearnerView> learners, List<Integer> voters, List<Integer> observers) {
        return new Status(new Status.Identity(1, "c", 0xff, 3, true, "h:2181", 5000),
                new PeerView(role, 2, 1, 0, inSync, 0x200000009L, 0x200000008L, learners, 13,
                        Configuration.founding(List.of(new ConfigMember(1, 0, true, ""))), stayOutReason),
                new Status.Membership(configuration(voters, observers),
                        role == RoleName.LEADING ? configuration(List.of(1), List.of()).members() : null),
                new Status.Tree(0x200000007L, 0xabc, 40, 2, 7, 1000, 6), new Status.Work(101, 102, 1, 0, 5000, 20),
                disk);
    }

    private static Configuration configuration(List<Integer> voters, List<Integer> observers) {
        var members = new ArrayList<ConfigMember>();
        voters.forEach(id -> members.add(new ConfigMember(id, 10 + id, true, "a" + id + ":1:2:participant")));
        observers.forEach(id -> members.add(new ConfigMember(id, 0, false, "a" + id + ":1:2:observer")));
        return new Configuration(0x100000001L, 1, 9, members, null);
    }

    private static List<String> fields(String json) throws IOException {
        var fields = new ArrayList<String>();
        try (var parser = new JsonFactory().createParser(json)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    fields.add(parser.currentName());
                }
            }
        }
        return fields;
    }
}
