package dev.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.ConfigurationAt;
import dev.quorate.ensemble.zab.Zxid;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may lead: a voter, or one whose removal is the last thing that happened. */
class InvariantsTest {
    private static final Configuration FOUNDED = Configuration.founding(voters(1, 2, 3)).changed(Zxid.of(1, 1), 1,
            voters(1, 2, 3));
    private static final Configuration JOINT = FOUNDED.joint(voters(3, 4, 5));
    private static final Configuration ENDED = JOINT.changed(Zxid.of(1, 9), 1, voters(3, 4, 5));
    private static final Configuration JOINT_AGAIN = ENDED.joint(voters(3, 4, 6));
    private static final List<ConfigurationAt> COMMITTED = List.of(new ConfigurationAt(Zxid.of(1, 1), FOUNDED),
            new ConfigurationAt(Zxid.of(1, 8), JOINT), new ConfigurationAt(Zxid.of(1, 9), ENDED));

    @Test
    void whileJointThoseThatGoAndThoseThatCome() {
        List<ConfigurationAt> committed = COMMITTED.subList(0, 2);
        assertThat(List.of(1, 2, 3, 4, 5)).allMatch(id -> Invariants.mayLead(id, id, JOINT, committed));
        assertThat(Invariants.mayLead(6, 6, JOINT, committed)).isFalse();
        assertThat(Invariants.mayLead(1, 99, JOINT, committed)).isFalse();
    }

    @Test
    void whoWasRemovedAsLongAsThatIsTheLastChange() {
        assertThat(List.of(1, 3, 5)).allMatch(id -> Invariants.mayLead(id, id, ENDED, COMMITTED.subList(0, 2)));
        assertThat(List.of(1, 3, 5)).allMatch(id -> Invariants.mayLead(id, id, ENDED, COMMITTED));
        assertThat(List.of(3, 4, 5, 6)).allMatch(id -> Invariants.mayLead(id, id, JOINT_AGAIN, COMMITTED));
        assertThat(List.of(1, 2)).noneMatch(id -> Invariants.mayLead(id, id, JOINT_AGAIN, COMMITTED));
    }

    private static List<ConfigMember> voters(int... ids) {
        return Arrays.stream(ids).mapToObj(id -> new ConfigMember(id, id, true, "m" + id)).toList();
    }
}
