package dev.quorate.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private final Scheduler scheduler = new Scheduler();
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsInOrderOfTimeThenOfScheduling() {
        scheduler.after(20, () -> ran.add("c"));
        scheduler.after(10, () -> {
            ran.add("a");
            scheduler.after(0, () -> ran.add("b2"));
        });
        scheduler.after(10, () -> ran.add("b1"));
        scheduler.after(15, () -> ran.add("cancelled")).cancel();
        scheduler.runUntil(19);
        assertThat(ran).containsExactly("a", "b1", "b2");
        assertThat(scheduler.nowNs()).isEqualTo(19);
        scheduler.runUntil(30);
        assertThat(ran).endsWith("c");
    }

    @Test
    void aTraceTellsRunsApart() {
        Trace one = new Trace(null);
        Trace other = new Trace(null);
        Trace different = new Trace(null);
        for (int i = 0; i < 300; i++) {
            one.event(i, 1, "e", i, null);
            other.event(i, 1, "e", i, null);
            different.event(i, 1, "e", i == 7 ? 8 : i, null);
        }
        assertThat(one.hash()).isEqualTo(other.hash()).isNotEqualTo(different.hash());
        assertThat(one.last()).hasSize(150).last().asString().endsWith("1  e");
    }

    @Test
    void diceOfOneConcernDoNotShiftThoseOfAnother() {
        Dice first = new Dice(1);
        Dice firstNet = first.split();
        Dice firstDisk = first.split();
        Dice second = new Dice(1);
        Dice secondNet = second.split();
        Dice secondDisk = second.split();
        firstNet.nextLong();
        assertThat(firstDisk.nextLong()).isEqualTo(secondDisk.nextLong());
        assertThat(firstNet.nextLong()).isNotEqualTo(secondNet.nextLong());
    }
}
