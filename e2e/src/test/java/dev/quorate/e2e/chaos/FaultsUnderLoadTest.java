package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.MemberProcess;
import dev.quorate.e2e.process.ServerKind;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.client.Settlement;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, clients that read and write, and one fault after the other: processes that are killed or stand still,
 * disks that are emptied or damaged, members that come and go. All that the clients were answered is checked by zxid
 * afterwards, and the members are compared. {@code -Dquorate.chaos.minutes=20} makes it longer, {@code
 * -Dquorate.chaos.seed} repeats its choices.
 */
class FaultsUnderLoadTest {
    private static final double MINUTES = Double.parseDouble(
            System.getProperty("quorate.chaos.minutes", Boolean.getBoolean("quorate.full") ? "1" : "0.5"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOKEN = "of this test";
    private static final int CLIENTS = 8;
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(90);

    /** What the members wrote is kept when the test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final long seed = Long.getLong("quorate.chaos.seed", 1);
    private final Random random = new Random(seed);
    private final List<Load> clients = new ArrayList<>();
    private final Map<Fault, Integer> inflicted = new EnumMap<>(Fault.class);
    /** Those that are to run: neither removed nor, but for the moment of a fault, down. */
    private final List<MemberProcess> members = new CopyOnWriteArrayList<>();
    private final CommittedLog log = new CommittedLog();
    private EnsembleProcesses ensemble;

    /** What happens between two times of rest; none comes again before all have been there. */
    enum Fault {
        KILL_ONE,
        KILL_THE_LEADER,
        KILL_ALL,
        PAUSE_ONE,
        PAUSE_THE_LEADER,
        WIPE_A_DISK,
        FLIP_A_BIT,
        CUT_A_LOG,
        THREE_TO_FIVE_TO_THREE
    }

    @BeforeEach
    void start() throws Exception {
        Path token = Files.writeString(folder.resolve("admin.token"), TOKEN);
        ensemble = EnsembleProcesses.start(new EnsembleProcesses.Options(ServerKind.QUORATE, folder, 3)
                .with(Map.of("snapCount", "2000", "autopurge.snapRetainCount", "1000",
                        "quorate.adminTokenFile", token.toString())));
        members.addAll(ensemble.members());
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Load(i, this::addresses, seed));
            clients.getLast().start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Load client : clients) {
            client.close();
        }
        ensemble.close();
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingOldIsRead() throws Exception {
        System.out.printf("seed %d, members in %s%n", seed, folder);
        long endNs = System.nanoTime() + (long) (MINUTES * 60e9);
        awaitHealed("at the start");
        List<Fault> ahead = new ArrayList<>();
        while (System.nanoTime() < endNs) {
            if (ahead.isEmpty()) {
                ahead.addAll(List.of(Fault.values()));
                Collections.shuffle(ahead, random);
            }
            Fault fault = ahead.removeLast();
            String what = inflict(fault);
            inflicted.merge(fault, 1, Integer::sum);
            System.out.printf("%s %s: %s%n", LocalTime.now(ZoneOffset.UTC), fault, what);
            awaitHealed(what);
            awaitWrites(what);
        }
        List<Op> ops = new ArrayList<>();
        for (Load client : clients) {
            ops.addAll(client.finish());
        }
        awaitEqual();
        Files.write(folder.resolve("history.txt"), ops.stream().map(Op::toString).toList());
        HistoryChecker.check(ops, List.of(), List.of(), Settlement.settle(ops, committed()), Map.of());
        System.out.printf("seed %d: %d operations, %d of unknown outcome, %d sessions lost, faults %s%n", seed,
                ops.size(),
                ops.stream().filter(op -> op.done() == null).count(), clients.stream().mapToInt(Load::expired).sum(),
                inflicted);
    }

    /** What the members have on their disks in the end: they are killed. */
    private List<Entry> committed() throws Exception {
        long applied = Long.decode(statuses().getFirst().path("appliedZxid").asText());
        for (MemberProcess member : ensemble.members()) {
            member.kill();
            keepLog(member);
        }
        return log.upTo(applied);
    }

    private void keepLog(MemberProcess member) throws IOException {
        log.add(member.id(), data(member), folder);
    }

    private static Path data(MemberProcess member) {
        return member.folder().resolve("data");
    }

    private String inflict(Fault fault) throws Exception {
        MemberProcess leader = ensemble.awaitLeader(HEALED_WITHIN);
        MemberProcess any = members.get(random.nextInt(members.size()));
        return switch (fault) {
            case KILL_ONE -> killed(any);
            case KILL_THE_LEADER -> killed(leader);
            case KILL_ALL -> {
                members.forEach(MemberProcess::kill);
                for (MemberProcess member : members) {
                    member.start();
                }
                yield "all were killed";
            }
            case PAUSE_ONE -> paused(any);
            case PAUSE_THE_LEADER -> paused(leader);
            case WIPE_A_DISK -> harmed(any, disk -> {
                disk.wipe();
                return "its disk was wiped";
            });
            case FLIP_A_BIT -> harmed(any, disk -> "it flipped " + disk.flip());
            case CUT_A_LOG -> harmed(any, disk -> "it lost " + disk.cut());
            case THREE_TO_FIVE_TO_THREE -> reconfigured();
        };
    }

    /** What is done to a disk while its member is down. */
    private interface Harm {
        String to(DamagedDisk disk) throws Exception;
    }

    private String killed(MemberProcess member) throws Exception {
        member.kill();
        return startedAgain(member);
    }

    private String harmed(MemberProcess member, Harm harm) throws Exception {
        member.kill();
        keepLog(member);
        String done = harm.to(new DamagedDisk(data(member), random));
        return startedAgain(member) + "; " + done;
    }

    private String startedAgain(MemberProcess member) throws IOException {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2_000)).toNanos());
        member.start();
        return "member " + member.id() + " was killed";
    }

    private String paused(MemberProcess member) throws Exception {
        member.pause();
        LockSupport.parkNanos(Duration.ofMillis(500 + random.nextInt(4_000)).toNanos());
        member.resume();
        return "member " + member.id() + " stood still";
    }

    /** Two more vote, then two of the five leave, the leader among them or not. */
    private String reconfigured() throws Exception {
        List<MemberProcess> joining = List.of(ensemble.join(), ensemble.join());
        members.addAll(joining);
        change("{\"add\":[\"" + joining.get(0).serverLine() + "\",\"" + joining.get(1).serverLine() + "\"]}");
        awaitHealed("members " + joining.get(0).id() + " and " + joining.get(1).id() + " joined");
        List<MemberProcess> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, random);
        List<MemberProcess> leaving = shuffled.subList(0, 2);
        change("{\"remove\":[" + leaving.get(0).id() + "," + leaving.get(1).id() + "]}");
        members.removeAll(leaving);
        leaving.forEach(MemberProcess::kill);
        return "members " + leaving.get(0).id() + " and " + leaving.get(1).id() + " left";
    }

    /** Asked again until it is done; a change that was made already is made once more, to no effect. */
    private void change(String body) {
        await(body + ", seed " + seed).atMost(HEALED_WITHIN).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .until(() -> HTTP.send(HttpRequest.newBuilder(ensemble.leader().adminAddress().resolve("/v1/reconfig"))
                        .timeout(Duration.ofSeconds(20)).header("Authorization", "Bearer " + TOKEN)
                        .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString()).statusCode() == 200);
    }

    private List<InetSocketAddress> addresses() {
        return members.stream().map(
                member -> new InetSocketAddress(InetAddress.getLoopbackAddress(), member.clientPort())).toList();
    }

    /** All members vote, are in sync in one epoch, and one of them leads. */
    private void awaitHealed(String after) {
        await(after + ", seed " + seed).atMost(HEALED_WITHIN).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            List<JsonNode> all = statuses();
            assertThat(all).extracting(status -> status.path("role").asText()).containsOnly("leader", "follower")
                    .containsOnlyOnce("leader");
            assertThat(all).extracting(status -> status.path("epoch").asLong())
                    .containsOnly(all.getFirst().path("epoch").asLong());
            assertThat(all).allMatch(status -> status.path("inSync").asBoolean(), "is in sync");
        });
    }

    private List<JsonNode> statuses() throws Exception {
        List<JsonNode> all = new ArrayList<>();
        for (MemberProcess member : members) {
            member.checkAlive();
            all.add(JSON.readTree(member.status().orElse("{}")));
        }
        return all;
    }

    private void awaitWrites(String after) {
        long sinceNs = System.nanoTime();
        await(after + ", seed " + seed).atMost(HEALED_WITHIN).pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    clients.forEach(Load::check);
                    return clients.stream().allMatch(client -> client.lastWriteNs() - sinceNs > 0);
                });
    }

    private void awaitEqual() {
        await("all members are equal").atMost(HEALED_WITHIN).untilAsserted(() -> {
            List<JsonNode> all = statuses();
            assertThat(all)
                    .extracting(status -> status.path("appliedZxid").asText() + " " + status.path("digest").asText())
                    .containsOnly(
                            all.getFirst().path("appliedZxid").asText() + " " + all.getFirst().path("digest").asText());
        });
    }
}
