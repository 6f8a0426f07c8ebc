package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of synchronization. */
class SynchronizationRulesTest {
    private static final long E1 = Zxid.of(1, 5);

    private static long z(long epoch, long counter) {
        return Zxid.of(epoch, counter);
    }

    private static Message.Propose propose(long epoch, long from, long to) {
        return new Message.Propose(epoch, Rig.entries(from, to));
    }

    /** A follower in epoch 2 whose history, up to {@code E1}, is a prefix of the leader's. */
    private static Rig streaming() {
        return Rig.founded(3, 1, 1, E1).follow(2).receive(2, new Message.Diff(2, E1));
    }

    @Test
    void thePlanIsAFunctionOfTheLearnersLastZxidAndTheHistory() {
        Recovered whole = Rig.recovered(3, 4, 4, z(1, 5), z(2, 3), z(4, 7));
        History history = History.of(Rig.SETTINGS, whole, List.of());
        assertThat(SyncPlan.of(z(4, 7), history)).isEqualTo(new SyncPlan.Diff(z(4, 7)));
        assertThat(SyncPlan.of(z(2, 3), history)).isEqualTo(new SyncPlan.Diff(z(2, 3)));
        assertThat(SyncPlan.of(z(2, 1), history)).isEqualTo(new SyncPlan.Diff(z(2, 1)));
        assertThat(SyncPlan.of(Zxid.NONE, history)).isEqualTo(new SyncPlan.Diff(Zxid.NONE));
        assertThat(SyncPlan.of(z(1, 9), history)).isEqualTo(new SyncPlan.Trunc(z(1, 5)));
        assertThat(SyncPlan.of(z(3, 2), history)).isEqualTo(new SyncPlan.Trunc(z(2, 3)));
        assertThat(SyncPlan.of(z(4, 8), history)).isEqualTo(new SyncPlan.Trunc(z(4, 7)));
        History purged = History.of(
                Rig.SETTINGS,
                new Recovered(4, 4, z(4, 7), z(2, 2), List.of(z(2, 2), z(2, 3), z(4, 7)), 9, List.of(), List.of(),
                        null),
                List.of());
        assertThat(SyncPlan.of(z(2, 2), purged)).isEqualTo(new SyncPlan.Diff(z(2, 2)));
        assertThat(SyncPlan.of(z(2, 1), purged)).isEqualTo(new SyncPlan.Snap());
        assertThat(SyncPlan.of(Zxid.NONE, purged)).isEqualTo(new SyncPlan.Snap());
        assertThat(SyncPlan.of(z(3, 1), purged)).isEqualTo(new SyncPlan.Trunc(z(2, 3)));
        assertThat(SyncPlan.of(z(1, 1), History.of(Rig.SETTINGS, Rig.recovered(3, 2, 2), List.of())))
                .isEqualTo(new SyncPlan.Trunc(Zxid.NONE));
    }

    @Test
    void atNewLeaderHistoryIsDurableThenTheEpochThenItAcks() {
        Rig rig = streaming().receive(2, propose(2, E1 + 1, E1 + 2)).receive(2, new Message.NewLeader(2, E1 + 2));
        assertThat(rig.effects).as("history is not durable").isEmpty();
        rig.appended(E1 + 1);
        assertThat(rig.effects).as("history is not wholly durable").isEmpty();
        rig.appended(E1 + 2);
        assertThat(rig.all(Effect.SaveEpochs.class))
                .containsExactly(new Effect.SaveEpochs(rig.generation(), 2, 2));
        assertThat(rig.sentTo(2)).isEmpty();
        assertThat(rig.saved().sentTo(2)).containsExactly(new Message.AckNewLeader(2, E1 + 2));
    }

    @Test
    void aFollowerServesOnlyWhenAllThatItsTreeMayHoldIsCommitted() {
        Rig rig = streaming().receive(2, new Message.NewLeader(2, E1)).saved();
        rig.receive(2, new Message.UpToDate(2, E1 - 1));
        assertThat(rig.peer.view().inSync()).as("recovery applied " + E1 + " too").isFalse();
        rig.receive(2, new Message.Commit(2, E1));
        assertThat(rig.peer.view().inSync()).isTrue();
        assertThat(rig.all(Effect.RoleChanged.class)).isNotEmpty();
    }

    @Test
    void aStagedHistoryDoesNotKeepInMemoryWhatIsDurable() {
        PeerSettings small = Rig.SETTINGS.withTail(2, 1 << 20);
        History staged = History.ofSnapshot(small, E1, 0, null, Zxid.NONE);
        staged.append(Rig.entries(z(2, 1), z(2, 5)));
        staged.durable(z(2, 5));
        assertThat(staged.tailCovers(z(2, 3))).isTrue();
        assertThat(staged.tailCovers(z(2, 2))).isFalse();
    }

