package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Membership;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.PendingChange;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a leader orders for a change of the members. Member N has the disk 10 + N; member 1 leads three voters. */
class ReconfigTest {
    private static final int PATIENCE_MS = 1000;
    private static final long CHANGE = 77;
    private static final Configuration PRESENT = new Configuration(5, 1, 3, List.of(voter(1), voter(2), voter(3)),
            null);

    private final Reconfig reconfig = new Reconfig(1, 11, 2, PATIENCE_MS);

    private static ConfigMember voter(int id) {
        return new ConfigMember(id, 10 + id, true, "h" + id + ":1:2:participant;h" + id + ":3");
    }

    /** As it is asked for: nobody knows which disk it has. */
    private static ConfigMember asked(int id, boolean voter) {
        return new ConfigMember(id, 0, voter, "h" + id + ":1:2;h" + id + ":3");
    }

    private static LearnerView learner(int id) {
        return learner(id, 10 + id, true, true);
    }

    private static LearnerView learner(int id, long disk, boolean inSync, boolean counts) {
        return new LearnerView(id, disk, 1, id <= 3, inSync, counts, 0);
    }

    private static PeerView view(LearnerView... learners) {
        return new PeerView(RoleName.LEADING, 1, 1, 0, true, 0, 0, List.of(learners), 1, PRESENT, null);
    }

    private static Membership wanting(ConfigMember... members) {
        return wanting(1, members);
    }

    private static Membership wanting(int level, ConfigMember... members) {
        return new Membership(PRESENT, 0, new PendingChange(CHANGE, new Origin(2, 12, 1), 9, level, List.of(members)));
    }

    private @Nullable Command next(Membership membership, PeerView view, long nowMs) {
        return reconfig.next(membership, view, Map.of(), nowMs);
    }

    private static Command.Joint joint(@Nullable Command ordered) {
        assertThat(ordered).isInstanceOf(Command.Joint.class);
        return (Command.Joint) Objects.requireNonNull(ordered);
    }

    @Test
    void withoutAChangeNothingIsOrdered() {
        assertThat(next(new Membership(PRESENT, 0, null), view(learner(2), learner(3)), 0)).isNull();
    }

    @Test
    void aChangeBeginsWithTheDisksOfItsVotersOnceAllNewOnesAreInSync() {
        Membership membership = wanting(asked(1, true), asked(2, true), asked(4, true), asked(5, false));
        assertThat(next(membership, view(learner(2), learner(3)), 0)).as("4 is not there").isNull();
        assertThat(next(membership, view(learner(2), learner(4, 14, false, true)), 1)).as("4 lags").isNull();
        assertThat(next(membership, view(learner(2), learner(4, 14, true, false)), 2)).as("4 promised to a later epoch")
                .isNull();
        Command.Joint joint = joint(next(membership, view(learner(2), learner(4)), 3));
        assertThat(joint.change()).isEqualTo(CHANGE);
        assertThat(joint.configuration().members()).isEqualTo(PRESENT.members());
        assertThat(joint.configuration().next()).extracting(ConfigMember::id, ConfigMember::incarnation)
                .containsExactly(pair(1, 11), pair(2, 12), pair(4, 14), pair(5, 0));
    }

    private static Tuple pair(int id, long disk) {
        return Tuple.tuple(id, disk);
    }

    @Test
    void whatIsOrderedIsNotOrderedAgainBeforeItIsApplied() {
        Membership membership = wanting(asked(1, true), asked(2, true));
        PeerView view = view(learner(2), learner(3));
        assertThat(next(membership, view, 0)).isInstanceOf(Command.Joint.class);
        assertThat(next(membership, view, 1)).isNull();
        reconfig.applied(new Outcome.ChangeBegun());
        assertThat(next(membership, view, 2)).isInstanceOf(Command.Joint.class);
    }

    @Test
    void aNewVoterThatDoesNotComeInTimeEndsTheChange() {
        Membership membership = wanting(asked(1, true), asked(2, true), asked(4, true));
        PeerView view = view(learner(2), learner(3));
        assertThat(next(membership, view, 5)).isNull();
        assertThat(next(membership, view, 4 + PATIENCE_MS)).isNull();
        assertThat(next(membership, view, 5 + PATIENCE_MS))
                .isEqualTo(new Command.Abandon(CHANGE, ErrorCode.NEW_CONFIG_NO_QUORUM));
    }

    @Test
    void eachChangeHasItsOwnTime() {
        PeerView view = view(learner(2), learner(3));
        assertThat(next(wanting(asked(1, true), asked(4, true)), view, 0)).isNull();
        Membership later = new Membership(PRESENT, 0, new PendingChange(CHANGE + 1, new Origin(2, 12, 1), 10, 1,
                List.of(asked(1, true), asked(4, true))));
        assertThat(next(later, view, PATIENCE_MS)).isNull();
        assertThat(next(later, view, 2L * PATIENCE_MS)).isInstanceOf(Command.Abandon.class);
    }

    /** ZooKeeper refuses so too, at once; here those that stay have the same time to come as the new ones. */
    @Test
    void theNextVotersNeedAQuorumInSyncOfTheirOwn() {
        Membership membership = wanting(asked(2, true), asked(3, true));
        PeerView view = view(learner(2), learner(3, 13, false, true));
        assertThat(next(membership, view, 0)).as("3 lags, and the leader will not count").isNull();
        assertThat(next(membership, view, PATIENCE_MS))
                .isEqualTo(new Command.Abandon(CHANGE, ErrorCode.NEW_CONFIG_NO_QUORUM));
    }

