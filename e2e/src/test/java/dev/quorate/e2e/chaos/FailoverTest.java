package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.MemberProcess;
import dev.quorate.e2e.process.ServerKind;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leadership moves between real processes again and again: clients of the other members see nothing but a short wait. */
class FailoverTest {
    private static final int ROUNDS = Boolean.getBoolean("quorate.full") ? 50 : 3;
    private static final int WRITERS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TOKEN = "a token that all members know";
    /** Far above what is measured (docs/performance.md), and far below an election after silence: other work goes on here. */
    private static final Duration MEDIAN_GAP_LIMIT = Duration.ofMillis(900);

    @TempDir
    Path folder;

    private EnsembleProcesses ensemble;
    private final List<Writer> writers = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /** Why the leader leads no more. */
    enum End {
        KILL,
        SIGTERM,
        COMMAND
    }

    @BeforeEach
    void start() throws Exception {
        Path token = Files.writeString(folder.resolve("admin.token"), TOKEN);
        EnsembleProcesses.Options usual = new EnsembleProcesses.Options(ServerKind.chosen(), folder, 3);
        ensemble = EnsembleProcesses.start(new EnsembleProcesses.Options(usual.kind(), folder, usual.size(),
                Map.of("quorate.adminTokenFile", token.toString()), usual.jvmFlags(), usual.classPath()));
        for (int i = 0; i < WRITERS; i++) {
            MemberProcess member = ensemble.member(1 + i % 3);
            writers.add(new Writer("/writer-" + i, member.id(), member.clientAddress()));
            writers.getLast().start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        for (Writer writer : writers)
            writer.close();
        ensemble.close();
    }

    @ParameterizedTest
    @EnumSource
    void clientsOfOtherMembersStayConnected(End end) throws Exception {
        List<Long> gapsNs = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            awaitWrites(writer -> true);
            MemberProcess leader = ensemble.leader();
            Predicate<Writer> stays = end == End.COMMAND ? writer -> true : writer -> writer.member() != leader.id();
            Map<Writer, Integer> before = new HashMap<>();
            writers.forEach(writer -> before.put(writer, writer.disconnects()));
            writers.forEach(Writer::forgetGap);
            end(leader, end);
            awaitWrites(stays);
            gapsNs.add(writers.stream().filter(stays).mapToLong(Writer::longestGapNs).max().orElseThrow());
            if (!leader.isAlive())
                leader.start();
            ensemble.awaitServing(LIMIT);
            assertThat(writers).as("round %d", round).filteredOn(stays)
                    .allMatch(writer -> writer.disconnects() == before.getOrDefault(writer, -1), "stayed connected");
            assertThat(writers).as("round %d", round).noneMatch(Writer::expired);
        }
        List<Long> gapsMs = gapsNs.stream().sorted().map(ns -> ns / 1_000_000).toList();
        assertThat(gapsMs.get(ROUNDS / 2)).as("median of the gaps %s", gapsMs)
                .isLessThan(MEDIAN_GAP_LIMIT.toMillis());
    }

    private void end(MemberProcess leader, End end) throws Exception {
        switch (end) {
            case KILL -> leader.kill();
            case SIGTERM -> assertThat(leader.stop(Duration.ofSeconds(20))).as("exit code").isZero();
            case COMMAND -> {
                assertThat(post(leader, "wrong").statusCode()).isEqualTo(401);
                HttpResponse<String> answer = post(leader, TOKEN);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).ignoreExceptions()
                        .until(() -> ensemble.leader().id() != leader.id());
            }
        }
    }

    private HttpResponse<String> post(MemberProcess member, String token) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(member.adminAddress().resolve("/v1/handover"))
                .header("Authorization", "Bearer " + token).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until each of these writers was acknowledged a write that it had not been before. */
    private void awaitWrites(Predicate<Writer> which) {
        long sinceNs = System.nanoTime();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> assertThat(writers)
                .filteredOn(which)
                .allMatch(writer -> writer.lastAcknowledgedNs() - sinceNs > 0, "has written"));
    }
}
