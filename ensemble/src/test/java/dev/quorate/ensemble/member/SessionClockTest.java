package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionClockTest {
    private final SessionClock clock = new SessionClock();

    @Test
    void aSilentSessionExpiresAfterItsFullTimeout() {
        clock.add(1, 4000, 10_000);
        assertThat(clock.expired(13_999)).isEmpty();
        assertThat(clock.expired(14_000)).containsExactly(1L);
    }

    @Test
    void aTouchGivesTheFullTimeoutAgain() {
        clock.add(1, 4000, 10_000);
        clock.touch(1, 13_000);
        assertThat(clock.expired(16_999)).isEmpty();
        assertThat(clock.expired(17_000)).containsExactly(1L);
    }

    @Test
    void aLateReportOfAnEarlierTouchTakesNothingBack() {
        clock.add(1, 4000, 10_000);
        clock.touch(1, 13_000);
        clock.touch(1, 12_000);
        assertThat(clock.expired(16_999)).isEmpty();
    }

    @Test
    void aClosedSessionDoesNotExpire() {
        clock.add(1, 4000, 10_000);
        clock.remove(1);
        assertThat(clock.expired(20_000)).isEmpty();
    }

    @Test
    void anExpiredSessionIsNamedOnceATimeout() {
        clock.add(1, 4000, 10_000);
        assertThat(clock.expired(14_000)).hasSize(1);
        assertThat(clock.expired(17_999)).isEmpty();
        assertThat(clock.expired(18_000)).hasSize(1);
    }

    @Test
    void afterAPauseOfTheLeaderNothingExpiresForAFullTimeout() {
        clock.add(1, 4000, 10_000);
        clock.add(2, 6000, 10_000);
        clock.touchAll(60_000);
        assertThat(clock.expired(63_999)).isEmpty();
        assertThat(clock.expired(64_000)).containsExactly(1L);
        assertThat(clock.expired(66_000)).containsExactly(2L);
    }
}