    @Test
    void aVoterWithAnotherDiskDoesNotCountForTheQuorumOfTheNext() {
        Membership membership = wanting(asked(2, true), asked(3, true));
        assertThat(next(membership, view(learner(2), learner(3, 99, true, true)), 0)).isNull();
        assertThat(next(membership, view(learner(2), learner(3)), 1)).isInstanceOf(Command.Joint.class);
    }

    @Test
    void anObserverNeedNotBeThere() {
        Membership membership = wanting(asked(1, true), asked(2, true), asked(3, true), asked(4, false));
        assertThat(next(membership, view(learner(2)), 0)).isInstanceOf(Command.Joint.class);
    }

    @Test
    void whoHasNoClientAddressGetsTheOneThatItToldOfItself() {
        Membership membership = wanting(asked(1, true), asked(2, true), new ConfigMember(4, 0, true, "h4:1:2"));
        Command.Joint joint = joint(reconfig.next(membership, view(learner(2), learner(4)),
                Map.of(4, "told:3"), 0));
        assertThat(joint.configuration().member(4)).isEqualTo(new ConfigMember(4, 14, true, "h4:1:2;told:3"));
    }

    @Test
    void aJointConfigurationIsEndedByWhoeverLeads() {
        Configuration joint = PRESENT.joint(List.of(voter(1), voter(2), voter(4)));
        PendingChange change = new PendingChange(CHANGE, new Origin(2, 12, 1), 9, 1, List.of(asked(4, true)));
        assertThat(next(new Membership(joint, CHANGE, change), view(), 0))
                .isEqualTo(new Command.Final(CHANGE, 1, 4, List.of(voter(1), voter(2), voter(4))));
    }

    @Test
    void aLevelIsRaisedOnceEveryMemberKnowsIt() {
        Membership membership = wanting(2, voter(1), voter(2), voter(3));
        LearnerView two = new LearnerView(2, 12, 2, true, true, true, 0);
        assertThat(next(membership, view(two, learner(3)), 0)).as("3 knows level 1 only").isNull();
        LearnerView three = new LearnerView(3, 13, 2, true, false, true, 0);
        assertThat(next(membership, view(two, three), 1)).isEqualTo(new Command.Final(CHANGE, 2, 3, PRESENT.members()));
    }

    @Test
    void aLevelThatAMemberDoesNotKnowInTimeIsNotRaised() {
        Membership membership = wanting(2, voter(1), voter(2), voter(3));
        assertThat(next(membership, view(learner(2)), 0)).isNull();
        assertThat(next(membership, view(learner(2)), PATIENCE_MS))
                .isEqualTo(new Command.Abandon(CHANGE, ErrorCode.NEW_CONFIG_NO_QUORUM));
        Reconfig old = new Reconfig(1, 11, 1, 0);
        LearnerView two = new LearnerView(2, 12, 2, true, true, true, 0);
        LearnerView three = new LearnerView(3, 13, 2, true, true, true, 0);
        assertThat(old.next(membership, view(two, three), Map.of(), 0)).as("the leader does not know it")
                .isInstanceOf(Command.Abandon.class);
    }

    @Test
    void aVoterThatComesBackWithAnotherDiskIsReadmittedOnceItIsInSync() {
        Membership membership = new Membership(PRESENT, 0, null);
        assertThat(next(membership, view(learner(2), learner(3, 99, false, true)), 0)).isNull();
        Command.Joint joint = joint(next(membership, view(learner(2), learner(3, 99, true, true)), 1));
        assertThat(joint.change()).isZero();
        assertThat(joint.configuration().isVoter(3, 13)).as("the old quorum counts the former disk").isTrue();
        assertThat(joint.configuration().staysVoter(3, 99)).isTrue();
        assertThat(joint.configuration().staysVoter(3, 13)).isFalse();
    }

    @Test
    void anObserverOrAStrangerWithAnotherDiskChangesNothing() {
        Configuration observed = new Configuration(5, 1, 4, List.of(voter(1), voter(2), asked(4, false)), null);
        Membership membership = new Membership(observed, 0, null);
        assertThat(next(membership, view(learner(2), learner(4, 99, true, true), learner(7)), 0)).isNull();
    }

    @Test
    void aNewEpochIsWantedForWhoIsToVoteAndPromisedToALaterOne() {
        LearnerView promised = learner(4, 14, true, false);
        Membership joins = wanting(asked(1, true), asked(4, true));
        assertThat(reconfig.needsNewEpoch(joins, view(learner(2), promised))).isTrue();
        assertThat(reconfig.needsNewEpoch(joins, view(learner(2), learner(4)))).isFalse();
        assertThat(reconfig.needsNewEpoch(joins, view(learner(4, 14, false, false)))).as("not in sync").isFalse();
        assertThat(reconfig.needsNewEpoch(new Membership(PRESENT, 0, null), view(promised))).as("a stranger").isFalse();
        assertThat(reconfig.needsNewEpoch(new Membership(PRESENT, 0, null), view(learner(3, 99, true, false))))
                .isTrue();
        assertThat(reconfig.needsNewEpoch(wanting(asked(1, true), asked(4, false)), view(promised)))
                .as("an observer").isFalse();
    }
}
