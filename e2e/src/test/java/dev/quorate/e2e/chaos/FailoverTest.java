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

/** Leadership moves between real processes again and again: clients of the other members see nothing but a short wait. */
class FailoverTest {
    private static final int ROUNDS = Boolean.getBoolean("quorate.full") ? 50 : 3;
    private static final int WRITERS = 6;
    private static final String TOKEN = "a token that all members know";
    /** What the members wrote is kept when the test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private WrittenEnsemble ensemble;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Why the leader leads no more. */
    enum End {
        /** Whoever waited for a silence, not for the broken link, or lost an election would wait for longer. */
        KILL(500),
        /** Whoever waited for a successor that does not call would wait for longer. */
        SIGTERM(250),
        COMMAND(250);

        /** What a quarter of the gaps stay below however busy the machine is; docs/performance.md has those of a quiet one. */
        private final long lowerQuartileLimitMs;

        End(long lowerQuartileLimitMs) {
            this.lowerQuartileLimitMs = lowerQuartileLimitMs;
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
        List<Long> gapsNs = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ensemble.awaitWrites(writer -> true);
            MemberProcess leader = ensemble.members().awaitLeader(WrittenEnsemble.LIMIT);
            Predicate<Writer> stays = end == End.COMMAND ? writer -> true : writer -> writer.member() != leader.id();
            Map<Writer, Integer> before = ensemble.disconnects();
            ensemble.writers().forEach(Writer::forgetGap);
            end(leader, end);
            ensemble.awaitWrites(stays);
            gapsNs.add(ensemble.writers().stream().filter(stays).mapToLong(Writer::longestGapNs).max().orElseThrow());
            if (!leader.isAlive())
                leader.start();
            ensemble.members().awaitServing(WrittenEnsemble.LIMIT);
            ensemble.checkConnections(stays, before, "round " + round);
        }
        List<Long> gapsMs = gapsNs.stream().sorted().map(ns -> ns / 1_000_000).toList();
        System.out.printf("%s: gaps of writes, ms: %s%n", end, gapsMs);
        assertThat(gapsMs.get(ROUNDS / 4)).as("lower quartile of the gaps %s", gapsMs)
                .isLessThan(end.lowerQuartileLimitMs);
    }

    private void end(MemberProcess leader, End end) throws Exception {
        switch (end) {
            case KILL -> leader.kill();
            case SIGTERM -> assertThat(leader.stop(Duration.ofSeconds(20))).as("exit code").isZero();
            case COMMAND -> {
                assertThat(post(leader, "wrong").statusCode()).isEqualTo(401);
                HttpResponse<String> answer = post(leader, TOKEN);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
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
