package dev.quorate.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Committed;
import dev.quorate.operator.plan.Answer.Role;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdminClientTest {
    @Test
    void theStatusOfAMemberIsRead() {
        try (var admin = new AdminClient()) {
            Answer answer = admin.parse(
                    """
                            {"apiVersion":"v1","version":"0.1.0","id":2,"clusterId":"c","incarnation":"ab","boot":3,"level":1,"supportedLevel":2,
                            "role":"follower","epoch":2,"leader":1,"lastLoggedZxid":"0x200000001","committedZxid":"0x200000001",
                            "appliedZxid":"0x200000001","configVersion":"0x200000001","highestId":5,"voters":[1,2,3],"observers":[4],
                            "change":[{"id":1},{"id":5}],
                            "learners":[],"founded":true,"inSync":true,"stayOutReason":null,"clientAddress":"zk-2:2181",
                            "sessions":0,"settings":{"snapCount":"500"},"later":{}}""",
                    "uid", 7);
            assertThat(answer).isEqualTo(new Answer(7, "uid", "v1", "0.1.0", "c", Role.FOLLOWER, 1, 2,
                    new Committed(0x200000001L, 1, 5, List.of(1, 2, 3), List.of(4), true, List.of(1, 5)), true, true,
                    null, 2, new TreeMap<>(Map.of("snapCount", "500"))));
        }
    }

    @Test
    void aRoleOfALaterReleaseIsUnknown() {
        try (var admin = new AdminClient()) {
            assertThat(admin.parse("{\"role\":\"witness\"}", "uid", 0).role()).isEqualTo(Role.UNKNOWN);
        }
    }

    @Test
    void whatIsNoJsonIsNoAnswer() {
        try (var admin = new AdminClient()) {
            assertThatThrownBy(() -> admin.parse("<html>", "uid", 0)).isInstanceOf(UncheckedIOException.class);
        }
    }
}
