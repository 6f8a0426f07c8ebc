package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.MemberProcess;
import dev.quorate.e2e.process.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills and pauses under eight writing clients. Whatever was acknowledged is there, at the zxid that was acknowledged, on every member; sessions survive.
 */
class KillRoundsTest {
    private static final int ROUNDS = Boolean.getBoolean("quorate.full") ? 25 : 3;
    private static final int WRITERS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private EnsembleProcesses ensemble;
    private final List<Writer> writers = new ArrayList<>();
    private final Map<String, Integer> checkedBefore = new HashMap<>();

    /** What happens to the ensemble in a round. */
    enum Fault {
        KILL_A_FOLLOWER,
        KILL_THE_LEADER,
        KILL_ALL,
        PAUSE_THE_LEADER
    }

    @BeforeEach
    void start() throws Exception {
        ensemble = EnsembleProcesses.start(new EnsembleProcesses.Options(ServerKind.chosen(), folder, 3));
        for (int i = 0; i < WRITERS; i++) {
            MemberProcess member = ensemble.member(1 + i % 3);
            writers.add(new Writer("/writer-" + i, member.id(), member.clientAddress()));
            writers.getLast().start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Writer writer : writers)
            writer.close();
        ensemble.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingThatWasAcknowledgedIsLost(Fault fault) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            awaitWrites(writer -> true);
            Map<Writer, Integer> disconnectsBefore = new HashMap<>();
            writers.forEach(writer -> disconnectsBefore.put(writer, writer.disconnects()));
            MemberProcess victim = inflict(fault);
            ensemble.awaitServing(LIMIT);
            awaitWrites(writer -> true);
            assertThat(writers).as("sessions, round %d", round).noneMatch(Writer::expired);
            if (fault == Fault.KILL_A_FOLLOWER || fault == Fault.KILL_THE_LEADER) {
                assertThat(writers).as("connections to other members, round %d", round)
                        .filteredOn(writer -> writer.member() != victim.id())
                        .allMatch(writer -> writer.disconnects() == disconnectsBefore.getOrDefault(writer, -1));
            }
            checkEveryMember();
        }
    }

    private MemberProcess inflict(Fault fault) throws Exception {
        MemberProcess leader = ensemble.leader();
        switch (fault) {
            case KILL_A_FOLLOWER -> {
                MemberProcess follower = ensemble.member(leader.id() % 3 + 1);
                killAndRestart(follower);
                return follower;
            }
            case KILL_THE_LEADER -> killAndRestart(leader);
            case KILL_ALL -> {
                for (MemberProcess member : ensemble.members())
                    member.kill();
                for (MemberProcess member : ensemble.members())
                    member.start();
            }
            case PAUSE_THE_LEADER -> {
                leader.pause();
                awaitWrites(writer -> writer.member() != leader.id());
                leader.resume();
            }
        }
        return leader;
    }

    private void killAndRestart(MemberProcess victim) throws Exception {
        victim.kill();
        awaitWrites(writer -> writer.member() != victim.id());
        victim.start();
    }

    /** Waits until each of these writers was acknowledged a write that it had not been before. */
    private void awaitWrites(Predicate<Writer> which) {
        long sinceNs = System.nanoTime();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> assertThat(writers)
                .filteredOn(which)
                .allMatch(writer -> writer.lastAcknowledgedNs() - sinceNs > 0, "has written"));
    }

    private void checkEveryMember() throws Exception {
        writers.forEach(Writer::pause);
        await().atMost(LIMIT).until(() -> writers.stream().allMatch(Writer::isIdle));
        for (MemberProcess member : ensemble.members())
            check(member);
        for (Writer writer : writers)
            checkedBefore.put(writer.parent(), writer.acknowledged().size());
        writers.forEach(Writer::resume);
    }

    private void check(MemberProcess member) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        try (ZooKeeper client = new ZooKeeper(member.clientAddress(), 10_000, event -> connected.countDown())) {
            connected.await();
            CountDownLatch synced = new CountDownLatch(1);
            client.sync("/", (rc, path, context) -> synced.countDown(), null);
            synced.await();
            for (Writer writer : writers)
                check(client, writer, "member " + member.id());
        }
    }

    private void check(ZooKeeper client, Writer writer, String where) throws Exception {
        List<Writer.Acknowledged> acknowledged = writer.acknowledged();
        List<String> present = client.getChildren(writer.parent(), false);
        assertThat(present).as(where).containsAll(acknowledged.stream()
                .map(write -> write.path().substring(writer.parent().length() + 1)).toList());
        assertThat(acknowledged).as(where).isSortedAccordingTo((a, b) -> Long.compare(a.zxid(), b.zxid()));
        int unchecked = checkedBefore.getOrDefault(writer.parent(), 0);
        for (Writer.Acknowledged write : acknowledged.subList(unchecked, acknowledged.size())) {
            Stat stat = client.exists(write.path(), false);
            assertThat(stat).as("%s on %s", write, where).isNotNull();
            assertThat(stat.getCzxid()).as("%s on %s", write, where).isEqualTo(write.zxid());
        }
    }
}
