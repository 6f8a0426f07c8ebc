package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.MemberProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Leadership moves between real processes again and again: clients of the other members see nothing but a short wait.
 */
class FailoverTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final int SHORT_ROUNDS = 3;
    private static final int WRITERS = 6;
    private static final String TOKEN = "a token that all members know";
    /** What the members wrote is kept when the test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private WrittenEnsemble ensemble;
    private final HttpClient http = HttpClient.newHttpClient();

    /** How many times every writer has written before the leader goes, while it is seen how busy the machine is. */
    private static final int CALM_WRITES = 5;
    /** A failover takes some ten times as many messages and fsyncs, one after the other, as a write. */
    private static final int CALM_GAPS = 10;

    /** Why the leader leads no more. */
    enum End {
        /** Whoever waited for a silence, not for the broken link, or lost an election would wait for longer. */
        KILL(50, 200),
        /** Whoever waited for a successor that does not call would wait for longer. */
        SIGTERM(15, 100),
        COMMAND(15, 100);

        /**
         * Half of the gaps are shorter than this and {@value #CALM_GAPS} times the longest gap before; twice what is
         * measured at rest.
         */
        private final long limitMs;
        private final int longRounds;

        End(int longRounds, long limitMs) {
            this.longRounds = longRounds;
            this.limitMs = limitMs;
        }
    }

    @BeforeEach
    void start() throws Exception {
        Path token = Files.writeString(folder.resolve("admin.token"), TOKEN);
        ensemble = WrittenEnsemble.start(folder, WRITERS, Map.of("quorate.adminTokenFile", token.toString()));
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        if (ensemble != null)
            ensemble.close();
    }

    @ParameterizedTest
    @EnumSource
    void clientsOfOtherMembersStayConnected(End end) throws Exception {
        List<Long> calmMs = new ArrayList<>();
        List<Long> gapsMs = new ArrayList<>();
        for (int round = 0; round < (FULL ? end.longRounds : SHORT_ROUNDS); round++) {
            ensemble.awaitWrites(writer -> true);
            MemberProcess leader = ensemble.members().awaitLeader(WrittenEnsemble.LIMIT);
            Predicate<Writer> stays = end == End.COMMAND ? writer -> true : writer -> writer.member() != leader.id();
            calmMs.add(ensemble.longestGapMs(stays, () -> {
                for (int i = 0; i < CALM_WRITES; i++)
                    ensemble.awaitWrites(writer -> true);
            }));
            Map<Writer, Integer> before = ensemble.disconnects();
            gapsMs.add(ensemble.longestGapMs(stays, () -> {
                end(leader, end);
                ensemble.awaitWrites(stays);
            }));
            if (!leader.isAlive())
                leader.start();
            ensemble.members().awaitServing(WrittenEnsemble.LIMIT);
            ensemble.checkConnections(stays, before, "round " + round);
        }
        System.out.printf("%s: longest gaps of writes, ms: %s, before: %s%n", end, gapsMs, calmMs);
        assertThat(median(gapsMs)).as("median of the gaps %s; before: %s", gapsMs, calmMs)
                .isLessThan(end.limitMs + CALM_GAPS * median(calmMs));
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private void end(MemberProcess leader, End end) throws Exception {
        switch (end) {
            case KILL -> leader.kill();
            case SIGTERM -> assertThat(leader.stop(Duration.ofSeconds(20))).as("exit code").isZero();
            case COMMAND -> {
                assertThat(post(leader, "wrong").statusCode()).isEqualTo(401);
                // On a busy machine both others may be out of sync for a moment, and the command is refused.
                await().atMost(WrittenEnsemble.LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
                    HttpResponse<String> answer = post(leader, TOKEN);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                });
                await().atMost(WrittenEnsemble.LIMIT).pollInterval(Duration.ofMillis(20)).ignoreExceptions()
                        .until(() -> ensemble.members().leader().id() != leader.id());
            }
        }
    }

    private HttpResponse<String> post(MemberProcess member, String token) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(member.adminAddress().resolve("/v1/handover"))
                .header("Authorization", "Bearer " + token).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
