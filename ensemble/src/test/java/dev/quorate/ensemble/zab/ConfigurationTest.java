package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Quorums of one set of members, and of two while a change is under way. */
class ConfigurationTest {
    /** Voters with these ids, each with the incarnation 100 + id. */
    private static List<ConfigMember> voters(int... ids) {
        List<ConfigMember> voters = new ArrayList<>();
        for (int id : ids) {
            voters.add(new ConfigMember(id, 100 + id, true, "m" + id));
        }
        return voters;
    }

    private static ConfigMember observer(int id) {
        return new ConfigMember(id, 0, false, "m" + id);
    }

    private static boolean isQuorum(Configuration configuration, Integer... holders) {
        Set<Integer> ids = Set.of(holders);
        return configuration.isQuorum((id, incarnation) -> ids.contains(id) && incarnation == 100 + id);
    }

    @Test
    void aQuorumIsMoreThanHalfOfTheVoters() {
        Configuration four = Configuration.founding(voters(1, 2, 3, 4));
        assertThat(isQuorum(four, 1, 2)).isFalse();
        assertThat(isQuorum(four, 1, 2, 4)).isTrue();
        assertThat(isQuorum(Configuration.founding(voters(7)), 7)).isTrue();
    }

    @Test
    void observersAreInNoQuorum() {
        List<ConfigMember> members = voters(1, 2, 3);
        members.add(observer(4));
        Configuration configuration = Configuration.founding(members);
        assertThat(isQuorum(configuration, 1, 4)).isFalse();
        assertThat(configuration.isVoter(4, 0)).isFalse();
        assertThat(configuration.voters()).containsExactly(1, 2, 3);
        assertThat(configuration.observers()).containsExactly(4);
    }

    @Test
    void anotherDiskUnderTheSameIdDoesNotCount() {
        Configuration configuration = Configuration.founding(voters(1, 2, 3));
        assertThat(configuration.isVoter(2, 102)).isTrue();
        assertThat(configuration.isVoter(2, 666)).isFalse();
        assertThat(configuration.isQuorum((id, incarnation) -> id == 1 || incarnation == 666)).isFalse();
    }

    @Test
    void aJointConfigurationNeedsAQuorumOfTheOldAndOneOfTheNext() {
        Configuration joint = Configuration.founding(voters(1, 2, 3)).joint(voters(3, 4, 5, 6, 7));
        assertThat(isQuorum(joint, 1, 2, 3)).as("the old alone").isFalse();
        assertThat(isQuorum(joint, 4, 5, 6, 7)).as("the next alone").isFalse();
        assertThat(isQuorum(joint, 1, 3, 4, 5)).isTrue();
        assertThat(isQuorum(joint, 1, 4, 5, 6)).as("one of three old").isFalse();
        assertThat(joint.all()).extracting(ConfigMember::id).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(joint.isVoter(1, 101)).isTrue();
        assertThat(joint.staysVoter(1, 101)).isFalse();
        assertThat(joint.highestId()).isEqualTo(7);
    }

    @Test
    void theQuorumsValueIsTheLowerOneOfOldAndNext() {
        Configuration old = Configuration.founding(voters(1, 2, 3));
        Configuration joint = old.joint(voters(3, 4, 5));
        long[] reached = {0, 50, 40, 30, 20, 10};
        Configuration.Progress progress = (id, incarnation) -> reached[id];
        assertThat(old.quorumValue(progress)).isEqualTo(40);
        assertThat(joint.quorumValue(progress)).isEqualTo(20);
        assertThat(Configuration.founding(voters(1, 2, 3, 4)).quorumValue(progress)).isEqualTo(30);
    }

    @Test
    void whileADiskIsReadmittedTheFormerOneCountsForTheOldMembersAndTheNewOneForTheNext() {
        List<ConfigMember> next = List.of(new ConfigMember(1, 101, true, ""), new ConfigMember(2, 222, true, ""),
                new ConfigMember(3, 103, true, ""));
        Configuration joint = Configuration.founding(voters(1, 2, 3)).joint(next);
        assertThat(joint.isQuorum((id, incarnation) -> id == 1 || incarnation == 222)).isFalse();
        assertThat(joint.isQuorum((id, incarnation) -> id == 1 || incarnation == 102)).isFalse();
        assertThat(joint.isQuorum((id, incarnation) -> id != 2)).isTrue();
        assertThat(joint.isVoter(2, 102)).isTrue();
        assertThat(joint.isVoter(2, 222)).isTrue();
    }

    @Test
    void aChangeEndsWithItsNextMembersAndRemembersTheHighestId() {
        Configuration done = Configuration.founding(voters(1, 2, 9)).changed(77, 1, voters(1, 2, 3));
        assertThat(done.version()).isEqualTo(77);
        assertThat(done.isJoint()).isFalse();
        assertThat(done.highestId()).isEqualTo(9);
        assertThat(done.member(9)).isNull();
    }

    @Test
    void impossibleMembersAreRefused() {
        assertThatThrownBy(() -> Configuration.founding(List.of(observer(1)))).hasMessageContaining("voter");
        assertThatThrownBy(() -> Configuration.founding(voters(1, 1))).hasMessageContaining("1");
        assertThatThrownBy(() -> Configuration.founding(voters(0, 1))).hasMessageContaining("0");
        assertThatThrownBy(() -> new Configuration(1, 1, 2, voters(1, 2, 3), null)).hasMessageContaining("3");
    }
}
