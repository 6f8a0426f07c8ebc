package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

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
        long round = lease.report(1000);
        lease.report(1900);
        lease.acknowledged(round);
        assertThat(lease.doubtful(0, 3000, 3000)).isFalse();
        assertThat(lease.doubtful(0, 3000, 3001)).isTrue();
    }

    @Test
    void aReportThatIsNotAcknowledgedCountsForNothing() {
        lease.report(1000);
        assertThat(lease.doubtful(0, 3000, 2001)).isTrue();
    }

    @Test
    void reportsOfAnotherPathAreForgotten() {
        long round = lease.report(1000);
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
}
