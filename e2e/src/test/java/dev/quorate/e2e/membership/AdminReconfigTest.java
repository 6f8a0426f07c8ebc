package dev.quorate.e2e.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.MemberProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The admin port changes the members, through whichever of them is asked. */
@DisabledIfSystemProperty(named = "quorate.test.server", matches = "zookeeper", disabledReason = "it has no such port")
class AdminReconfigTest extends Reconfigurable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void aMemberIsReplacedAndTheLeaderHandsOver() throws Exception {
        var leader = ensemble.leader();
        var follower = ensemble.members().stream().filter(member -> !member.equals(leader)).findFirst().orElseThrow();
        try (var client = new AdminClient(follower)) {
            var joiner = ensemble.join();
            var swap = "{\"add\":[\"" + joiner.serverLine() + "\"],\"remove\":[" + leader.id() + "]}";
            assertThat(post(follower, "/v1/reconfig", swap, "wrong").statusCode()).isEqualTo(401);
            await().atMost(AdminClient.LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
                var answer = post(follower, "/v1/reconfig", swap, TOKEN);
                assertThat(answer.statusCode()).as(answer.body()).isIn(200, 409);
                return answer.statusCode() == 200;
            });
            await().atMost(AdminClient.LIMIT).until(() -> follower.status().orElse("").contains("\"change\":null"));
            assertThat(follower.status().orElseThrow()).contains(joiner.serverLine().split("=", 2)[1])
                    .doesNotContain("{\"id\":" + leader.id() + ",\"role\"");
            await().atMost(AdminClient.LIMIT).ignoreExceptions()
                    .until(() -> !ensembleWithout(leader).equals(leader));
            var handedOver = post(ensembleWithout(leader), "/v1/handover", "", TOKEN);
            assertThat(handedOver.statusCode()).as(handedOver.body()).isEqualTo(202);
            await().atMost(AdminClient.LIMIT).ignoreExceptions().until(
                    () -> client.client.setData("/zookeeper/quota", new byte[0], -1).getVersion() >= 0);
            assertThat(client.wasDisconnected()).as("a client of a member that stays").isFalse();
        }
    }

    @Test
    void aLoneMemberIsGivenAnAddressAndGrows() throws Exception {
        ensemble.close();
        ensemble = start(1);
        var lone = ensemble.member(1);
        try (var client = new AdminClient(lone)) {
            var early = post(lone, "/v1/reconfig", "{\"add\":\"server.2=127.0.0.1:1:2;3\"}", TOKEN);
            assertThat(early.statusCode()).as(early.body()).isEqualTo(400);
            assertThat(early.body()).contains("has no address yet");
            var named = post(lone, "/v1/reconfig", "{\"members\":\"" + lone.serverLine() + "\"}", TOKEN);
            assertThat(named.statusCode()).as(named.body()).isEqualTo(200);
            var lines = ensemble.join().serverLine() + "\",\"" + ensemble.join().serverLine();
            await().atMost(AdminClient.LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> post(lone,
                    "/v1/reconfig", "{\"add\":[\"" + lines + "\"]}", TOKEN).statusCode() == 200);
            ensemble.awaitServing(AdminClient.LIMIT);
            assertThat(lone.status().orElseThrow()).contains("\"voters\":[1,2,3]");
            assertThat(client.wasDisconnected()).isFalse();
        }
    }

    @Test
    void whatCanNotBeIsRefusedWithASentence() throws Exception {
        var any = ensemble.member(2);
        assertThat(post(any, "/v1/reconfig", "{\"remove\":[3],\"fromVersion\":7}", TOKEN).body())
                .contains("\"code\":\"BadVersion\"").contains("read configVersion at /v1/status");
        assertThat(post(any, "/v1/reconfig", "{\"remove\":[1,2,3]}", TOKEN).body())
                .contains("no participant would be left");
        assertThat(post(any, "/v1/reconfig", "{\"add\":\"server.9=127.0.0.1:1:2;3\"}", TOKEN).body())
                .contains("\"code\":\"NewConfigNoQuorum\"");
        assertThat(post(any, "/v1/level", "{\"level\":5}", TOKEN).body()).contains("raised by one");
    }

    /** The member that leads now, among those that are left. */
    private MemberProcess ensembleWithout(MemberProcess removed) {
        return ensemble.members().stream().filter(member -> !member.equals(removed))
                .filter(member -> member.role().filter("leader"::equals).isPresent()).findFirst().orElseThrow();
    }

    private static HttpResponse<String> post(MemberProcess member, String path, String body, String token)
            throws Exception {
        return HTTP.send(HttpRequest.newBuilder(member.adminAddress().resolve(path)).timeout(Duration.ofSeconds(40))
                .header("Authorization", "Bearer " + token).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }
}
