package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.MemberProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills and pauses under eight writing clients. Whatever was acknowledged is there, at the zxid that was acknowledged,
 * on every member; sessions survive.
 */
class KillRoundsTest {
    private static final int ROUNDS = Boolean.getBoolean("quorate.full") ? 25 : 3;
    private static final int WRITERS = 8;
    private static final long LIMIT_SECONDS = WrittenEnsemble.LIMIT.toSeconds();

    /** What the members wrote is kept when the test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private WrittenEnsemble ensemble;
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
        ensemble = WrittenEnsemble.start(folder, WRITERS, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        if (ensemble != null)
            ensemble.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingThatWasAcknowledgedIsLost(Fault fault) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            ensemble.awaitWrites(writer -> true);
            Map<Writer, Integer> before = ensemble.disconnects();
            MemberProcess victim = inflict(fault);
            ensemble.members().awaitServing(WrittenEnsemble.LIMIT);
            ensemble.awaitWrites(writer -> true);
            boolean othersStay = fault == Fault.KILL_A_FOLLOWER || fault == Fault.KILL_THE_LEADER;
            ensemble.checkConnections(writer -> othersStay && writer.member() != victim.id(), before, "round " + round);
            checkEveryMember();
        }
    }

    private MemberProcess inflict(Fault fault) throws Exception {
        EnsembleProcesses members = ensemble.members();
        MemberProcess leader = members.awaitLeader(WrittenEnsemble.LIMIT);
        switch (fault) {
            case KILL_A_FOLLOWER -> {
                MemberProcess follower = members.member(leader.id() % 3 + 1);
                killAndRestart(follower);
                return follower;
            }
            case KILL_THE_LEADER -> killAndRestart(leader);
            case KILL_ALL -> {
                for (MemberProcess member : members.members())
                    member.kill();
                for (MemberProcess member : members.members())
                    member.start();
            }
            case PAUSE_THE_LEADER -> {
                leader.pause();
                ensemble.awaitWrites(writer -> writer.member() != leader.id());
                leader.resume();
            }
        }
        return leader;
    }

    private void killAndRestart(MemberProcess victim) throws Exception {
        victim.kill();
        ensemble.awaitWrites(writer -> writer.member() != victim.id());
        victim.start();
    }

    private void checkEveryMember() throws Exception {
        List<Writer> writers = ensemble.writers();
        writers.forEach(Writer::pause);
        await().atMost(WrittenEnsemble.LIMIT).until(() -> writers.stream().allMatch(Writer::isIdle));
        for (MemberProcess member : ensemble.members().members())
            check(member);
        for (Writer writer : writers)
            checkedBefore.put(writer.parent(), writer.acknowledged().size());
        writers.forEach(Writer::resume);
    }

    private void check(MemberProcess member) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        try (ZooKeeper client = new ZooKeeper(member.clientAddress(), 10_000, event -> connected.countDown())) {
            assertThat(connected.await(LIMIT_SECONDS, TimeUnit.SECONDS)).as("connected").isTrue();
            CountDownLatch synced = new CountDownLatch(1);
            client.sync("/", (rc, path, context) -> synced.countDown(), null);
            assertThat(synced.await(LIMIT_SECONDS, TimeUnit.SECONDS)).as("synced").isTrue();
            for (Writer writer : ensemble.writers())
                check(client, writer, "member " + member.id());
        }
    }

    private void check(ZooKeeper client, Writer writer, String where) throws Exception {
        List<Writer.Acknowledged> acknowledged = writer.acknowledged();
        Set<String> present = new HashSet<>(client.getChildren(writer.parent(), false));
        int name = writer.parent().length() + 1;
        assertThat(acknowledged).as(where).allMatch(write -> present.contains(write.path().substring(name)), "is there")
                .isSortedAccordingTo((a, b) -> Long.compare(a.zxid(), b.zxid()));
        int unchecked = checkedBefore.getOrDefault(writer.parent(), 0);
        List<Writer.Acknowledged> since = acknowledged.subList(unchecked, acknowledged.size());
        assertThat(zxids(client, since)).as(where).isEqualTo(since.stream().map(Writer.Acknowledged::zxid).toList());
    }

    /**
     * At which zxids these znodes were created as this member has it, 0 for one that is not there; all are asked for at
     * once.
     */
    private static List<Long> zxids(ZooKeeper client, List<Writer.Acknowledged> writes) throws Exception {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (Writer.Acknowledged write : writes) {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            answers.add(answer);
            client.exists(write.path(), false,
                    (code, path, context, stat) -> answer.complete(stat == null ? 0 : stat.getCzxid()), null);
        }
        List<Long> zxids = new ArrayList<>();
        for (CompletableFuture<Long> answer : answers)
            zxids.add(answer.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        return zxids;
    }
}
