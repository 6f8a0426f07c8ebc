package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Founding is unanimous: nobody votes before it durably holds a set with the incarnation of every founding voter. */
class FoundingRulesTest {
    private static final Recovered EMPTY = new Recovered(0, 0, 0, 0, List.of(), 0, List.of(), List.of(), null);

    private static Rig unfounded(int voters) {
        return new Rig(Rig.SETTINGS, Rig.founders(voters), EMPTY);
    }

    private static Rig proposing() {
        return unfounded(3).linkUp(2, 102, false).linkUp(3, 103, false);
    }

    @Test
    void itProposesOnlyOnceItSeesEveryVoter() {
        Rig rig = unfounded(3).linkUp(2, 102, false);
        assertThat(rig.effects).isEmpty();
        rig.linkUp(3, 103, false);
        assertThat(rig.sentTo(2)).containsExactly(new Message.FoundingProposal(Rig.founding(3)));
        assertThat(rig.sentTo(3)).containsExactly(new Message.FoundingProposal(Rig.founding(3)));
    }

    @Test
    void itSavesTheSetOnlyWhenAllVotersProposeTheSame() {
        Rig rig = proposing().receive(2, new Message.FoundingProposal(Rig.founding(3)));
        assertThat(rig.has(Effect.SaveFounding.class)).isFalse();
        List<FoundingMember> other = List.of(
                new FoundingMember(1, 101), new FoundingMember(2, 102), new FoundingMember(3, 666));
        rig.receive(3, new Message.FoundingProposal(other));
        assertThat(rig.has(Effect.SaveFounding.class)).isFalse();
        rig.receive(3, new Message.FoundingProposal(Rig.founding(3)));
        assertThat(rig.all(Effect.SaveFounding.class)).containsExactly(new Effect.SaveFounding(Rig.founding(3)));
    }

    @Test
    void aProposalEndsWithItsLink() {
        Rig rig = proposing().receive(2, new Message.FoundingProposal(Rig.founding(3))).linkDown(2);
        rig.linkUp(2, 202, false).receive(3, new Message.FoundingProposal(Rig.founding(3)));
        assertThat(rig.has(Effect.SaveFounding.class)).isFalse();
    }

    @Test
    void nobodyVotesBeforeItHoldsTheSetDurably() {
        Rig rig = proposing().receive(2, new Message.FoundingProposal(Rig.founding(3)))
                .receive(3, new Message.FoundingProposal(Rig.founding(3)))
                .receive(2, new Message.Ballot(0, 0, true, 2, List.of(1, 3)));
        assertThat(rig.effects).isEmpty();
        assertThat(rig.role()).isEqualTo(RoleName.FOUNDING);
        rig.step(new Event.FoundingSaved());
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void anEmptyVoterDoesNotFoundBesideAFoundedOne() {
        Rig rig = unfounded(3).linkUp(2, 102, false).linkUp(3, 103, true)
                .receive(2, new Message.FoundingProposal(Rig.founding(3)))
                .receive(3, new Message.FoundingProposal(Rig.founding(3)));
        assertThat(rig.role()).isEqualTo(RoleName.FOUNDING);
        assertThat(rig.has(Effect.SaveFounding.class)).isFalse();
    }

    @Test
    void aFoundedMemberTellsItsSetToAnUnfoundedOne() {
        Rig rig = Rig.founded(3, 0, 0).linkUp(2, 102, false);
        assertThat(rig.sentTo(2)).contains(new Message.FoundingSet(Rig.founding(3)));
        rig.linkUp(3, 103, true);
        assertThat(rig.sentTo(3)).doesNotContain(new Message.FoundingSet(Rig.founding(3)));
    }

    @Test
    void anUnfoundedVoterAdoptsASetThatListsItsOwnDisk() {
        Rig rig = unfounded(3).linkUp(2).receive(2, new Message.FoundingSet(Rig.founding(3)));
        assertThat(rig.all(Effect.SaveFounding.class)).containsExactly(new Effect.SaveFounding(Rig.founding(3)));
    }

    @Test
    void anEmptiedDiskAdoptsTheSetAndDoesNotVote() {
        List<FoundingMember> withFormerDisk = List.of(
                new FoundingMember(1, 666), new FoundingMember(2, 102), new FoundingMember(3, 103));
        Rig rig = unfounded(3).linkUp(2).receive(2, new Message.FoundingSet(withFormerDisk));
        assertThat(rig.has(Effect.SaveFounding.class)).isTrue();
        rig.step(new Event.FoundingSaved()).fenced(0);
        assertThat(rig.peer.view().configuration().isVoter(1, 101)).isFalse();
        rig.receive(2, Rig.ballot(0, 0, 0)).receive(2, Rig.ballot(0, 0, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void theFoundingSetCountsAndNotTheServerLines() {
        Rig rig = unfounded(5).linkUp(2).receive(2, new Message.FoundingSet(Rig.founding(3)));
        rig.step(new Event.FoundingSaved());
        assertThat(rig.peer.view().configuration().voters()).containsExactly(1, 2, 3);
    }

    @Test
    void aMemberThatIsNotInTheServerLinesFoundsNothing() {
        Rig rig = new Rig(PeerSettings.defaults(7, 107), Rig.founders(2), EMPTY);
        rig.linkUp(1, 101, false).linkUp(2, 102, false).receive(1, new Message.FoundingProposal(Rig.founding(2)));
        assertThat(rig.effects).isEmpty();
        assertThat(rig.role()).isEqualTo(RoleName.FOUNDING);
    }

    @Test
    void anObserverAdoptsTheSetItIsTold() {
        Rig rig = new Rig(PeerSettings.defaults(4, 104), Rig.founders(3), EMPTY);
        rig.linkUp(2).receive(2, new Message.FoundingSet(Rig.founding(3)));
        assertThat(rig.has(Effect.SaveFounding.class)).isTrue();
        assertThat(rig.step(new Event.FoundingSaved()).role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void aSingleVoterFoundsAtOnce() {
        Rig rig = unfounded(1);
        assertThat(rig.all(Effect.SaveFounding.class)).containsExactly(new Effect.SaveFounding(Rig.founding(1)));
    }

    @Test
    void aDiskThatTheFoundingSetDoesNotKnowNeverVotes() {
        Rig rig = new Rig(PeerSettings.defaults(1, 7), Rig.founders(3), Rig.recovered(3, 0, 0));
        rig.fenced(0).linkUp(2).receive(2, Rig.ballot(0, 0, 0)).receive(2, Rig.ballot(0, 0, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.sentTo(2)).noneMatch(m -> m instanceof Message.Ballot ballot && ballot.viable());
    }
}
