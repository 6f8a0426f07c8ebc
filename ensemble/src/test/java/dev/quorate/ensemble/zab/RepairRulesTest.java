package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of damaged histories: what they claim, who may lead, and how they become whole. */
class RepairRulesTest {
    private static final long CLAIMED = Zxid.of(1, 9);
    private static final Hole HOLE = new Hole(Zxid.of(1, 3), Zxid.of(1, 6));
    private static final Hole SECOND = new Hole(Zxid.of(1, 7), Zxid.of(1, 8));

    /** Member 1 of three, which lost entries 4 to 6 and 8 of nine. */
    private static Recovered damaged(Hole... holes) {
        return new Recovered(1, 1, CLAIMED, Zxid.NONE, List.of(holes[0].afterZxid()), 1000, Rig.founding(3),
                List.of(holes), null);
    }

    private static Rig rig() {
        return new Rig(Rig.SETTINGS, Rig.founders(3), damaged(HOLE, SECOND)).fenced(HOLE.afterZxid());
    }

    /** It follows member 2 and has promised to its epoch 2. */
    private static Rig following() {
        Rig rig = rig().linkUp(2).receive(2, new Message.Lead(2, true, 2, Zxid.of(2, 1)));
        return rig.receive(2, new Message.NewEpoch(2)).saved();
    }

    private static Message.Records records(long after, long from, long to) {
        return new Message.Records(after, Rig.entries(from, to));
    }

    private static Event.Repaired repaired(Rig rig) {
        return new Event.Repaired(rig.generation(), Rig.recovered(3, 1, 1, CLAIMED), List.of());
    }

