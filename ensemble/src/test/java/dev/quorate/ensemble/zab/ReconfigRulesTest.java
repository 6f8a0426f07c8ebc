package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes of the members, as far as the protocol is concerned: which configuration rules which decision. */
class ReconfigRulesTest {
    private static final long E1 = Zxid.of(1, 5);
    private static final int JOINT = 100;
    private static final int FINAL = 101;
    /** Voters 1, 2, 3 before, and 1, 4, 5 after the change; incarnations are 100 + id. */
    private static final Configuration OLD = Configuration.founding(voters(1, 2, 3, 4, 5)).changed(7, 1,
            voters(1, 2, 3));

    private static List<ConfigMember> voters(int... ids) {
        List<ConfigMember> voters = new ArrayList<>();
        for (int id : ids) {
            voters.add(new ConfigMember(id, 100 + id, true, "m" + id));
        }
        return voters;
    }

    private static PeerSettings settings(List<ConfigMember> next) {
        return Rig.SETTINGS.withConfigurations(entry -> switch (entry.payload().bytes()[0]) {
            case JOINT -> OLD.joint(next);
            case FINAL -> OLD.changed(entry.zxid(), 1, next);
            default -> null;
        });
    }

    private static Rig founded(List<ConfigMember> next) {
        return Rig.founded(settings(next), 3, 1, 1, E1);
    }

    private static Rig order(Rig rig, int kind) {
        return rig.step(new Event.Submitted(List.of(new Payload(new byte[]{(byte) kind})), 5000));
    }

    /** An activated leader of epoch 2 with learners 2, 4 and 5, which has ordered the joint configuration. */
    private static Rig joint(List<ConfigMember> next) {
        Rig rig = founded(next).activate(2).join(4, 2).join(5, 2);
        rig.answerHeartbeat(4, 2).answerHeartbeat(5, 2);
        return order(rig, JOINT);
    }

    private static Rig ack(Rig rig, int id, int counter) {
        return rig.receive(id, new Message.Ack(2, Zxid.of(2, counter)));
    }

    private static long committed(Rig rig) {
        return rig.peer.view().committedZxid();
    }

    @Test
    void aConfigurationIsInForceAsSoonAsItIsAppended() {
        Rig rig = joint(voters(1, 4, 5));
        assertThat(rig.peer.view().configuration().isJoint()).isTrue();
        assertThat(rig.all(Effect.ConfigurationChanged.class)).hasSize(1);
        assertThat(committed(rig)).isEqualTo(E1);
    }

    @Test
    void aJointEntryNeedsAQuorumOfTheOldAndOneOfTheNext() {
        Rig rig = joint(voters(1, 4, 5)).appended(Zxid.of(2, 1));
        ack(rig, 2, 1);
        assertThat(committed(rig)).as("old alone").isEqualTo(E1);
        ack(rig, 4, 1);
        assertThat(committed(rig)).isEqualTo(Zxid.of(2, 1));
        Rig other = joint(voters(1, 4, 5)).appended(Zxid.of(2, 1));
        ack(ack(other, 4, 1), 5, 1);
        assertThat(committed(other)).as("next alone").isEqualTo(E1);
    }

    @Test
    void afterTheFinalEntryOnlyTheNewMembersCount() {
        Rig rig = joint(voters(1, 4, 5)).appended(Zxid.of(2, 1));
        ack(ack(rig, 2, 1), 4, 1);
        order(rig, FINAL).appended(Zxid.of(2, 2));
        ack(rig, 2, 2);
        assertThat(committed(rig)).isEqualTo(Zxid.of(2, 1));
        ack(rig, 5, 2);
        assertThat(committed(rig)).isEqualTo(Zxid.of(2, 2));
        assertThat(rig.peer.view().configuration().voters()).containsExactly(1, 4, 5);
    }

    @Test
    void aSyncNeedsAQuorumOfTheOldAndOneOfTheNext() {
        Rig rig = joint(voters(1, 4, 5)).step(new Event.SyncRequested(9));
        rig.answerHeartbeat(2, 2);
        assertThat(rig.has(Effect.SyncReady.class)).isFalse();
        assertThat(rig.answerHeartbeat(4, 2).has(Effect.SyncReady.class)).isTrue();
    }

