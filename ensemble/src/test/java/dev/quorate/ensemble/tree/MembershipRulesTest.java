package dev.quorate.ensemble.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Changes of the members: what is accepted, what the leader makes of it, and what clients see. */
class MembershipRulesTest {
    private static final Origin LEADER = new Origin(0, 0, 0);
    private static final String NEW = "server.2=b:2888:3888;2181";

    private final TestTree tree = new TestTree();
    private final Caller root = TestTree.with(tree.caller, Identity.SUPER);

    private Outcome reconfig(String joining, String leaving, long fromVersion) {
        return tree.apply(root, new Command.Reconfig(joining, leaving, null, fromVersion));
    }

    private Membership membership() {
        return Objects.requireNonNull(tree.tree.membership());
    }

    private PendingChange pending() {
        return Objects.requireNonNull(membership().pending());
    }

    private static ConfigMember voter(int id, long incarnation, String address) {
        return new ConfigMember(id, incarnation, true, address);
    }

    private Outcome leader(Command command) {
        return tree.apply(LEADER, Caller.ENSEMBLE, command);
    }

    private List<ConfigMember> twoMembers() {
        return List.of(membership().configuration().members().getFirst(),
                voter(2, 22, "b:2888:3888:participant;b:2181"));
    }

    private String configText() {
        Response.Data data = (Response.Data) tree.read(new Request.GetData("/zookeeper/config", false));
        return Objects.requireNonNull(data.data()).text();
    }

    private static void assertFailed(Outcome outcome, ErrorCode error) {
        assertThat(outcome).isEqualTo(new Outcome.Failed(error));
    }

    @Test
    void anAcceptedChangeIsReplicatedAndChangesNothingYet() {
        String before = configText();
        assertThat(reconfig(NEW, "", -1)).isEqualTo(new Outcome.ChangeAccepted());
        assertThat(pending().members()).extracting(ConfigMember::id).containsExactly(1, 2);
        assertThat(pending().origin()).isEqualTo(TestTree.ORIGIN);
        assertThat(membership().configuration().voters()).containsExactly(1);
        assertThat(configText()).isEqualTo(before);
    }

    @Test
    void oneChangeAtATime() {
        reconfig(NEW, "", -1);
        assertFailed(reconfig(NEW, "", -1), ErrorCode.RECONFIG_IN_PROGRESS);
        leader(new Command.Abandon(pending().zxid(), ErrorCode.NEW_CONFIG_NO_QUORUM));
        leader(new Command.Joint(0, membership().configuration().joint(twoMembers())));
        assertFailed(reconfig(NEW, "", -1), ErrorCode.RECONFIG_IN_PROGRESS);
    }

    @Test
    void theVersionIsComparedFirst() {
        assertFailed(reconfig("nonsense", "", 4711), ErrorCode.BAD_VERSION);
        assertFailed(reconfig("nonsense", "", tree.tree.configVersion()), ErrorCode.BAD_ARGUMENTS);
        assertThat(reconfig(NEW, "", tree.tree.configVersion())).isInstanceOf(Outcome.ChangeAccepted.class);
    }

    @Test
    void onlyWhoMayWriteTheConfigZnodeChangesIt() {
        assertFailed(tree.apply(tree.caller, new Command.Reconfig(NEW, "", null, -1)), ErrorCode.NO_AUTH);
    }

    @Test
    void atLeastOneVoterStays() {
        assertFailed(reconfig("", "1", -1), ErrorCode.BAD_ARGUMENTS);
        assertFailed(reconfig("server.1=a:2888:3888:observer;2181", "", -1), ErrorCode.BAD_ARGUMENTS);
    }

    @Test
    void anIdIsNeverGivenAgain() {
        reconfig("server.5=e:2888:3888;2181", "", -1);
        finish(List.of(membership().configuration().members().getFirst(),
                voter(5, 55, "e:2888:3888:participant;e:2181")));
        reconfig("", "5", -1);
        finish(List.of(membership().configuration().members().getFirst()));
        assertFailed(reconfig("server.5=f:2888:3888;2181", "", -1), ErrorCode.BAD_ARGUMENTS);
        assertFailed(reconfig("server.4=f:2888:3888;2181", "", -1), ErrorCode.BAD_ARGUMENTS);
        assertThat(reconfig("server.6=f:2888:3888;2181", "", -1)).isInstanceOf(Outcome.ChangeAccepted.class);
    }

    private Outcome finish(List<ConfigMember> next) {
        long change = pending().zxid();
        leader(new Command.Joint(change, membership().configuration().joint(next)));
        Configuration joint = membership().configuration();
        return leader(new Command.Final(change, joint.level(), joint.highestId(), next));
    }

