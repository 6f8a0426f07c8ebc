package dev.quorate.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.operator.plan.Roles.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoleLabelsTest {
    private static final List<Change> CHANGES = List.of(new Change("zk-1", "u1", true, "follower"),
            new Change("zk-2", "u2", false, "observer"), new Change("zk-3", "u3", false, "leader"));

    private final List<String> written = new ArrayList<>();

    @Test
    void nobodyIsCalledLeaderWhileAnotherStillIs() {
        assertThat(write(Set.of("zk-1"))).isFalse();
        assertThat(written).containsExactly("zk-2");
    }

    @Test
    void aLabelOfAnotherRoleHoldsUpNobody() {
        assertThat(write(Set.of("zk-2"))).isFalse();
        assertThat(written).containsExactly("zk-1", "zk-3");
        written.clear();
        assertThat(write(Set.of())).isTrue();
        assertThat(written).containsExactly("zk-1", "zk-2", "zk-3");
    }

    private boolean write(Set<String> refused) {
        return RoleLabels.write(CHANGES, change -> !refused.contains(change.pod()) && written.add(change.pod()));
    }
}