    @Test
    void noProposalIsAcknowledgedBeforeNewLeaderIs() {
        Rig rig = streaming().receive(2, new Message.NewLeader(2, E1)).receive(2, propose(2, z(2, 1), z(2, 2)));
        assertThat(rig.appended(z(2, 2)).sentTo(2)).isEmpty();
        assertThat(rig.saved().sentTo(2))
                .containsExactly(new Message.AckNewLeader(2, E1), new Message.Ack(2, z(2, 2)));
    }

    @Test
    void commitsMayComeAtAnyTimeAndWait() {
        Rig rig = streaming().receive(2, new Message.Commit(2, E1 + 2));
        assertThat(rig.all(Effect.Commit.class)).containsExactly(new Effect.Commit(E1, List.of()));
        rig.receive(2, propose(2, E1 + 1, E1 + 3));
        assertThat(rig.all(Effect.Commit.class))
                .containsExactly(new Effect.Commit(E1 + 2, Rig.entries(E1 + 1, E1 + 2)));
        rig.receive(2, new Message.NewLeader(2, E1 + 3)).receive(2, new Message.Commit(2, E1 + 3));
        assertThat(rig.all(Effect.Commit.class)).hasSize(1);
    }

    @Test
    void aGapBreaksTheLink() {
        for (Message.Propose gap : List.of(
                propose(2, E1 + 2, E1 + 2), propose(2, z(2, 2), z(2, 2)), propose(2, E1, E1),
                new Message.Propose(2, List.of(Rig.entries(E1 + 1, E1 + 1).getFirst(),
                        Rig.entries(E1 + 3, E1 + 3).getFirst())))) {
            Rig rig = streaming().receive(2, gap);
            assertThat(rig.has(Effect.Append.class)).isFalse();
            assertThat(rig.has(Effect.Disconnect.class)).isTrue();
            assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        }
    }