    @Test
    void theBulkFormNamesAllMembers() {
        String all = "server.1=a:2888:3888:participant;2181\nserver.3=c:2888:3888:observer;2181\nversion=0";
        assertThat(tree.apply(root, new Command.Reconfig("", "", all, -1))).isInstanceOf(Outcome.ChangeAccepted.class);
        assertThat(pending().members()).extracting(ConfigMember::voter).containsExactly(true, false);
    }

    @Test
    void whoAskedIsToldWhenTheChangeIsDone() {
        reconfig(NEW, "", -1);
        long seq = pending().seq();
        Outcome done = finish(twoMembers());
        assertThat(done).isInstanceOfSatisfying(Outcome.ChangeDone.class, change -> {
            assertThat(change.origin()).isEqualTo(TestTree.ORIGIN);
            assertThat(change.seq()).isEqualTo(seq);
            assertThat(change.result()).isInstanceOfSatisfying(Outcome.Reconfigured.class,
                    told -> assertThat(told.text().text()).isEqualTo(configText()));
        });
        assertThat(membership().pending()).isNull();
        assertThat(configText()).isEqualTo("server.1=a:2888:3888:participant;0.0.0.0:2181\n"
                + "server.2=b:2888:3888:participant;b:2181\nversion=" + Long.toHexString(tree.zxid));
        assertThat(tree.tree.configVersion()).isEqualTo(tree.zxid);
    }

    @Test
    void theConfigWatchFiresWhenTheChangeIsDoneAndNotBefore() {
        tree.read(new Request.GetData("/zookeeper/config", true));
        reconfig(NEW, "", -1);
        leader(new Command.Joint(pending().zxid(), membership().configuration().joint(twoMembers())));
        assertThat(tree.events).isEmpty();
        leader(new Command.Final(pending().zxid(), 1, 2, twoMembers()));
        assertThat(tree.events).extracting(WatchEvent::path).containsExactly("/zookeeper/config");
    }

    @Test
    void anAbandonedChangeTellsWhyAndLeavesAllAsItWas() {
        String before = configText();
        reconfig(NEW, "", -1);
        Outcome done = leader(new Command.Abandon(pending().zxid(), ErrorCode.NEW_CONFIG_NO_QUORUM));
        assertThat(done).isInstanceOfSatisfying(Outcome.ChangeDone.class,
                change -> assertFailed(change.result(), ErrorCode.NEW_CONFIG_NO_QUORUM));
        assertThat(membership().isChanging()).isFalse();
        assertThat(configText()).isEqualTo(before);
    }

    @Test
    void aDiskIsReadmittedBesideAnAcceptedChange() {
        reconfig(NEW, "", -1);
        List<ConfigMember> next = List.of(membership().configuration().members().getFirst().withIncarnation(99));
        leader(new Command.Joint(0, membership().configuration().joint(next)));
        assertThat(leader(new Command.Final(0, 1, 2, next))).isEqualTo(new Outcome.Configured());
        assertThat(membership().configuration().members().getFirst().incarnation()).isEqualTo(99);
        assertThat(pending().members()).hasSize(2);
    }

    @Test
    void onlyTheLeaderOrdersConfigurations() {
        Configuration joint = membership().configuration().joint(twoMembers());
        for (Command command : List.of(new Command.Joint(0, joint), new Command.Final(0, 1, 2, twoMembers()),
                new Command.Abandon(0, ErrorCode.OK))) {
            assertFailed(tree.apply(root, command), ErrorCode.BAD_ARGUMENTS);
        }
        assertThat(membership().isChanging()).isFalse();
    }

    @Test
    void aLevelIsRaisedByOneAndABuildThatDoesNotKnowItStops() {
        assertFailed(tree.apply(tree.caller, new Command.RaiseLevel(2)), ErrorCode.NO_AUTH);
        assertFailed(tree.apply(root, new Command.RaiseLevel(3)), ErrorCode.BAD_ARGUMENTS);
        assertFailed(tree.apply(root, new Command.RaiseLevel(1)), ErrorCode.BAD_ARGUMENTS);
        assertThat(tree.apply(root, new Command.RaiseLevel(2))).isInstanceOf(Outcome.ChangeAccepted.class);
        Command.Final raised = new Command.Final(pending().zxid(), 2, 1, pending().members());
        assertThatThrownBy(() -> leader(raised)).hasMessageContaining("level 2");
    }

    @Test
    void theDigestCoversTheMembersAndAChangeUnderWay() {
        TestTree other = new TestTree();
        assertThat(other.tree.digest()).isEqualTo(tree.tree.digest());
        reconfig(NEW, "", -1);
        other.apply(TestTree.with(other.caller, Identity.SUPER),
                new Command.Reconfig("server.2=c:2888:3888;2181", "", null, -1));
        assertThat(other.tree.digest()).isNotEqualTo(tree.tree.digest());
    }
}
