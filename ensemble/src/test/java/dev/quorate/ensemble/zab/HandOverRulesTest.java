package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader that goes by itself leaves a successor that has everything, and no vote is needed. */
class HandOverRulesTest {
    private static final long E1 = Zxid.of(1, 5);
    private static final long FIRST = Zxid.of(2, 1);

    private static Rig leader() {
        return Rig.founded(3, 1, 1, E1).activate(2);
    }

    private static Rig asked(Rig leader) {
        return leader.step(new Event.HandOver());
    }

    @Test
    void anIdleLeaderHandsOverAtOnce() {
        Rig rig = asked(leader());
        assertThat(rig.sentTo(2)).containsExactly(new Message.HandOver(2, 2));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void nothingIsOrderedWhileTheLeaderHandsOver() {
        Rig rig = asked(leader().submit(1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.submit(3).effects).isEmpty();
    }

    @Test
    void theSuccessorHasEverythingAndAllOfItIsCommitted() {
        Rig rig = asked(leader().submit(2));
        assertThat(rig.appended(FIRST + 1).role()).as("only the leader has it").isEqualTo(RoleName.LEADING);
        assertThat(rig.receive(2, new Message.Ack(2, FIRST)).role()).isEqualTo(RoleName.LEADING);
        rig.receive(2, new Message.Ack(2, FIRST + 1));
        assertThat(rig.sentTo(2)).containsExactly(
                new Message.Commit(2, FIRST + 1), new Message.HandOver(2, 2));
        assertThat(rig.peer.view().committedZxid()).isEqualTo(FIRST + 1);
    }

    @Test
    void theOwnDiskNeedNotHaveIt() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).join(3, 2).submit(1);
        asked(rig).receive(3, new Message.Ack(2, FIRST));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        rig.receive(2, new Message.Ack(2, FIRST));
        assertThat(rig.sentTo(3)).contains(new Message.HandOver(2, 3));
    }

