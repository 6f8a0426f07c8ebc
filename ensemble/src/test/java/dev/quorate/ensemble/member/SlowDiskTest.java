package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a leader's own log counts as slow. */
class SlowDiskTest {
    private final SlowDisk disk = new SlowDisk();
    private long nowMs = 1_000_000;
    private long zxid;

    /**
     * Appends one after the other, each durable after so long; whether the disk was called slow at some tick of 10 ms.
     */
    private boolean appends(int count, long tookMs, boolean othersAhead) {
        boolean told = false;
        for (int i = 0; i < count; i++) {
            disk.asked(++zxid, nowMs);
            for (long waited = 0; waited < tookMs; waited += 10) {
                nowMs += Math.min(10, tookMs - waited);
                told |= disk.tells(othersAhead ? zxid : zxid - 1, nowMs);
            }
            disk.durable(zxid, nowMs);
        }
        return told;
    }

    private boolean appends(int count, long tookMs) {
        return appends(count, tookMs, true);
    }

    @Test
    void aDiskThatIsAsSlowAsEverIsNotSlow() {
        assertThat(appends(1000, 50)).isFalse();
        assertThat(appends(100, 400)).as("eight times").isFalse();
    }

    @Test
    void aDiskThatStandsStillIsSlowAfterASecond() {
        appends(500, 1);
        assertThat(appends(1, 990)).isFalse();
        assertThat(appends(1, 1010)).isTrue();
    }

    @Test
    void aDiskThatIsFarSlowerThanItWasIsSlowAfterASecond() {
        appends(500, 1);
        assertThat(appends(6, 150)).isFalse();
        assertThat(appends(2, 150)).isTrue();
    }

    @Test
    void oneQuickAppendInBetweenMeansThatItIsNotSlow() {
        appends(500, 1);
        for (int i = 0; i < 20; i++) {
            assertThat(appends(6, 150)).isFalse();
            appends(1, 5);
        }
    }

    @Test
    void whatTakesNoTimeThatMattersIsNotSlow() {
        appends(500, 0);
        assertThat(appends(100, 90)).isFalse();
    }

    @Test
    void aDiskIsSlowOnlyComparedWithAnother() {
        appends(500, 1);
        assertThat(appends(3, 2000, false)).isFalse();
    }

    @Test
    void itIsSaidOnceAMinute() {
        appends(500, 1);
        assertThat(appends(1, 2000)).isTrue();
        assertThat(appends(28, 2000)).isFalse();
        nowMs += 10_000;
        assertThat(appends(1, 2000)).isTrue();
    }

    @Test
    void aDiskThatStaysSlowIsTheUsualOne() {
        appends(500, 1);
        assertThat(appends(20, 150)).isTrue();
        appends(400, 150);
        assertThat(appends(100, 200)).isFalse();
    }

    @Test
    void whatARoleAskedForEndsWithIt() {
        appends(500, 1);
        disk.asked(++zxid, nowMs);
        disk.forget();
        nowMs += 5000;
        assertThat(disk.tells(zxid, nowMs)).isFalse();
    }
}
