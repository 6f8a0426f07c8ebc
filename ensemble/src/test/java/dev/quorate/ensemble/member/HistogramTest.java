package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void emptyIsAllZero() {
        var histogram = new Histogram();
        assertThat(histogram.count()).isZero();
        assertThat(histogram.min()).isZero();
        assertThat(histogram.max()).isZero();
        assertThat(histogram.quantile(0.99)).isZero();
    }

    @Test
    void quantilesAreRightToAFifth() {
        var histogram = new Histogram();
        for (int i = 1; i <= 100_000; i++) {
            histogram.record(i);
        }
        assertThat(histogram.count()).isEqualTo(100_000);
        assertThat(histogram.sum()).isEqualTo(100_000L * 100_001 / 2);
        assertThat(histogram.min()).isEqualTo(1);
        assertThat(histogram.max()).isEqualTo(100_000);
        for (double share : new double[]{0.001, 0.1, 0.5, 0.9, 0.99}) {
            assertThat((double) histogram.quantile(share)).isBetween(share * 100_000, share * 100_000 * 1.26);
        }
        assertThat(histogram.quantile(1)).isEqualTo(100_000);
    }

    @Test
    void takesEveryLong() {
        var histogram = new Histogram();
        histogram.record(Long.MAX_VALUE);
        histogram.record(-5);
        assertThat(histogram.min()).isZero();
        assertThat(histogram.quantile(1)).isEqualTo(Long.MAX_VALUE);
    }
}
