package dev.quorate.ensemble.zab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of election. */
class ElectionRulesTest {
    private static final long E1 = Zxid.of(1, 5);

    private static Message.Ballot viable(long currentEpoch, long lastZxid) {
        return new Message.Ballot(currentEpoch, lastZxid, true, 0, List.of(1));
    }

    /** The vote of the last ballot that was sent to member 2. */
    private static int voteOf(Rig rig) {
        return rig.sentTo(2).stream().filter(Message.Ballot.class::isInstance).map(Message.Ballot.class::cast)
                .reduce((first, second) -> second).orElseThrow().vote();
    }

    @Test
    void votesCompareCurrentEpochThenLastZxidThenId() {
        Vote base = new Vote(2, Zxid.of(2, 5), 3);
        assertThat(new Vote(3, Zxid.of(1, 1), 1)).isGreaterThan(base);
        assertThat(new Vote(2, Zxid.of(2, 6), 1)).isGreaterThan(base);
        assertThat(new Vote(2, Zxid.of(2, 5), 4)).isGreaterThan(base);
        assertThat(new Vote(2, Zxid.of(2, 5), 3)).isEqualByComparingTo(base);
    }

    @Test
    void itVotesForTheBestViableCandidateThatItHears() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2).linkUp(3);
        assertThat(voteOf(rig.receive(2, viable(1, E1)))).isEqualTo(2);
        rig.receive(3, viable(1, E1 + 1));
        assertThat(voteOf(rig)).isEqualTo(3);
    }

    @Test
    void itDoesNotVoteForAHistoryBehindItsOwn() {
        Rig rig = Rig.founded(5, 1, 1, E1).fenced(E1).linkUp(2);
        assertThat(voteOf(rig)).isZero();
        assertThat(rig.receive(2, viable(1, E1 - 1)).sentTo(2)).isEmpty();
    }

    @Test
    void aCandidateThatIsNotHeardByAQuorumIsNotViable() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2);
        rig.receive(2, new Message.Ballot(1, E1 - 1, false, 0, List.of()));
        assertThat(rig.sentTo(2)).isEmpty();
        rig.receive(2, new Message.Ballot(1, E1 - 1, false, 0, List.of(1)));
        assertThat(voteOf(rig)).isEqualTo(1);
    }

    @Test
    void aQuorumOfVotesMakesALeader() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2).receive(2, Rig.ballot(1, E1 - 1, 0));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.receive(2, Rig.ballot(1, E1 - 1, 1)).role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void withAQuorumItWaitsOnlyShortlyForTheOthers() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2).linkUp(3).receive(2, Rig.ballot(1, E1 - 1, 0));
        assertThat(rig.receive(2, Rig.ballot(1, E1 - 1, 1)).role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.pass(40).role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.pass(10).role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void nobodyVotesBeforeItsLogHasComeToRest() {
        Rig rig = Rig.founded(3, 1, 1, E1).linkUp(2).receive(2, viable(1, E1 + 1));
        assertThat(rig.sentTo(2)).isEmpty();
        assertThat(voteOf(rig.fenced(E1))).isEqualTo(2);
    }

    @Test
    void aMemberThatHearsItsLeaderAnswersACandidateWithItAndDoesNotJoinIn() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).linkUp(3).receive(3, viable(9, E1 + 100));
        assertThat(rig.sentTo(3)).containsExactly(new Message.Loyal(2, 2));
        assertThat(rig.role()).isEqualTo(RoleName.FOLLOWING);
    }

    @Test
    void aLeaderAnswersACandidateWithItself() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(2).linkUp(3).receive(3, viable(9, E1 + 100));
        assertThat(rig.sentTo(3)).containsExactly(new Message.Lead(2, true, 2, E1));
    }

    @Test
    void aLeaderThatLooksForOneIsFollowedNoMore() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).receive(2, viable(1, E1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void aBrokenLinkToTheLeaderIsAnImmediateHint() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2).linkDown(2);
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void silenceOfTheLeaderIsASlowHint() {
        Rig rig = Rig.founded(3, 1, 1, E1).follow(2);
        assertThat(rig.pass(1000).role()).isEqualTo(RoleName.FOLLOWING);
        assertThat(rig.pass(10).role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.has(Effect.Disconnect.class)).isTrue();
    }

    @Test
    void votesCountByIdAndIncarnation() {
        Rig rig = Rig.founded(3, 1, 1, E1).fenced(E1).linkUp(2, 666, true).receive(2, Rig.ballot(1, E1 - 1, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LOOKING);
        assertThat(rig.sentTo(2)).noneMatch(m -> m instanceof Message.Ballot ballot && ballot.viable());
        rig.linkUp(2).receive(2, Rig.ballot(1, E1 - 1, 0)).receive(2, Rig.ballot(1, E1 - 1, 1));
        assertThat(rig.role()).isEqualTo(RoleName.LEADING);
    }

    @Test
    void backoffIsBoundedAndRandomFromTheInjectedSource() {
        for (long random : new long[]{0, 49, Long.MAX_VALUE, -1}) {
            Rig rig = Rig.founded(3, 1, 1, E1).random(random).elect();
            rig.pass(1010);
            assertThat(rig.role()).as("gave up").isEqualTo(RoleName.LOOKING);
            rig.fenced(E1).receive(2, Rig.ballot(1, E1 - 1, 0));
            long waitedMs = 0;
            while (rig.sentTo(2).stream().noneMatch(m -> m instanceof Message.Ballot b && b.viable())) {
                waitedMs += 5;
                assertThat(waitedMs).isLessThanOrEqualTo(1000);
                rig.tickAfter(5);
            }
            long expectedMs = 1 + Math.floorMod(random, 100L);
            assertThat(waitedMs).isBetween(expectedMs - 5, expectedMs + 5);
        }
    }

    @Test
    void ofTwoLeadersTheOneWithTheOlderHistoryYields() {
        Rig rig = Rig.founded(3, 1, 1, E1).elect().linkUp(3);
        assertThat(rig.receive(3, new Message.Lead(0, false, 1, E1 - 1)).role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.receive(3, new Message.Lead(0, false, 1, E1 + 1)).role()).isEqualTo(RoleName.LOOKING);
    }

    @Test
    void anActivatedLeaderYieldsToALaterEpochOnly() {
        Rig rig = Rig.founded(3, 1, 1, E1).activate(5).linkUp(3);
        assertThat(rig.receive(3, new Message.Lead(4, true, 9, E1 + 9)).role()).isEqualTo(RoleName.LEADING);
        assertThat(rig.receive(3, new Message.Lead(6, true, 6, E1)).role()).isEqualTo(RoleName.LOOKING);
    }
}
