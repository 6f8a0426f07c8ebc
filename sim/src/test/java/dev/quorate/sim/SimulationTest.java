package dev.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs as many seeds as a minute allows; five with {@code -Pfull}, which also begins elsewhere each time. */
class SimulationTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Duration BUDGET = Duration.ofMinutes(FULL ? 5 : 1);
    private static final int SECONDS = 120;

    @Test
    @Timeout(600)
    void everySeedHolds() {
        long deadlineNs = System.nanoTime() + BUDGET.toNanos();
        Progress progress = new Progress(System.out);
        for (long seed = 1; System.nanoTime() < deadlineNs; seed++) {
            Simulation.Result result = Simulation.run(seed, SECONDS, null);
            progress.add(result);
            Simulation.Failure failure = result.failure();
            assertThat(failure == null ? "" : failure.text()).isEmpty();
        }
        progress.summary();
        assertThat(progress.seeds()).isPositive();
    }

    @Test
    void aSeedIsARun() {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.Result one = Simulation.run(seed, 20, null);
            Simulation.Result other = Simulation.run(seed, 20, null);
            assertThat(other.traceHash()).isEqualTo(one.traceHash());
            assertThat(other.operations()).isEqualTo(one.operations()).isPositive();
        }
        assertThat(Simulation.run(4, 20, null).traceHash()).isNotEqualTo(Simulation.run(5, 20, null).traceHash());
    }

    @Test
    void theProgramRunsSeedsAndRefusesWhatIsNone() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(Simulate.run(out, "--seeds", "1..2", "--seconds", "5", "--twice")).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("2 seeds, 0 failed");
        assertThat(Simulate.run(out, "--seeds", "one")).isEqualTo(2);
    }
}