    @Test
    void theSuccessorIsTheVoterInSyncThatWasHeardLast() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).join(3, 2);
        rig.tickAfter(10).answerHeartbeat(3, 2);
        assertThat(asked(rig).sentTo(2)).containsExactly(new Message.HandOver(2, 3));
    }

    @Test
    void whoIsNotToLeadIsNoSuccessor() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).join(3, 2);
        rig.tickAfter(10).answerHeartbeat(3, 2);
        assertThat(rig.step(new Event.HandOver(List.of(3))).sentTo(2)).containsExactly(new Message.HandOver(2, 2));
    }

    @Test
    void withNobodyWhoMayLeadTheLeaderLeadsOn() {
        assertThat(leader().step(new Event.HandOver(List.of(2))).role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void anObserverIsNoSuccessor() {
        Rig rig = leader().join(4, 2).tickAfter(10).answerHeartbeat(4, 2);
        assertThat(asked(rig).sentTo(4)).containsExactly(new Message.HandOver(2, 2));
    }

    @Test
    void withoutAVoterInSyncTheLeaderLeadsOn() {
        Rig rig = asked(Rig.founded(1, 0, 0).fenced(Zxid.NONE).saved().saved());
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.submit(1).all(Effect.Append.class)).hasSize(1);
    }

    @Test
    void aLeaderWhoseSuccessorIsNotReadyInTimeLeavesItToAnElection() {
        Rig rig = asked(leader().submit(1)).pass(500);
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        rig.tickAfter(10);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.sentTo(2)).containsExactly(new Message.Resigned());
    }

    @Test
    void theLeaverDoesNotStandForAWhile() {
        Rig rig = asked(leader().linkUp(3)).fenced(E1);
        rig.receive(2, Rig.ballot(1, E1, 0)).receive(3, Rig.ballot(1, E1, 1));
        assertThat(rig.receive(2, Rig.ballot(1, E1, 1)).role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.pass(1990).receive(2, Rig.ballot(1, E1, 1)).role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.pass(100).role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void aFollowerThatIsAskedNotToLeadDoesNotStandEither() {
        Rig rig = asked(Rig.founded(3, 1, 1, E1).follow(2));
        assertThat(rig.role()).isEqualTo(RoleName.FOLLOWING);
        rig.receive(2, new Message.Resigned()).fenced(E1);
        rig.receive(2, Rig.ballot(1, E1, 0));
        assertThat(rig.receive(2, Rig.ballot(1, E1, 1)).role()).isEqualTo(RoleName.LOOKING);
    }

    /** A follower of member 2 in epoch 2, in sync; member 3 is linked. */
    private static Rig follower() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).linkUp(3);
        rig.receive(2, new Message.Diff(2, E1)).receive(2, new Message.NewLeader(2, E1)).saved();
        return rig.receive(2, new Message.UpToDate(2, E1));
    }

    @Test
    void theSuccessorGoesStraightToDiscoveryOnceItsLogIsAtRest() {
        Rig rig = follower().receive(2, new Message.HandOver(2, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.fenced(E1).role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.sentTo(3)).contains(new Message.Lead(0, false, 2, E1));
    }

    @Test
    void aSuccessorThatWasAskedNotToLeadDeclines() {
        Rig rig = asked(follower()).receive(2, new Message.HandOver(2, 1)).fenced(E1);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    /**
     * Leaders that go one after the other would else hand over to members that just did, and wait in vain for them to
     * call.
     */
    @Test
    void aFormerLeaderTakesOverWhenItIsNamed() {
        Rig rig = asked(leader().linkUp(3)).fenced(E1).receive(2, new Message.Lead(0, false, 2, E1));
        rig.receive(2, new Message.NewEpoch(3)).saved();
        rig.receive(2, new Message.Diff(3, E1)).receive(2, new Message.NewLeader(3, E1)).saved();
        rig.receive(2, new Message.UpToDate(3, E1)).receive(2, new Message.HandOver(3, 1));
        assertThat(rig.fenced(E1).role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void theOthersVoteForNobodyAndFollowTheSuccessorWhenItCalls() {
        Rig rig = follower().receive(2, new Message.HandOver(2, 3)).fenced(E1);
        assertThat(rig.sentTo(3)).as("no vote, but it asks for a call that it may have missed")
                .containsExactly(new Message.Ballot(2, E1, false, 0, List.of(2, 3)));
        assertThat(rig.sentTo(2)).isEmpty();
        rig.receive(3, new Message.Lead(0, false, 2, E1));
        assertThat(rig.role()).isEqualTo(RoleName.FOLLOWING);
        assertThat(rig.peer.view().leader()).isEqualTo(3);
    }

    @Test
    void aSuccessorThatDoesNotKnowYetIsWaitedFor() {
        Rig rig = follower().receive(2, new Message.HandOver(2, 3)).fenced(E1).receive(3, new Message.Loyal(2, 2));
        assertThat(rig.sentTo(2)).as("no election").isEmpty();
    }

    @Test
    void aCallThatComesBeforeTheLogIsAtRestIsHeardThen() {
        Rig rig = follower().receive(2, new Message.HandOver(2, 3)).receive(3, new Message.Lead(0, false, 2, E1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.fenced(E1).role()).isEqualTo(RoleName.FOLLOWING);
    }

    @Test
    void whenTheSuccessorIsGoneOrDeclinesThereIsAnElection() {
        Rig gone = follower().receive(2, new Message.HandOver(2, 3)).fenced(E1).linkDown(3);
        assertThat(gone.sentTo(2)).hasOnlyElementsOfType(Message.Ballot.class).isNotEmpty();
        Rig declines = follower().receive(2, new Message.HandOver(2, 3)).fenced(E1).receive(3, Rig.ballot(2, E1, 0));
        assertThat(declines.sentTo(3)).hasOnlyElementsOfType(Message.Ballot.class).isNotEmpty();
        Rig silent = follower().receive(2, new Message.HandOver(2, 3)).fenced(E1).pass(240);
        assertThat(silent.all(Effect.Send.class)).isEmpty();
        assertThat(silent.pass(10).sentTo(3)).hasOnlyElementsOfType(Message.Ballot.class).isNotEmpty();
    }

    @Test
    void atTheEndOfTheCounterTheSameLeaderBeginsANewEpochWithoutAVote() {
        Rig rig = Rig.founded(Rig.SETTINGS.withMaxCounter(3), 3, 1, 1, E1).activate(2).submit(2).submit(2);
        assertThat(rig.effects).as("neither ordered nor lost: the origins submit it again").isEmpty();
        rig.appended(FIRST + 1).receive(2, new Message.Ack(2, FIRST + 1));
        assertThat(rig.sentTo(2)).containsExactly(
                new Message.Commit(2, FIRST + 1), new Message.HandOver(2, 1));
        assertThat(rig.fenced(FIRST + 1).role()).isEqualTo(RoleName.LEADING);
        rig.receive(2, new Message.LearnerInfo(2));
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.NewEpoch(3));
    }
}
