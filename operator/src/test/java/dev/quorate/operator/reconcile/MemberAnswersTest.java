package dev.quorate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.quorate.operator.act.AdminClient;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.PodSeen;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against little HTTP servers that stand for the members of a settled ensemble, which is else asked once an hour. */
class MemberAnswersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ResourceID ENSEMBLE = new ResourceID("zk", "ns");
    private static final String NETWORK = "127.76." + ProcessHandle.current().pid() % 250 + ".";

    private final AtomicInteger events = new AtomicInteger();
    private final MemberAnswers answers = new MemberAnswers(new AdminClient(),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
            new MemberAnswers.Pace(Duration.ofMillis(20), Duration.ofHours(1)), ensemble -> {});
    private final List<Member> members = List.of(new Member(1), new Member(2), new Member(3));

    /** A member that says what the test wants. */
    private static final class Member {
        final PodSeen pod;
        final AtomicInteger asked = new AtomicInteger();
        volatile Role role;
        private final HttpServer server;

        Member(int id) {
            role = id == 1 ? Role.LEADER : Role.FOLLOWER;
            pod = new PodSeen(id, "zk-" + id, "uid" + id, NETWORK + id, "n", true, false, false, false, true, "h",
                    "config", "true", null, 0, false, null, null);
            try {
                server = HttpServer.create(new InetSocketAddress(NETWORK + id, 8080), 0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            server.createContext("/", exchange -> {
                try (exchange) {
                    asked.incrementAndGet();
                    byte[] body = ("{\"apiVersion\":\"v1\",\"inSync\":true,\"role\":\"" + role.text() + "\"}")
                            .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            server.start();
        }

        void end() {
            server.stop(0);
        }
    }

    @BeforeEach
    void start() {
        answers.setEventHandler(event -> events.incrementAndGet());
        answers.start();
        answers.follow(ENSEMBLE, pods(), true);
        await().atMost(LIMIT).until(() -> role(1) == Role.LEADER && role(2) == Role.FOLLOWER
                && role(3) == Role.FOLLOWER);
    }

    @AfterEach
    void stop() {
        answers.stop();
        members.forEach(Member::end);
    }

    @Test
    void onlyTheLeaderIsAskedOftenWhileAllIsSettled() {
        await().atMost(LIMIT).until(() -> {
            int followers = member(2).asked.get() + member(3).asked.get();
            int leader = member(1).asked.get();
            await().atMost(LIMIT).until(() -> member(1).asked.get() >= leader + 2);
            return member(2).asked.get() + member(3).asked.get() == followers;
        });
    }

    @Test
    void aLeaderThatHandedOverIsSeenAtOnceAndSoIsTheNewOne() {
        int before = events.get();
        member(2).role = Role.LEADER;
        member(1).role = Role.FOLLOWER;
        await().atMost(LIMIT).until(() -> role(2) == Role.LEADER && role(1) == Role.FOLLOWER);
        assertThat(events.get()).isGreaterThan(before);
    }

    @Test
    void withoutAnAnswerOfTheLeaderTheOthersAreAsked() {
        member(1).end();
        member(3).role = Role.LEADER;
        await().atMost(LIMIT).until(() -> role(3) == Role.LEADER);
        await().atMost(LIMIT).until(() -> answers.of(ENSEMBLE, pods()).get(1) == null);
    }

    private Role role(int id) {
        Answer answer = answers.of(ENSEMBLE, pods()).get(id);
        return answer == null ? Role.UNKNOWN : answer.role();
    }

    private Member member(int id) {
        return members.get(id - 1);
    }

    private List<PodSeen> pods() {
        return members.stream().map(member -> member.pod).toList();
    }
}
