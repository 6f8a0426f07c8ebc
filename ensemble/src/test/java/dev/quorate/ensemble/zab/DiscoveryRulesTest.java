package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of discovery: a quorum promises to a new epoch. */
class DiscoveryRulesTest {
    private static final long E1 = Zxid.of(1, 5);

    private static List<Effect.SaveEpochs> saves(Rig rig) {
        return rig.all(Effect.SaveEpochs.class);
    }

    @Test
    void theLeaderTakesOneMoreThanTheHighestAcceptedEpochOfAQuorum() {
        Rig rig = Rig.founded(5, 3, 1, E1).elect5();
        assertThat(saves(rig.receive(2, new Message.LearnerInfo(7)))).isEmpty();
        assertThat(saves(rig.receive(3, new Message.LearnerInfo(4))))
                .containsExactly(new Effect.SaveEpochs(rig.generation(), 8, 1));
    }

    @Test
    void itsOwnAcceptedEpochCounts() {
        Rig rig = Rig.founded(3, 9, 1, E1).elect().receive(2, new Message.LearnerInfo(2));
        assertThat(saves(rig)).containsExactly(new Effect.SaveEpochs(rig.generation(), 10, 1));
    }

    @Test
    void theLeaderPersistsTheEpochBeforeItSaysIt() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().receive(2, new Message.LearnerInfo(1));
        assertThat(rig.sentTo(2)).isEmpty();
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.NewEpoch(2));
    }

    @Test
    void aFollowerPersistsItsAcceptedEpochBeforeItAnswers() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2).receive(2, new Message.Lead(0, false, 1, E1 + 1));
        assertThat(rig.sentTo(2)).containsExactly(new Message.LearnerInfo(1));
        rig.receive(2, new Message.NewEpoch(2));
        assertThat(rig.sentTo(2)).isEmpty();
        assertThat(saves(rig)).containsExactly(new Effect.SaveEpochs(rig.generation(), 2, 1));
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.AckEpoch(2, true, 1, E1));
    }

    @Test
    void aFollowerThatIsCalledForTwiceAnswersOnce() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2).receive(2, new Message.Lead(0, false, 1, E1 + 1));
        rig.receive(2, new Message.NewEpoch(2));
        assertThat(rig.receive(2, new Message.NewEpoch(2)).effects).as("before its promise is durable").isEmpty();
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.AckEpoch(2, true, 1, E1));
        assertThat(rig.receive(2, new Message.NewEpoch(2)).effects).isEmpty();
    }

    @Test
    void aFollowerPromisesToNoLowerEpoch() {
        Rig rig = Rig.founded(3, 5, 1, E1).fenced(E1).linkUp(2).receive(2, new Message.Lead(4, true, 4, E1));
        rig.receive(2, new Message.NewEpoch(4));
        assertThat(rig.effects).containsExactly(
                new Effect.Send(2, rig.link(2), new Message.AckEpoch(4, false, 1, E1)));
    }

    @Test
    void whoPromisedToALaterEpochLearnsInThisOneButDoesNotCount() {
        Rig rig = Rig.founded(5, 1, 1, E1).elect5().receive(2, new Message.LearnerInfo(1))
                .receive(3, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, E1)).receive(3, new Message.AckEpoch(2, true, 1, E1)).saved();
        rig.linkUp(6).receive(6, new Message.LearnerInfo(9));
        assertThat(rig.sentTo(6)).contains(new Message.NewEpoch(2));
        rig.receive(6, new Message.AckEpoch(2, false, 1, E1)).receive(6, new Message.AckNewLeader(2, E1));
        rig.receive(2, new Message.AckNewLeader(2, E1));
        assertThat(rig.has(Effect.Activated.class)).isFalse();
        assertThat(rig.receive(3, new Message.AckNewLeader(2, E1)).has(Effect.Activated.class)).isTrue();
    }

    @Test
    void aSecondAcceptanceOfAnEpochIsNoPromise() {
        Rig rig = Rig.founded(3, 4, 1, E1).fenced(E1).linkUp(2).receive(2, new Message.Lead(4, true, 4, E1));
        rig.receive(2, new Message.NewEpoch(4));
        assertThat(saves(rig)).isEmpty();
        assertThat(rig.sentTo(2)).containsExactly(new Message.AckEpoch(4, false, 1, E1));
        Rig leader = Rig.founded(3, 1, 1, E1).elect().receive(2, new Message.LearnerInfo(1)).saved();
        assertThat(saves(leader.receive(2, new Message.AckEpoch(2, false, 1, E1)))).isEmpty();
        assertThat(saves(leader.receive(2, new Message.AckEpoch(2, true, 1, E1)))).hasSize(1);
    }

    @Test
    void aVoterThatPromisedAsMuchToAnotherLeaderRaisesTheProposal() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().receive(2, new Message.LearnerInfo(1)).saved().linkUp(3);
        rig.receive(3, new Message.LearnerInfo(2));
        assertThat(saves(rig)).containsExactly(new Effect.SaveEpochs(rig.generation(), 3, 1));
        assertThat(rig.receive(2, new Message.AckEpoch(2, true, 1, E1)).effects).isEmpty();
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.NewEpoch(3));
    }

    @Test
    void whoAcceptedAnEarlierProposalIsSynchronizedWhenItAcceptsThePresentOne() {
        Rig rig = Rig.founded(5, 1, 1, E1).elect5().receive(2, new Message.LearnerInfo(1))
                .receive(3, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, E1)).linkUp(4).receive(4, new Message.LearnerInfo(2)).saved();
        assertThat(rig.sentTo(2)).containsExactly(new Message.NewEpoch(3));
        rig.receive(3, new Message.AckEpoch(3, true, 1, E1)).receive(4, new Message.AckEpoch(3, true, 1, E1));
        assertThat(rig.sentTo(3)).contains(new Message.Diff(3, E1));
        assertThat(rig.sentTo(2)).doesNotContain(new Message.Diff(3, E1));
        assertThat(rig.receive(2, new Message.AckEpoch(3, true, 1, E1)).sentTo(2)).contains(new Message.Diff(3, E1));
    }

    @Test
    void aMoreRecentVoterMakesALeaderGiveUpBeforeActivation() {
        for (Message.AckEpoch ack : List.of(
                new Message.AckEpoch(3, true, 2, Zxid.of(1, 1)), new Message.AckEpoch(3, true, 1, E1 + 1))) {
            Rig rig = Rig.founded(3, 2, 1, E1).elect().receive(2, new Message.LearnerInfo(2)).saved();
            assertThat(rig.receive(2, ack).role()).isEqualTo(RoleName.LOOKING);
        }
    }

    @Test
    void aMoreRecentVoterIsNotNeededWhenTheOthersAreAQuorum() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().linkUp(3).receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(3, new Message.LearnerInfo(1)).receive(3, new Message.AckEpoch(2, true, 1, E1 + 1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(saves(rig.receive(2, new Message.AckEpoch(2, true, 1, E1)))).hasSize(1);
        assertThat(rig.sentTo(3)).contains(new Message.Trunc(2, E1));
    }

    @Test
    void anActivatedLeaderTruncatesAMoreRecentVoter() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(3).receive(3, new Message.LearnerInfo(1));
        assertThat(rig.sentTo(3)).containsExactly(new Message.NewEpoch(2));
        rig.receive(3, new Message.AckEpoch(2, true, 1, E1 + 1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.sentTo(3)).containsExactly(new Message.Trunc(2, E1));
    }

    @Test
    void anObserverNeverMakesALeaderGiveUp() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().linkUp(4, 9999, true).receive(4, new Message.LearnerInfo(77));
        rig.receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(4, new Message.AckEpoch(78, true, 9, E1 + 9)).receive(2, new Message.AckEpoch(78, true, 1, E1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.sentTo(4)).contains(new Message.Trunc(78, E1));
    }

    @Test
    void aPromiseOfAnObserverDoesNotCount() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().linkUp(4, 9999, true).receive(4, new Message.LearnerInfo(1));
        rig.receive(2, new Message.LearnerInfo(1)).saved();
        assertThat(saves(rig.receive(4, new Message.AckEpoch(2, true, 1, E1)))).isEmpty();
    }

    @Test
    void aPromiseOfAVoterWithAnotherDiskDoesNotCount() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().linkUp(3, 666, true).receive(3, new Message.LearnerInfo(1));
        assertThat(saves(rig)).isEmpty();
    }

    @Test
    void aLeaderWithoutAQuorumOfPromisesGivesUp() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().receive(2, new Message.LearnerInfo(1)).saved();
        rig.pass(500).receive(2, new Message.HeartbeatAck(0, 1)).pass(510);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.sentTo(2)).contains(new Message.Resigned());
    }

    @Test
    void anActivatedLeaderThatMeetsAVotersHigherAcceptedEpochBeginsOneAboveIt() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(3).receive(3, new Message.LearnerInfo(7));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.sentTo(2)).as("itself goes on, without a vote").containsExactly(new Message.HandOver(2, 1));
        assertThat(rig.sentTo(3)).containsExactly(new Message.Resigned());
        assertThat(rig.fenced(E1).role()).isEqualTo(RoleName.LEADING);
        rig.receive(2, new Message.LearnerInfo(2));
        assertThat(saves(rig)).containsExactly(new Effect.SaveEpochs(rig.generation(), 8, 2));
    }

    @Test
    void anObserversHigherAcceptedEpochChangesNothing() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(4, 9999, true).receive(4, new Message.LearnerInfo(7));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.sentTo(4)).containsExactly(new Message.NewEpoch(2));
    }
}
