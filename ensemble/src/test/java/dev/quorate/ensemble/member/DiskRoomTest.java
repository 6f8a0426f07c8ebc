package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three voters, of which the first one leads, and an observer. */
class DiskRoomTest {
    private static final Configuration MEMBERS = Configuration.founding(IntStream.rangeClosed(1, 4)
            .mapToObj(id -> new ConfigMember(id, 10 + id, id < 4, "")).toList());

    private final DiskRoom room = new DiskRoom(1, 11);

    private static PeerView view(int... inSync) {
        List<LearnerView> learners = IntStream.of(inSync)
                .mapToObj(id -> new LearnerView(id, 10 + id, 1, id < 4, true, true, 0)).toList();
        return new PeerView(RoleName.LEADING, 1, 1, 0, true, 0, 0, learners, 1, MEMBERS, null);
    }

    private boolean refusesWith(int... inSync) {
        room.leads(view(inSync));
        return room.isRefusing();
    }

    @Test
    void writesAreTakenWhileAQuorumHasRoom() {
        assertThat(refusesWith(2, 3)).isFalse();
        room.other(2, true);
        assertThat(refusesWith(2, 3)).isFalse();
        room.own(5, true);
        assertThat(refusesWith(2, 3)).isTrue();
        room.other(2, false);
        assertThat(refusesWith(2, 3)).isFalse();
        room.other(4, true);
        room.own(500, false);
        assertThat(refusesWith(2, 3, 4)).as("an observer does not count").isFalse();
    }

    @Test
    void whoIsNotThereHasNoRoomToGive() {
        assertThat(refusesWith(2)).as("nobody is short").isFalse();
        room.other(2, true);
        assertThat(refusesWith(2)).as("the quorum needs the one that is short").isTrue();
        assertThat(refusesWith(2, 3)).isFalse();
    }

    @Test
    void whatAMemberSaidIsForgottenWhenItLeaves() {
        room.own(5, true);
        room.other(2, true);
        assertThat(refusesWith(2, 3)).isTrue();
        room.leads(view(3));
        assertThat(refusesWith(2, 3)).isFalse();
    }

    @Test
    void aLeaderThatIsShortLeavesToSomebodyWhoHasRoomAndNotAgainAtOnce() {
        assertThat(room.tellsToLeave(view(2, 3), 0)).isFalse();
        room.own(5, true);
        room.other(2, true);
        assertThat(room.tellsToLeave(view(2), 0)).isFalse();
        assertThat(room.tellsToLeave(view(2, 4), 0)).as("an observer does not lead").isFalse();
        assertThat(room.unfit(view(2))).as("somebody has to lead").isEmpty();
        assertThat(room.tellsToLeave(view(2, 3), 0)).isTrue();
        assertThat(room.unfit(view(2, 3))).containsExactly(2);
        assertThat(room.tellsToLeave(view(2, 3), 9_999)).isFalse();
        assertThat(room.tellsToLeave(view(2, 3), 10_000)).isTrue();
    }
}