    @Test
    void itVotesWithWhatItClaimsAndDoesNotStand() {
        Rig rig = rig().linkUp(2);
        assertThat(rig.sentTo(2)).contains(new Message.Ballot(1, CLAIMED, false, 0, List.of(2)));
        rig.receive(2, Rig.ballot(1, HOLE.afterZxid(), 0)).receive(2, Rig.ballot(1, HOLE.afterZxid(), 1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(CLAIMED);
        assertThat(rig.pass(500).role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void itAsksOneMemberAfterTheOtherForWhatItLacks() {
        Rig rig = rig();
        assertThat(rig.linkUp(2).sentTo(2)).contains(new Message.Fetch(HOLE.afterZxid(), HOLE.toZxid()));
        assertThat(rig.linkUp(3).sentTo(3)).noneMatch(Message.Fetch.class::isInstance);
        rig.receive(2, new Message.Records(HOLE.afterZxid(), List.of()));
        assertThat(rig.sentTo(3)).contains(new Message.Fetch(HOLE.afterZxid(), HOLE.toZxid()));
        rig.receive(3, records(HOLE.afterZxid(), Zxid.of(1, 4), Zxid.of(1, 5)));
        assertThat(rig.all(Effect.Fill.class).getFirst().entries())
                .isEqualTo(Rig.entries(Zxid.of(1, 4), Zxid.of(1, 5)));
        Hole rest = new Hole(Zxid.of(1, 5), HOLE.toZxid());
        rig.step(new Event.Filled(rig.generation(), List.of(rest, SECOND)));
        assertThat(rig.sentTo(2)).contains(new Message.Fetch(rest.afterZxid(), rest.toZxid()));
    }

    @Test
    void whoDoesNotAnswerIsPassedOver() {
        Rig rig = rig().linkUp(2).linkUp(3);
        assertThat(rig.pass(1200).sentTo(3)).contains(new Message.Fetch(HOLE.afterZxid(), HOLE.toZxid()));
        Rig other = rig().linkUp(2).linkUp(3).linkDown(2);
        assertThat(other.sentTo(3)).contains(new Message.Fetch(HOLE.afterZxid(), HOLE.toZxid()));
    }

    @Test
    void whatDoesNotFollowIsNotTaken() {
        for (Message.Records wrong : List.of(records(HOLE.afterZxid(), Zxid.of(1, 5), Zxid.of(1, 6)),
                records(HOLE.afterZxid(), Zxid.of(1, 4), Zxid.of(1, 7)),
                records(SECOND.afterZxid(), Zxid.of(1, 8), Zxid.of(1, 9)))) {
            assertThat(rig().linkUp(2).receive(2, wrong).has(Effect.Fill.class)).isFalse();
        }
        // Nobody was asked, or somebody else.
        Message.Records right = records(HOLE.afterZxid(), Zxid.of(1, 4), Zxid.of(1, 6));
        assertThat(rig().linkUp(2).linkUp(3).receive(3, right).has(Effect.Fill.class)).isFalse();
        assertThat(Rig.founded(3, 1, 1, CLAIMED).fenced(CLAIMED).linkUp(2).receive(2, right).effects)
                .noneMatch(Effect.Fill.class::isInstance);
    }

    @Test
    void onceWholeItStandsLikeAnyOther() {
        Rig rig = rig().linkUp(2).receive(2, records(HOLE.afterZxid(), Zxid.of(1, 4), Zxid.of(1, 6)));
        rig.step(repaired(rig)).fenced(CLAIMED);
        assertThat(rig.peer.view().stayOutReason()).isNull();
        rig.receive(2, Rig.ballot(1, HOLE.afterZxid(), 0)).receive(2, Rig.ballot(1, HOLE.afterZxid(), 1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void aCallIsHeardWhenWhatWasLentIsInPlace() {
        Message.Lead call = new Message.Lead(2, true, 2, Zxid.of(2, 1));
        Rig rig = rig().linkUp(2).receive(2, records(HOLE.afterZxid(), Zxid.of(1, 4), Zxid.of(1, 6))).receive(2, call);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        rig.step(new Event.Filled(rig.generation(), List.of(SECOND)));
        assertThat(rig.role()).isEqualTo(RoleName.FOLLOWING);
        assertThat(rig().linkUp(2).receive(2, call).role()).as("nothing is under way").isEqualTo(RoleName.FOLLOWING);
    }

    @Test
    void aLearnerSaysWhatItClaimsAndFromWhereItNeedsEntries() {
        Rig rig = following();
        assertThat(rig.sentTo(2)).containsExactly(new Message.AckEpoch(2, true, 1, CLAIMED, HOLE.afterZxid()));
    }

    @Test
    void aLearnersDamagedHistoryStaysUntilTheNewOneIsDurable() {
        Rig rig = following().receive(2, new Message.Diff(2, HOLE.afterZxid()));
        assertThat(rig.all(Effect.Refill.class))
                .containsExactly(new Effect.Refill(rig.generation(), HOLE.afterZxid()));
        rig.receive(2, new Message.Propose(2, Rig.entries(Zxid.of(1, 4), Zxid.of(1, 9))));
        rig.receive(2, new Message.Commit(2, CLAIMED));
        assertThat(rig.has(Effect.Commit.class)).as("the tree is not loaded that far").isFalse();
        rig.receive(2, new Message.NewLeader(2, CLAIMED)).appended(CLAIMED);
        assertThat(rig.has(Effect.SaveEpochs.class)).isTrue();
        rig.saved().receive(2, new Message.UpToDate(2, CLAIMED));
        assertThat(rig.peer.view().inSync()).isTrue();
        assertThat(rig.has(Effect.Installed.class)).as("there was no snapshot").isFalse();
    }

    @Test
    void aLeaderThatDoesNotLastLeavesTheClaimAsItWas() {
        Rig rig = following().receive(2, new Message.Diff(2, HOLE.afterZxid()));
        rig.receive(2, new Message.Propose(2, Rig.entries(Zxid.of(2, 1), Zxid.of(2, 1)))).linkDown(2);
        rig.fenced(HOLE.afterZxid());
        assertThat(rig.peer.view().lastLoggedZxid()).isEqualTo(CLAIMED);
        assertThat(rig.linkUp(2).sentTo(2)).contains(new Message.Fetch(HOLE.afterZxid(), HOLE.toZxid()));
    }

    @Test
    void whatAnotherBranchDropsIsDroppedOnlyWithTheRefill() {
        Rig rig = following().receive(2, new Message.Trunc(2, Zxid.of(1, 2)));
        assertThat(rig.has(Effect.Truncate.class)).isFalse();
        assertThat(rig.sentTo(2)).containsExactly(new Message.SyncFrom(2, Zxid.of(1, 2), false));
        rig.receive(2, new Message.Diff(2, Zxid.of(1, 2)));
        assertThat(rig.all(Effect.Refill.class)).containsExactly(new Effect.Refill(rig.generation(), Zxid.of(1, 2)));
    }

    @Test
    void aLeaderPlansFromWhatALearnerHasWithoutAHole() {
        Rig rig = Rig.founded(3, 1, 1, CLAIMED).elect().receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, CLAIMED, HOLE.afterZxid()));
        assertThat(rig.sentTo(2)).contains(new Message.Diff(2, HOLE.afterZxid()));
    }

    @Test
    void aLeaderGivesWayToAClaimThatAQuorumNeeds() {
        Rig rig = Rig.founded(3, 1, 1, HOLE.afterZxid()).elect().receive(2, new Message.LearnerInfo(1)).saved();
        rig.receive(2, new Message.AckEpoch(2, true, 1, CLAIMED, HOLE.afterZxid()));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void whoeverIsAskedLooksForTheEntriesWhateverItDoes() {
        Message.Fetch fetch = new Message.Fetch(HOLE.afterZxid(), HOLE.toZxid());
        for (Rig rig : List.of(rig().linkUp(3), Rig.founded(3, 1, 1, CLAIMED).activate(2).linkUp(3),
                Rig.founded(3, 1, 1, CLAIMED).follow(2).linkUp(3))) {
            rig.receive(3, fetch);
            assertThat(rig.all(Effect.SendRecords.class)).containsExactly(
                    new Effect.SendRecords(3, rig.link(3), HOLE.afterZxid(), HOLE.toZxid()));
        }
    }

    @Test
    void itSaysWhatIsMissingAndWhomItWaitsFor() {
        Rig rig = rig().linkUp(2);
        assertThat(rig.peer.view().stayOutReason()).contains("0x100000003").contains("0x100000006")
                .contains("0x100000008").contains("linked are the members [2]")
                .contains("waited for are the members [3]");
        Recovered alone = new Recovered(1, 1, CLAIMED, Zxid.NONE, List.of(HOLE.afterZxid()), 1000, Rig.founding(1),
                List.of(HOLE), null);
        Rig single = new Rig(Rig.SETTINGS, Rig.founders(1), alone).fenced(HOLE.afterZxid());
        assertThat(single.peer.view().stayOutReason()).contains("no other member").contains("put back");
        assertThat(single.pass(5000).role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void whoLostWhatItHadFoundsNothingAndSaysWhatItIs() {
        Recovered lost = new Recovered(0, 0, 0, 0, List.of(), 0, List.of(), List.of(), "the epoch file is lost");
        Rig rig = new Rig(Rig.SETTINGS, Rig.founders(3), lost).linkUp(2, 102, false).linkUp(3, 103, false)
                .receive(2, new Message.FoundingProposal(Rig.founding(3)))
                .receive(3, new Message.FoundingProposal(Rig.founding(3)));
        assertThat(rig.has(Effect.SaveFounding.class)).isFalse();
        assertThat(rig.role()).isEqualTo(RoleName.FOUNDING);
        assertThat(rig.peer.view().stayOutReason()).contains("the epoch file is lost").contains("[1, 2, 3]");
        List<FoundingMember> withFormerDisk = List.of(
                new FoundingMember(1, 666), new FoundingMember(2, 102), new FoundingMember(3, 103));
        rig.receive(2, new Message.FoundingSet(withFormerDisk)).step(new Event.FoundingSaved()).follow(2);
        assertThat(rig.role()).isEqualTo(RoleName.OBSERVING);
        rig.receive(2, new Message.Diff(2, Zxid.NONE)).receive(2, new Message.NewLeader(2, Zxid.NONE)).saved();
        rig.receive(2, new Message.UpToDate(2, Zxid.NONE));
        assertThat(rig.peer.view().inSync()).isTrue();
        assertThat(rig.peer.view().stayOutReason()).contains("readmits");
        Rig single = new Rig(Rig.SETTINGS, Rig.founders(1), lost);
        assertThat(single.has(Effect.SaveFounding.class)).isFalse();
        assertThat(single.peer.view().stayOutReason()).contains("no other voter").contains("put back");
    }

    @Test
    void anObserverThatWasRefilledHasNoReasonToStayOutWhenItsLeaderGoes() {
        Recovered lost = new Recovered(0, 0, 0, 0, List.of(), 0, List.of(), List.of(), "the epoch file is lost");
        List<ConfigMember> members = List.of(new ConfigMember(1, 0, false, "m1"), new ConfigMember(2, 102, true, "m2"));
        Rig rig = new Rig(Rig.SETTINGS, members, lost).linkUp(2, 102, true)
                .receive(2, new Message.FoundingSet(List.of(new FoundingMember(2, 102))))
                .step(new Event.FoundingSaved()).follow(2);
        List<Entry> entries = Rig.entries(1, 3);
        long last = entries.getLast().zxid();
        rig.receive(2, new Message.Diff(2, Zxid.NONE)).receive(2, new Message.Propose(2, entries))
                .receive(2, new Message.NewLeader(2, last)).appended(last).saved();
        rig.receive(2, new Message.UpToDate(2, last));
        assertThat(rig.peer.view().inSync()).isTrue();
        rig.linkDown(2);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.peer.view().stayOutReason()).as("its clients would be let go").isNull();
    }
}
