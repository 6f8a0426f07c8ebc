package dev.quorate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.bench.server.Product;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Side OURS = Side.of(Product.QUORATE);
    private static final Side THEIRS = Side.of(Product.ZOOKEEPER);

    private static Row row(String name) {
        return Row.all().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void theMedianIsTheMiddle() {
        assertThat(Results.median(3, 1, 2)).isEqualTo(2);
        assertThat(Results.median(4, 1, 3, 2)).isEqualTo(2.5);
        assertThat(Results.median()).isNaN();
    }

    @Test
    void numbersKeepThreeDigits() {
        assertThat(List.of(Results.number(12_345.6), Results.number(12.345), Results.number(1.2345),
                Results.number(0.12345), Results.number(Double.NaN)))
                .containsExactly("12,346", "12.3", "1.23", "0.123", "–");
    }

    @Test
    void aRatioAboveOneIsBetterForRatesAndTimesAlike() {
        var results = new Results(List.of(OURS, THEIRS));
        for (double noise : new double[]{-1, 0, 1}) {
            results.add(row("reads"), OURS, new Sample(3_000 + noise, 1, 2, 10, 0.125, Double.NaN));
            results.add(row("reads"), THEIRS, new Sample(1_000 + noise, 3, 4, 20, 0.0625, Double.NaN));
            results.add(row("leader-kill"), OURS, Sample.ofGap(50 + noise, 0));
            results.add(row("leader-kill"), THEIRS, Sample.ofGap(400 + noise, 4));
        }
        assertThat(results.table(Row.all())).isEqualTo(
                """
                        | row | Quorate | ZooKeeper | ratio | p50 ms | p99 ms | CPU µs | generator's CPU |
                        |---|---:|---:|---:|---:|---:|---:|---:|
                        | reads, 100 B | 3,000 ops/s | 1,000 ops/s | **3.00** | 1.00 / 3.00 | 2.00 / 4.00 | 10.0 / 20.0 \
                        | 12.5 % / 6.25 % |
                        | leader killed: gap of writes | 50.0 ms, 0 lost | 400 ms, 12 lost | **8.00** |  |  |  |  |
                        """);
    }

    @Test
    void oneSideHasNoRatio() {
        var results = new Results(List.of(OURS));
        results.add(row("heap"), OURS, Sample.of(180));
        assertThat(results.table(Row.all())).isEqualTo("""
                | row | Quorate | p50 ms | p99 ms | CPU µs | generator's CPU |
                |---|---:|---:|---:|---:|---:|
                | heap per znode of 100 B | 180 B |  |  |  |  |
                """);
    }
}
