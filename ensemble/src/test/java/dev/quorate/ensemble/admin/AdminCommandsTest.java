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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdminCommandsTest {
    private final List<String> handedOver = new ArrayList<>();

    private String post(PeerView peer, String token, String path, String bearer) throws Exception {
        var status = new Status(new Status.Identity(1, "c", 1, 1, true, "h:2181", 5), peer,
                new Status.Membership(peer.configuration(), null), new Status.Tree(1, 1, 1, 1, 1, 1, 1),
                new Status.Work(1, 1, 1, 1, 1, 1), new Status.Disk(1, false, false, 1));
        var seen = new Observation(status,
                new Observation.Traffic(0, 0, 0, 0, 0, 0, 0, 0, new Histogram()), false);
        var answer = new CompletableFuture<String>();
        new AdminCommands(new AskLoop(Runnable::run, () -> seen, 1000), token, 1000,
                Map.of("/v1/handover", AdminCommands.handOver(handedOver::add)))
                .post(path, bearer, "", (code, type, text) -> answer.complete(code + " " + text));
        return answer.get(10, TimeUnit.SECONDS);
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
