package dev.quorate.ensemble.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Histogram;
import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdminCommandsTest {
    private final List<String> handedOver = new ArrayList<>();

    private String post(PeerView peer, String token, String path, String bearer) throws Exception {
        var seen = observation(peer);
        var answer = new CompletableFuture<String>();
        new AdminCommands(new AskLoop(Runnable::run, () -> seen, 1000), token, 1000,
                Map.of("/v1/handover", AdminCommands.handOver(handedOver::add)))
                .post(path, bearer, "", (code, type, text) -> answer.complete(code + " " + text));
        return answer.get(10, TimeUnit.SECONDS);
    }

    private static Observation observation(PeerView peer) {
        var status = new Status(new Status.Identity(1, "c", 1, 1, true, "h:2181", 5), peer,
                new Status.Membership(peer.configuration(), null), new Status.Tree(1, 1, 1, 1, 1, 1, 1),
                new Status.Work(1, 1, 1, 1, 1, 1), new Status.Disk(1, false, false, 1));
        return new Observation(status, new Observation.Traffic(0, 0, 0, 0, 0, 0, 0, 0, new Histogram()), false);
    }

    private static PeerView view(RoleName role, int leader, boolean voterInSync) {
        return new PeerView(role, 2, leader, 0, true, 1, 1,
                List.of(new LearnerView(2, 12, 1, true, voterInSync, true, 1)), 1,
                Configuration.founding(List.of(new ConfigMember(1, 0, true, ""))), null);
    }

    @Test
    void theLeaderHandsOverWhenTheTokenIsRight() throws Exception {
        assertThat(post(view(RoleName.LEADING, 1, true), "secret", "/v1/handover", "secret"))
                .isEqualTo("202 {\"result\":\"handing over\"}\n");
        assertThat(handedOver).hasSize(1);
    }

    @Test
    void settingsAreGivenAsAWholeAndAnsweredWithWhatIsInForce() {
        var live = new FakeSettings();
        assertThat(set(live, "{\"snapCount\": 500, \"words\": [\"ruok\", \"stat\"]}"))
                .isEqualTo("200 {\"snapCount\":\"500\",\"words\":\"ruok,stat\"}\n");
        assertThat(set(live, "{\"snapCount\": 600}")).isEqualTo("200 {\"snapCount\":\"600\"}\n");
        assertThat(set(live, "{\"snapCount\": 0}")).isEqualTo("400 {\"error\":\"no\"}\n");
        assertThat(set(live, "{\"tickTime\": 500}")).startsWith("400 {\"error\":\"the field tickTime is not known");
        assertThat(set(live, "snapCount=5")).startsWith("400 ");
        assertThat(live.given()).containsExactly(Map.entry("snapCount", "600"));
        assertThat(set(live, "{}")).isEqualTo("200 {}\n");
    }

    private static String set(SettingsCommand.Live live, String body) {
        var answer = new CompletableFuture<String>();
        new AdminCommands(new AskLoop(Runnable::run, () -> observation(view(RoleName.FOLLOWING, 3, true)), 1000),
                "secret", 1000, Map.of("/v1/settings", new SettingsCommand(live)::set))
                .post("/v1/settings", "secret", body, (code, type, text) -> answer.complete(code + " " + text));
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Takes everything but a zero. */
    private static final class FakeSettings implements SettingsCommand.Live {
        private SortedMap<String, String> given = new TreeMap<>();

        @Override
        public Set<String> keys() {
            return new TreeSet<>(List.of("snapCount", "words"));
        }

        @Override
        public SortedMap<String, String> given() {
            return given;
        }

        @Override
        public String give(Map<String, String> settings) {
            if (settings.containsValue("0")) {
                return "no";
            }
            given = new TreeMap<>(settings);
            return "";
        }
    }

    @Test
    void nothingIsDoneWithoutTheToken() throws Exception {
        for (var wrong : List.of("", "secre", "secrets", "Secret")) {
            assertThat(post(view(RoleName.LEADING, 1, true), "secret", "/v1/handover", wrong)).startsWith("401 ");
        }
        assertThat(post(view(RoleName.LEADING, 1, true), "", "/v1/handover", ""))
                .isEqualTo("403 {\"error\":\"this member takes no commands: set quorate.adminTokenFile\"}\n");
        assertThat(handedOver).isEmpty();
    }

    @Test
    void whoCanNotHandOverSaysWhy() throws Exception {
        assertThat(post(view(RoleName.FOLLOWING, 3, true), "secret", "/v1/handover", "secret"))
                .isEqualTo("409 {\"error\":\"this member does not lead: member 3 does\"}\n");
        assertThat(post(view(RoleName.LOOKING, 0, true), "secret", "/v1/handover", "secret"))
                .isEqualTo("409 {\"error\":\"this member does not lead, and knows nobody who does\"}\n");
        assertThat(post(view(RoleName.LEADING, 1, false), "secret", "/v1/handover", "secret"))
                .isEqualTo("409 {\"error\":\"no other voter is in sync\"}\n");
        assertThat(handedOver).isEmpty();
    }

    @Test
    void otherCommandsAreNotThere() throws Exception {
        assertThat(post(view(RoleName.LEADING, 1, true), "secret", "/v1/other", "secret"))
                .isEqualTo("404 {\"error\":\"there is no such command: /v1/handover\"}\n");
    }
}
