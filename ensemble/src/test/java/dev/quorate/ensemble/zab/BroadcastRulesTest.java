package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of broadcast. */
class BroadcastRulesTest {
    private static final long E1 = Zxid.of(1, 5);
    private static final long FIRST = Zxid.of(2, 1);

    private static Rig leader() {
        return Rig.founded(3, 1, 1, E1).activate(2);
    }

    private static List<Long> commits(Rig rig) {
        return rig.all(Effect.Commit.class).stream().map(Effect.Commit::zxid).toList();
    }

    @Test
    void aBatchIsOneAppendAndOneProposalToEachLearner() {
        Rig rig = leader().join(3, 2).submit(3);
        assertThat(rig.all(Effect.Append.class)).singleElement()
                .satisfies(e -> assertThat(e.entries()).extracting(Entry::zxid).containsExactly(
                        FIRST, FIRST + 1, FIRST + 2));
        List<Entry> entries = rig.all(Effect.Append.class).getFirst().entries();
        assertThat(rig.sentTo(2)).containsExactly(new Message.Propose(2, entries));
        assertThat(rig.sentTo(3)).containsExactly(new Message.Propose(2, entries));
    }

    @Test
    void timesNeverFall() {
        Rig rig = leader().submit(1, 9000).submit(1, 400);
        assertThat(rig.all(Effect.Append.class).getFirst().entries().getFirst().timeMs()).isEqualTo(9000);
        rig = leader().submit(1, 3);
        assertThat(rig.all(Effect.Append.class).getFirst().entries().getFirst().timeMs())
                .as("not before the time of the history it found").isEqualTo(1000);
    }

    @Test
    void theOwnDiskIsCountedLikeAnyOther() {
        Rig rig = leader().join(3, 2).submit(1).receive(2, new Message.Ack(2, FIRST));
        assertThat(commits(rig)).isEmpty();
        assertThat(commits(rig.receive(3, new Message.Ack(2, FIRST)))).as("without its own").containsExactly(FIRST);
        rig = leader().submit(1).appended(FIRST);
        assertThat(commits(rig)).isEmpty();
        assertThat(commits(rig.receive(2, new Message.Ack(2, FIRST)))).containsExactly(FIRST);
    }

    @Test
    void acksAndCommitsAreCumulative() {
        Rig rig = leader().submit(5).appended(FIRST + 4).receive(2, new Message.Ack(2, FIRST + 2));
        List<Effect.Commit> commits = rig.all(Effect.Commit.class);
        assertThat(commits).hasSize(1);
        assertThat(commits.getFirst().entries()).extracting(Entry::zxid).containsExactly(FIRST, FIRST + 1, FIRST + 2);
        assertThat(rig.sentTo(2)).containsExactly(new Message.Commit(2, FIRST + 2));
        assertThat(commits(rig.receive(2, new Message.Ack(2, FIRST + 1)))).isEmpty();
    }

    @Test
    void anObserverGetsProposalsAndCommitsButItsAcksDoNotCount() {
        Rig rig = leader().linkUp(4, 9999, true).receive(4, new Message.LearnerInfo(1));
        rig.receive(4, new Message.AckEpoch(2, false, 1, E1)).receive(4, new Message.AckNewLeader(2, E1)).submit(1);
        assertThat(rig.sentTo(4)).hasSize(1);
        rig.receive(4, new Message.Ack(2, FIRST)).appended(FIRST);
        assertThat(commits(rig)).isEmpty();
        assertThat(rig.receive(2, new Message.Ack(2, FIRST)).sentTo(4))
                .containsExactly(new Message.Commit(2, FIRST));
    }

    @Test
    void acksOfAnotherEpochDoNotCount() {
        Rig rig = leader().submit(1).appended(FIRST).receive(2, new Message.Ack(1, FIRST));
        assertThat(rig.effects).isEmpty();
    }

    @Test
    void anAckOfWhatWasNeverSentBreaksTheLink() {
        Rig rig = leader().submit(1).receive(2, new Message.Ack(2, FIRST + 1));
        assertThat(rig.has(Effect.Disconnect.class)).isTrue();
        assertThat(commits(rig)).isEmpty();
    }

    @Test
    void aFollowerAcksWhatItsDiskHas() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).receive(2, new Message.Diff(2, E1));
        rig.receive(2, new Message.NewLeader(2, E1)).saved().receive(2, new Message.UpToDate(2, E1));
        assertThat(rig.peer.view().inSync()).isTrue();
        rig.receive(2, new Message.Propose(2, Rig.entries(FIRST, FIRST + 3)));
        assertThat(rig.sentTo(2)).isEmpty();
        assertThat(rig.appended(FIRST + 1).sentTo(2)).containsExactly(new Message.Ack(2, FIRST + 1));
        assertThat(rig.appended(FIRST + 3).sentTo(2)).containsExactly(new Message.Ack(2, FIRST + 3));
    }

    @Test
    void nothingIsOrderedBeforeActivation() {
        Rig rig = Rig.founded(3, 1, 1, E1).establish(2).submit(1);
        assertThat(rig.effects).isEmpty();
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void committedEntriesLeaveMemoryAndComeFromDiskThen() {
        Rig rig = Rig.founded(Rig.SETTINGS.withTail(2, 1000), 3, 1, 1, E1).activate(2).submit(6).appended(FIRST + 5);
        rig.receive(2, new Message.Ack(2, FIRST + 5)).linkUp(3).receive(3, new Message.LearnerInfo(1));
        rig.receive(3, new Message.AckEpoch(2, true, 1, FIRST + 3));
        assertThat(rig.sentTo(3)).contains(new Message.NewLeader(2, FIRST + 5));
        rig.linkUp(3).receive(3, new Message.LearnerInfo(1));
        rig.receive(3, new Message.AckEpoch(2, true, 1, FIRST + 2));
        assertThat(rig.all(Effect.SendHistory.class)).hasSize(1);
    }
}