    @Test
    void aLeaderThatIsNotAmongTheNewMembersDoesNotCountItselfAndHandsOver() {
        Rig rig = joint(voters(2, 4, 5)).appended(Zxid.of(2, 1));
        ack(ack(rig, 2, 1), 4, 1);
        assertThat(committed(rig)).isEqualTo(Zxid.of(2, 1));
        order(rig, FINAL).appended(Zxid.of(2, 2));
        ack(rig, 4, 2);
        assertThat(committed(rig)).as("its own disk does not count").isEqualTo(Zxid.of(2, 1));
        ack(rig, 5, 2);
        assertThat(committed(rig)).isEqualTo(Zxid.of(2, 2));
        rig.tickAfter(10);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.sentTo(2)).anyMatch(Message.HandOver.class::isInstance);
        assertThat(rig.peer.view().stayOutReason()).contains("not part of the ensemble any more");
    }

    @Test
    void aRetiredLeaderThatNobodyCanSucceedYetIsStillHeard() {
        Rig rig = joint(voters(1, 4, 5)).appended(Zxid.of(2, 1));
        ack(ack(rig, 2, 1), 4, 1);
        order(rig, FINAL).appended(Zxid.of(2, 2));
        ack(ack(rig, 4, 2), 5, 2).linkDown(4).linkDown(5);
        rig.pass(Rig.SETTINGS.heartbeatMs());
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.sentTo(2)).anyMatch(Message.Heartbeat.class::isInstance);
    }

    @Test
    void aCandidateWithAJointEntryNeedsVotesOfBothAlsoOfThoseWhoHaveNotHeardOfIt() {
        Rig rig = withJointInItsLog().fenced(E1).linkUp(2).linkUp(4);
        rig.receive(2, Rig.ballot(1, E1 - 1, 0)).receive(2, Rig.ballot(1, E1 - 1, 1));
        assertThat(rig.role()).as("a quorum of the old").isEqualTo(RoleName.LOOKING);
        rig.receive(4, Rig.ballot(0, 0, 0)).receive(4, Rig.ballot(0, 0, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
    }

    private static Rig withJointInItsLog() {
        Recovered recovered = Rig.recovered(3, 1, 1, E1);
        return new Rig(settings(voters(1, 4, 5)), Rig.founders(3), recovered,
                List.of(new ConfigurationAt(Zxid.of(1, 1), OLD), new ConfigurationAt(E1, OLD.joint(voters(1, 4, 5)))));
    }

    @Test
    void aMemberThatMayBeTheOnlyOneToHaveItsOwnRemovalStandsWithoutCountingItself() {
        Recovered recovered = Rig.recovered(3, 1, 1, E1);
        Rig rig = new Rig(settings(voters(2, 3)), Rig.founders(3), recovered,
                List.of(new ConfigurationAt(Zxid.of(1, 4), OLD.joint(voters(2))),
                        new ConfigurationAt(E1, OLD.changed(E1, 1, voters(2)))))
                .fenced(E1).linkUp(2);
        rig.receive(2, Rig.ballot(1, E1 - 1, 0)).receive(2, Rig.ballot(1, E1 - 1, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        rig.receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, E1 - 1)).saved();
        assertThat(rig.has(Effect.Activated.class)).as("its own disk does not count").isFalse();
    }

    @Test
    void anEpochNeedsPromisesOfBothWhileJoint() {
        Rig rig = withJointInItsLog().fenced(E1).linkUp(2).linkUp(4);
        for (int id : new int[]{2, 4}) {
            rig.receive(id, Rig.ballot(0, 0, 0)).receive(id, Rig.ballot(0, 0, 1));
        }
        rig.receive(2, new Message.LearnerInfo(1));
        assertThat(rig.has(Effect.SaveEpochs.class)).as("a quorum of the old spoke").isFalse();
        rig.receive(4, new Message.LearnerInfo(0)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, E1));
        assertThat(rig.has(Effect.SaveEpochs.class)).isFalse();
        assertThat(rig.receive(4, new Message.AckEpoch(2, true, 0, 0)).has(Effect.SaveEpochs.class)).isTrue();
    }

    @Test
    void aTruncatedConfigurationFalls() {
        Rig rig = withJointInItsLog().fenced(E1).linkUp(2);
        assertThat(rig.peer.view().configuration().isJoint()).isTrue();
        rig.receive(2, new Message.Lead(2, true, 2, E1)).receive(2, new Message.NewEpoch(2)).saved();
        rig.receive(2, new Message.Trunc(2, E1 - 1));
        rig.step(new Event.Truncated(rig.generation(), E1 - 1));
        assertThat(rig.peer.view().configuration()).isEqualTo(OLD);
        assertThat(rig.all(Effect.ConfigurationChanged.class)).containsExactly(new Effect.ConfigurationChanged(OLD));
    }

    @Test
    void aStagedHistoryBeginsWithTheConfigurationOfItsSnapshot() {
        Rig rig = founded(voters(1, 4, 5)).follow(2).receive(2, new Message.Snap(2));
        Configuration other = OLD.changed(50, 1, voters(1, 2));
        rig.step(new Event.SnapshotStaged(rig.generation(), Zxid.of(1, 50), 7, other));
        assertThat(rig.peer.view().configuration().voters()).as("not installed yet").containsExactly(1, 2, 3);
        rig.receive(2, new Message.Diff(2, Zxid.of(1, 50))).receive(2, new Message.NewLeader(2, Zxid.of(1, 50)))
                .saved();
        assertThat(rig.peer.view().configuration()).isEqualTo(other);
    }

    @Test
    void aStrangerVotesAndPromisesWhenItIsAsked() {
        Rig rig = new Rig(PeerSettings.defaults(9, 109), Rig.founders(3), Rig.recovered(3, 0, 0)).fenced(0).linkUp(2);
        rig.receive(2, new Message.Ballot(0, 0, true, 2, List.of(9)));
        assertThat(rig.sentTo(2)).anyMatch(m -> m instanceof Message.Ballot b && b.vote() == 2 && !b.viable());
        rig.receive(2, new Message.Lead(0, false, 0, 0)).receive(2, new Message.NewEpoch(4));
        assertThat(rig.all(Effect.SaveEpochs.class)).hasSize(1);
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.AckEpoch(4, true, 0, 0));
    }

    @Test
    void aStrangerIsALearnerAndInNoQuorum() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).join(9, 2).submit(1).appended(Zxid.of(2, 1));
        ack(rig, 9, 1);
        assertThat(committed(rig)).isEqualTo(E1);
        assertThat(rig.peer.view().learners()).anyMatch(learner -> learner.id() == 9 && learner.inSync()
                && !learner.voter());
    }

    @Test
    void aRemovedMemberDoesNotStandAndSaysWhy() {
        Recovered recovered = Rig.recovered(3, 1, 1, E1);
        Rig rig = new Rig(settings(voters(2, 3)), Rig.founders(3), recovered,
                List.of(new ConfigurationAt(Zxid.of(1, 1), OLD.changed(9, 1, voters(2, 3))))).fenced(E1).linkUp(2);
        rig.receive(2, Rig.ballot(1, E1, 0));
        assertThat(rig.sentTo(2)).noneMatch(m -> m instanceof Message.Ballot b && b.viable());
        rig.receive(2, new Message.Lead(2, true, 2, E1)).receive(2, new Message.NewEpoch(2)).saved();
        rig.receive(2, new Message.Diff(2, E1)).receive(2, new Message.NewLeader(2, E1)).saved();
        rig.receive(2, new Message.UpToDate(2, E1));
        assertThat(rig.peer.view().inSync()).isFalse();
        assertThat(rig.peer.view().stayOutReason()).contains("not part of the ensemble any more");
    }

    @Test
    void aStrangersLaterPromiseDoesNotEndAnEpochUnlessItIsToVote() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(9).receive(9, new Message.LearnerInfo(77));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        rig.receive(9, new Message.AckEpoch(2, false, 0, E1)).receive(9, new Message.AckNewLeader(2, E1));
        assertThat(rig.peer.view().learners()).anyMatch(learner -> learner.id() == 9 && !learner.counts());
        rig.step(new Event.NewEpochWanted()).fenced(E1);
        rig.receive(2, new Message.LearnerInfo(2));
        assertThat(rig.all(Effect.SaveEpochs.class)).allMatch(save -> save.acceptedEpoch() == 78).isNotEmpty();
    }
}