    @Test
    void aDiffThatDoesNotBeginAtTheEndOfHistoryBreaksTheLink() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).receive(2, new Message.Diff(2, E1 - 1));
        assertThat(rig.has(Effect.Disconnect.class)).isTrue();
    }

    @Test
    void aNewLeaderThatMissesEntriesBreaksTheLink() {
        assertThat(streaming().receive(2, new Message.NewLeader(2, E1 + 1)).has(Effect.Disconnect.class)).isTrue();
    }

    @Test
    void aTruncatedLearnerSaysWhereItIsAndThePlanIsMadeAgain() {
        Rig rig = Rig.founded(3, 3, 3, z(1, 7), z(3, 2)).follow(4).receive(2, new Message.Trunc(4, z(2, 9)));
        assertThat(rig.effects).containsExactly(new Effect.Truncate(rig.generation(), z(1, 7)));
        rig.step(new Event.Truncated(rig.generation(), z(1, 7)));
        assertThat(rig.sentTo(2)).containsExactly(new Message.SyncFrom(4, z(1, 7), false));
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(z(1, 7));
        Rig leader = Rig.founded(3, 1, 1, E1).activate(2).linkUp(3).receive(3, new Message.LearnerInfo(1));
        leader.receive(3, new Message.AckEpoch(2, true, 1, E1 + 4)).receive(3, new Message.SyncFrom(2, E1, false));
        assertThat(leader.sentTo(3)).contains(new Message.Diff(2, E1), new Message.NewLeader(2, E1));
    }

    @Test
    void diffComesFromMemoryOrFromDisk() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).submit(3).appended(z(2, 3)).linkUp(3);
        rig.receive(3, new Message.LearnerInfo(1)).receive(3, new Message.AckEpoch(2, true, 1, E1));
        List<Message> sent = rig.sentTo(3);
        assertThat(sent.get(sent.size() - 2)).isInstanceOfSatisfying(
                Message.Propose.class,
                m -> assertThat(m.entries()).extracting(Entry::zxid).containsExactly(z(2, 1), z(2, 2), z(2, 3)));
        assertThat(sent.getLast()).isEqualTo(new Message.NewLeader(2, z(2, 3)));
        rig.linkUp(3).receive(3, new Message.LearnerInfo(1)).receive(3, new Message.AckEpoch(2, true, 1, E1 - 2));
        assertThat(rig.all(Effect.SendHistory.class))
                .containsExactly(new Effect.SendHistory(3, rig.link(3), 2, E1 - 2, z(2, 3)));
        assertThat(rig.sentTo(3)).doesNotHaveAnyElementsOfTypes(Message.NewLeader.class);
        rig.submit(1).step(new Event.HistorySent(3, rig.link(3), z(2, 3)));
        assertThat(rig.sentTo(3).getLast()).isEqualTo(new Message.NewLeader(2, z(2, 4)));
    }

    @Test
    void aLogThatIsGoneMakesASnapshot() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(3).receive(3, new Message.LearnerInfo(1));
        rig.receive(3, new Message.AckEpoch(2, true, 1, E1 - 2)).step(new Event.HistoryGone(3, rig.link(3)));
        assertThat(rig.sentTo(3)).containsExactly(new Message.Snap(2));
        assertThat(rig.all(Effect.SendSnapshot.class)).hasSize(1);
        rig.step(new Event.FloorRaised(E1 - 1)).linkUp(3).receive(3, new Message.LearnerInfo(1));
        rig.receive(3, new Message.AckEpoch(2, true, 1, E1 - 2));
        assertThat(rig.sentTo(3)).containsExactly(new Message.Snap(2));
    }

    /** A follower that has staged a snapshot at (1, 50) and entries after it. */
    private static Rig staged() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).receive(2, new Message.Snap(2));
        assertThat(rig.has(Effect.StageSnapshot.class)).isTrue();
        rig.step(new Event.SnapshotStaged(rig.generation(), z(1, 50), 7, null));
        assertThat(rig.sentTo(2)).containsExactly(new Message.SyncFrom(2, z(1, 50), false));
        rig.receive(2, new Message.Diff(2, z(1, 50))).receive(2, new Message.Commit(2, z(1, 51)));
        return rig.receive(2, propose(2, z(1, 51), z(1, 51)));
    }

    @Test
    void aSnapshotReplacesTheOldHistoryOnlyWithTheEpoch() {
        Rig rig = staged().receive(2, new Message.NewLeader(2, z(1, 51)));
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(E1);
        assertThat(rig.has(Effect.Commit.class)).isFalse();
        rig.appended(z(1, 51)).saved();
        assertThat(rig.effects.subList(0, 3)).containsExactly(
                new Effect.Installed(z(1, 50)), new Effect.Send(2, rig.link(2), new Message.AckNewLeader(2, z(1, 51))),
                new Effect.Commit(z(1, 51), Rig.entries(z(1, 51), z(1, 51))));
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(z(1, 51));
    }

    @Test
    void aFailedSnapshotReturnsToTheOldHistory() {
        Rig rig = staged().linkDown(2);
        assertThat(rig.has(Effect.Fence.class)).isTrue();
        rig.fenced(E1);
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(E1);
        assertThat(rig.has(Effect.Installed.class)).isFalse();
    }

    @Test
    void aRoleThatEndsDuringTheSwitchHasTheNewHistory() {
        Rig rig = staged().receive(2, new Message.NewLeader(2, z(1, 51))).appended(z(1, 51)).linkDown(2);
        rig.fenced(z(1, 51));
        assertThat(rig.all(Effect.Installed.class)).containsExactly(new Effect.Installed(z(1, 50)));
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(z(1, 51));
    }

    @Test
    void proposalsGoToAllThatAckedTheEpochInOrder() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(3).receive(3, new Message.LearnerInfo(1));
        assertThat(rig.submit(1).sentTo(3)).as("it has not acked the epoch").isEmpty();
        rig.receive(3, new Message.AckEpoch(2, true, 1, E1));
        assertThat(rig.sentTo(3)).extracting(m -> (Object) m.getClass()).containsSubsequence(
                Message.Diff.class, Message.Propose.class, Message.NewLeader.class);
        assertThat(rig.submit(1).sentTo(3)).as("it has not acked NEWLEADER").hasSize(1);
    }

    @Test
    void everythingInTheHistoryOfAnActivatedLeaderIsCommitted() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, E1)).saved();
        assertThat(rig.has(Effect.Activated.class)).isFalse();
        rig.receive(2, new Message.AckNewLeader(2, E1));
        assertThat(rig.all(Effect.Commit.class)).containsExactly(new Effect.Commit(E1, List.of()));
        assertThat(rig.sentTo(2)).contains(new Message.UpToDate(2, E1));
        assertThat(rig.effects.getLast()).isEqualTo(new Effect.Activated(2, false));
    }

    @Test
    void theLeadersOwnEpochCountsOnlyOnceItIsDurable() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, E1)).receive(2, new Message.AckNewLeader(2, E1));
        assertThat(rig.has(Effect.Activated.class)).isFalse();
        assertThat(rig.saved().has(Effect.Activated.class)).isTrue();
    }

    @Test
    void upToDateCarriesTheLatestCommit() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).submit(2).appended(z(2, 2));
        rig.receive(2, new Message.Ack(2, z(2, 2))).join(3, 2);
        assertThat(rig.sentTo(3)).contains(new Message.UpToDate(2, z(2, 2)));
    }

    @Test
    void theFirstLeaderIsToldThatItsHistoryIsEmpty() {
        Rig rig = Rig.founded(1, 0, 0).fenced(Zxid.NONE).saved().saved();
        assertThat(rig.all(Effect.Activated.class)).containsExactly(new Effect.Activated(1, true));
    }
}
