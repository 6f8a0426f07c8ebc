package dev.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.Zxid;
import dev.quorate.sim.fault.Fault;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.EnsembleSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs as many seeds as a minute allows; with {@code -Pfull} five minutes, from seeds of its own on. */
class SimulationTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Duration BUDGET = Duration.ofMinutes(FULL ? 5 : 1);
    private static final long FIRST_SEED = FULL ? 1_000_001 : 1;
    private static final int SECONDS = 120;
    private static final Pattern COMMITTED = Pattern.compile(" {2}committed {2}0x([0-9a-f]+) ");
    private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

    @Test
    @Timeout(600)
    void everySeedHolds() throws InterruptedException {
        long deadlineNs = System.nanoTime() + BUDGET.toNanos();
        Progress progress = new Progress(System.out);
        AtomicLong next = new AtomicLong(FIRST_SEED);
        List<String> failed = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < deadlineNs && failed.isEmpty()) {
                    Simulation.Result result = progress.run(Schedule.of(next.getAndIncrement(), SECONDS));
                    Failure failure = result.failure();
                    if (failure != null) {
                        failed.add(failure.text(result.schedule(), result.options()));
                    }
                }
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
        System.out.println(progress.report(FIRST_SEED + ".." + (next.get() - 1)));
        assertThat(failed).isEmpty();
        assertThat(progress.seeds()).isPositive();
    }

    @Test
    void aSeedIsARun() {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.Result one = Simulation.run(Schedule.of(seed, 20), null);
            Simulation.Result other = Simulation.run(Schedule.of(seed, 20), null);
            assertThat(other.traceHash()).isEqualTo(one.traceHash());
            assertThat(other.operations()).isEqualTo(one.operations()).isPositive();
        }
        assertThat(Simulation.run(Schedule.of(4, 20), null).traceHash())
                .isNotEqualTo(Simulation.run(Schedule.of(5, 20), null).traceHash());
    }

    @Test
    void aRestrictionTakesAwayWhatItNamesAndNothingElse() {
        Options drawn = Simulation.run(Schedule.of(7, 5), null).options();
        Restriction less = Restriction.NONE.withVoters(1).withObservers(0).withClients(1);
        for (Fault fault : drawn.faults().meanMs().keySet()) {
            less = less.without(fault);
        }
        Simulation.Result result = Simulation.run(new Schedule(7, 5, less), null);
        assertThat(result.failure()).isNull();
        assertThat(result.options().ensemble().members()).isEqualTo(1);
        assertThat(result.options().clients().clients()).isEqualTo(1);
        assertThat(result.options().faults().meanMs()).isEmpty();
        assertThat(result.faults().byName()).isEmpty();
        assertThat(result.options().network()).isEqualTo(drawn.network());
        Restriction named = Restriction.NONE.without(Fault.ONE_WAY).without(Fault.KILL).withClients(2);
        assertThat(new Schedule(7, 5, named).commandLine())
                .isEqualTo("bin/simulate --seeds 7 --seconds 5 --without kill,one-way --clients 2");
        assertThat(named.without()).isEqualTo(Set.of(Fault.KILL, Fault.ONE_WAY));
    }

    /** With disks that fill up as the only fault. */
    @Test
    void writesAreRefusedWhileNoQuorumHasRoomAndTakenAgainAfterwards() {
        Restriction others = Restriction.NONE;
        for (Fault fault : Fault.values()) {
            others = fault == Fault.FILLING_DISK ? others : others.without(fault);
        }
        int refusedAndTaken = 0;
        for (long seed = 1; seed <= 200 && refusedAndTaken == 0; seed++) {
            if (!Options.draw(new Dice(seed).split(), others).faults().has(Fault.FILLING_DISK)) {
                continue;
            }
            List<Boolean> refused = new ArrayList<>();
            Simulation.Result result = Simulation.run(new Schedule(seed, 30, others), line -> {
                if (line.contains("answered") && line.contains("SetData")) {
                    refused.add(line.contains("error -125"));
                }
            });
            assertThat(result.failure()).isNull();
            refusedAndTaken += refused.contains(true) && refused.lastIndexOf(false) > refused.indexOf(true) ? 1 : 0;
        }
        assertThat(refusedAndTaken).isPositive();
    }

    /** With nothing but counters that end: a leader goes on in a new epoch, and every client keeps its connection. */
    @Test
    void noClientNoticesTheEndOfACounter() {
        Restriction others = Restriction.NONE;
        for (Fault fault : Fault.values()) {
            others = fault == Fault.COUNTER_END ? others : others.without(fault);
        }
        int ended = 0;
        for (long seed = 1; seed <= 200 && ended < 5; seed++) {
            long last = Options.draw(new Dice(seed).split(), others).ensemble().maxCounter();
            if (last == EnsembleSettings.FAR_COUNTER) {
                continue;
            }
            List<String> letGo = new ArrayList<>();
            List<Long> counters = new ArrayList<>();
            Simulation.Result result = Simulation.run(new Schedule(seed, 30, others), line -> {
                Matcher committed = COMMITTED.matcher(line);
                if (committed.find()) {
                    counters.add(Zxid.counter(Long.parseLong(committed.group(1), 16)));
                } else if (line.contains("  let go") || line.contains("session gone")) {
                    letGo.add(line);
                }
            });
            assertThat(result.failure()).isNull();
            assertThat(letGo).isEmpty();
            assertThat(counters).isNotEmpty().allMatch(counter -> counter <= last);
            for (int i = 1; i < counters.size(); i++) {
                boolean began = counters.get(i) == 1;
                ended += began && counters.get(i - 1) > last * 3 / 4 ? 1 : 0;
            }
        }
        assertThat(ended).isGreaterThanOrEqualTo(5);
    }

    @Test
    void theProgramRunsSeedsAndRefusesWhatIsNone() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(Simulate.run(out, "--seeds", "1..2", "--seconds", "5", "--twice")).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("2 seeds, 0 failed");
        bytes.reset();
        assertThat(Simulate.run(out, "--seeds", "1..9", "--seconds", "5", "--threads", "2", "--report")).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).containsPattern("schedules +9\\n").contains("virtual hours");
        assertThat(Simulate.run(out, "--seeds", "one")).isEqualTo(2);
        assertThat(Simulate.run(out, "--seeds", "1", "--without", "gremlins")).isEqualTo(2);
    }
}
