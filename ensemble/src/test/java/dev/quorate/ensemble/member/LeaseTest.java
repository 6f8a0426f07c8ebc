package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private final Lease lease = new Lease(0);

    @Test
    void isDoubtfulAfterTwoThirdsOfTheTimeout() {
        assertThat(lease.doubtful(0, 3000, 2000)).isFalse();
        assertThat(lease.doubtful(0, 3000, 2001)).isTrue();
    }

    @Test
    void countsFromWhenTheAcknowledgedReportWasSent() {
        long round = lease.report(1000, List.of());
        lease.report(1900, List.of());
        lease.acknowledged(round);
        assertThat(lease.doubtful(0, 3000, 3000)).isFalse();
        assertThat(lease.doubtful(0, 3000, 3001)).isTrue();
    }

    @Test
    void aReportThatIsNotAcknowledgedCountsForNothing() {
        lease.report(1000, List.of());
        assertThat(lease.doubtful(0, 3000, 2001)).isTrue();
    }

    @Test
    void reportsOfAnotherPathAreForgotten() {
        long round = lease.report(1000, List.of());
        lease.forgetReports();
        lease.acknowledged(round);
        assertThat(lease.doubtful(0, 3000, 2001)).isTrue();
    }

    @Test
    void aSessionThatHasJustComeIsNotInDoubt() {
        assertThat(lease.doubtful(9000, 3000, 10_000)).isFalse();
    }

    @Test
    void aLeadersLeaseCountsFromTheHeartbeatThatAQuorumAnswered() {
        lease.renew(1000);
        lease.renew(500);
        assertThat(lease.doubtful(0, 3000, 3000)).isFalse();
        assertThat(lease.doubtful(0, 3000, 3001)).isTrue();
    }

    @Test
    void aSessionCountsFromTheReportThatNamedIt() {
        Lease.Hold heard = new Lease.Hold(0);
        Lease.Hold silent = new Lease.Hold(0);
        lease.acknowledged(lease.report(1000, List.of(heard)));
        assertThat(lease.doubtful(heard, 3000, 3000)).isFalse();
        assertThat(lease.doubtful(heard, 3000, 3001)).isTrue();
        assertThat(lease.doubtful(silent, 3000, 2001)).as("the leader was not told of it").isTrue();
    }
}
