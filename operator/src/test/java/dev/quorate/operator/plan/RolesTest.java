package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Answer.Committed;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.Roles.Change;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolesTest {
    private final TreeMap<Integer, PodSeen> pods = new TreeMap<>();
    private final TreeMap<Integer, Answer> answers = new TreeMap<>();
    private long nowMs;

    @Test
    void eachMemberIsLabelledByItsOwnWord() {
        member(1, null, true, Role.LEADER, 1, true);
        member(2, null, true, Role.FOLLOWER, 1, true);
        member(3, "looking", true, Role.LOOKING, 1, false);
        member(4, "observer", true, Role.OBSERVER, 1, true);
        assertThat(changes()).containsExactly(new Change("zk-2", "uid2", false, "follower"),
                new Change("zk-3", "uid3", false, null),
                new Change("zk-1", "uid1", false, "leader"));
    }

    @Test
    void theOldLeaderLosesTheLabelBeforeTheNewOneGetsIt() {
        member(1, "follower", true, Role.LEADER, 2, true);
        member(2, "leader", true, Role.FOLLOWER, 2, true);
        assertThat(changes()).containsExactly(new Change("zk-2", "uid2", true, "follower"),
                new Change("zk-1", "uid1", false, "leader"));
    }

    @Test
    void ofTwoWhoSayThatTheyLeadTheLaterEpochIsRight() {
        member(1, "leader", true, Role.LEADER, 2, true);
        member(2, "follower", true, Role.LEADER, 3, true);
        assertThat(changes()).containsExactly(new Change("zk-1", "uid1", true, null),
                new Change("zk-2", "uid2", false, "leader"));
    }

    @Test
    void aLeaderThatIsNotInSyncIsNone() {
        member(1, "leader", true, Role.LEADER, 2, false);
        assertThat(changes()).containsExactly(new Change("zk-1", "uid1", true, null));
    }

    @Test
    void anOldAnswerSaysNothing() {
        member(1, "leader", true, Role.LEADER, 2, true);
        nowMs = Observed.ANSWER_LIFE_MS + 1;
        assertThat(changes()).containsExactly(new Change("zk-1", "uid1", true, null));
    }

    @Test
    void aPodOfSomebodyElseIsLeftAlone() {
        member(1, null, false, Role.LEADER, 2, true);
        assertThat(changes()).isEmpty();
    }

    private List<Change> changes() {
        return Roles.changes(new Observed(nowMs, new Names("ns", "zk"), new Owner("zk", "cr"),
                EnsembleSpec.of(3, "i", StorageSpec.defaults()), "cr", null, new TreeMap<>(), pods, answers,
                List.of()));
    }

    private void member(int id, @Nullable String label, boolean ours, Role role, long epoch, boolean inSync) {
        pods.put(id, new PodSeen(id, "zk-" + id, "uid" + id, "127.0.0.1", "n", ours, false, false, false, true, "h",
                "config", "true", label, 0, false, null, null));
        answers.put(id, new Answer(0, "uid" + id, "v1", "0.1.0", "cr", role, inSync ? 1 : 0, epoch, Committed.NONE,
                true, inSync, null, 1, null));
    }
}
