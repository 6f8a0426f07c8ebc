package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How roles end, and what a leader may do without a quorum. */
class EndOfRoleRulesTest {
    private static final long E1 = Zxid.of(1, 5);
    private static final long FIRST = Zxid.of(2, 1);

    private static Rig leader() {
        return Rig.founded(3, 1, 1, E1).activate(2);
    }

    @Test
    void aRoleEndsWithAFenceAndItsAnswerIsWhatTheMemberVotesWith() {
        Rig rig = leader().linkUp(3).submit(4).receive(3, new Message.Lead(9, true, 9, E1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.all(Effect.Fence.class)).containsExactly(new Effect.Fence(rig.generation()));
        rig.fenced(FIRST + 1);
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(FIRST + 1);
        assertThat(rig.sentTo(2).getLast()).isInstanceOfSatisfying(Message.Ballot.class, ballot -> {
            assertThat(ballot.lastZxid()).isEqualTo(FIRST + 1);
            assertThat(ballot.currentEpoch()).isEqualTo(2);
        });
    }

    @Test
    void lateCompletionsAreDropped() {
        Rig rig = leader().submit(4);
        long late = rig.generation();
        rig.linkUp(3).receive(3, new Message.Lead(9, true, 9, E1));
        for (Event event : List.of(
                new Event.Appended(late, FIRST + 3), new Event.EpochsSaved(late), new Event.Truncated(late, E1),
                new Event.Fenced(late, E1), new Event.SnapshotStaged(late, E1, 0, null))) {
            assertThat(rig.step(event).effects).as("%s", event).isEmpty();
        }
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void lateMessagesOfAnOldLinkAreDropped() {
        Rig rig = leader().submit(1).appended(FIRST);
        long old = rig.link(2);
        rig.linkUp(2);
        rig.step(new Event.Received(2, old, new Message.Ack(2, FIRST)));
        assertThat(rig.effects).isEmpty();
        assertThat(rig.step(new Event.LinkDown(2, old)).effects).isEmpty();
    }

    @Test
    void aLeaderThatLostItsQuorumDoesNotCommitBeforeAFreshRound() {
        Rig rig = leader().submit(1).appended(FIRST);
        loseQuorum(rig);
        assertThat(rig.peer.freshQuorum()).isFalse();
        assertThat(rig.peer.view().inSync()).isFalse();
        assertThat(rig.receive(2, new Message.Ack(2, FIRST)).all(Effect.Commit.class)).isEmpty();
        rig.answerHeartbeat(2, 2);
        assertThat(rig.peer.freshQuorum()).isTrue();
        assertThat(rig.all(Effect.Commit.class)).hasSize(1);
    }

    /** Member 2 speaks, so that its link stays, but answers no heartbeat. */
    private static void loseQuorum(Rig rig) {
        for (int i = 0; i < 11; i++) {
            rig.pass(100).receive(2, new Message.HeartbeatAck(2, 0));
        }
    }

    @Test
    void aSyncIsAnsweredByOneRoundThatIsSentAfterItCame() {
        Rig rig = leader().step(new Event.SyncRequested(7));
        Message.Heartbeat round = (Message.Heartbeat) rig.sentTo(2).getFirst();
        assertThat(rig.receive(2, new Message.HeartbeatAck(2, round.round() - 1)).has(Effect.SyncReady.class))
                .isFalse();
        assertThat(rig.step(new Event.SyncRequested(8)).effects).as("waits for the next round").isEmpty();
        rig.receive(2, new Message.HeartbeatAck(2, round.round()));
        assertThat(rig.all(Effect.SyncReady.class)).containsExactly(new Effect.SyncReady(7, E1));
        assertThat(rig.sentTo(2)).containsExactly(new Message.Heartbeat(2, round.round() + 1));
        rig.receive(2, new Message.HeartbeatAck(2, round.round() + 1));
        assertThat(rig.all(Effect.SyncReady.class)).containsExactly(new Effect.SyncReady(8, E1));
    }

    @Test
    void aHeartbeatAnswerOfAnotherEpochDoesNotCount() {
        Rig rig = leader().step(new Event.SyncRequested(7)).receive(2, new Message.HeartbeatAck(1, 1000));
        assertThat(rig.has(Effect.SyncReady.class)).isFalse();
    }

    @Test
    void aLeaderThatWokeFromAPauseNeedsAFreshRound() {
        Rig rig = leader().submit(1).appended(FIRST).step(new Event.SyncRequested(7));
        Message.Heartbeat before = (Message.Heartbeat) rig.sentTo(2).getFirst();
        rig.tickAfter(1500);
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.peer.freshQuorum()).isFalse();
        Message.Heartbeat after = (Message.Heartbeat) rig.sentTo(2).getFirst();
        rig.receive(2, new Message.Ack(2, FIRST)).receive(2, new Message.HeartbeatAck(2, before.round()));
        assertThat(rig.effects).as("a round from before the pause").isEmpty();
        rig.receive(2, new Message.HeartbeatAck(2, after.round()));
        assertThat(rig.all(Effect.Commit.class)).hasSize(1);
        assertThat(rig.all(Effect.SyncReady.class)).hasSize(1);
        assertThat(rig.peer.freshQuorum()).isTrue();
    }

    /**
     * What a leader answers for on the strength of its quorum counts from when it asked, not from when it was answered.
     */
    @Test
    void aQuorumWasHeardWhenTheHeartbeatWasSentThatItAnswered() {
        Rig rig = leader().pass(100);
        Message.Heartbeat round = rig.sentTo(2).stream().filter(Message.Heartbeat.class::isInstance)
                .map(Message.Heartbeat.class::cast).findFirst().orElseThrow();
        long beforeMs = rig.peer.quorumHeardMs();
        rig.pass(300).receive(2, new Message.HeartbeatAck(2, round.round()));
        assertThat(rig.peer.quorumHeardMs() - beforeMs).as("300 ms before the answer").isBetween(50L, 150L);
        assertThat(rig.pass(600).peer.freshQuorum()).isTrue();
        assertThat(rig.pass(200).peer.freshQuorum()).as("asked for longer ago than the limit").isFalse();
    }

    @Test
    void aLeaderThatStaysWithoutAQuorumGivesUp() {
        Rig rig = leader().linkDown(2);
        assertThat(rig.pass(1950).role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.pass(100).role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void aSilentLearnerIsDisconnected() {
        Rig rig = leader().pass(1010);
        assertThat(rig.all(Effect.Disconnect.class)).singleElement().satisfies(
                e -> assertThat(e.peer()).isEqualTo(2));
        assertThat(rig.peer.view().learners()).isEmpty();
    }

    @Test
    void whoStaysOutTakesPartInNothingAndSaysWhy() {
        Rig rig = leader().step(new Event.StayOut("the disk is full of errors"));
        assertThat(rig.role()).isEqualTo(RoleName.STOPPED);
        assertThat(rig.peer.view().stayOutReason()).isEqualTo("the disk is full of errors");
        assertThat(rig.sentTo(2)).containsExactly(new Message.Resigned());
        assertThat(rig.receive(2, Rig.ballot(1, E1, 1)).effects).isEmpty();
        assertThat(rig.submit(1).effects).isEmpty();
        assertThat(rig.linkUp(3).effects).isEmpty();
        assertThat(rig.pass(5000).effects).isEmpty();
    }

    @Test
    void whoResignsTellsItsLearners() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).receive(2, new Message.Resigned());
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void changesOfTheRoleAreAnnouncedBeforeActivation() {
        Rig rig = Rig.founded(1, 0, 0).fenced(Zxid.NONE).saved().saved();
        assertThat(rig.effects.getLast()).isInstanceOf(Effect.Activated.class);
        assertThat(rig.effects.get(rig.effects.size() - 2)).isInstanceOfSatisfying(Effect.RoleChanged.class, e -> {
            assertThat(e.view().inSync()).isTrue();
            assertThat(e.view().leader()).isEqualTo(1);
            assertThat(e.view().epoch()).isEqualTo(1);
        });
    }
}
