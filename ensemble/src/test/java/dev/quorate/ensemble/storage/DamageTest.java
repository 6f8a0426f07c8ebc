package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A log that is flipped, cut or lost, byte by byte: never a wrong record, and never less than was acknowledged in
 * silence.
 */
class DamageTest {
    private static final int ENTRIES = 20;

    /** Entries in batches of 1 to 3, over several segments, the last batch marked. */
    private static FakeDisk written() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk);
        List<Entry> entries = StorageRig.entries(1, 1, ENTRIES);
        for (int i = 0; i < ENTRIES;) {
            int count = Math.min(1 + i % 3, ENTRIES - i);
            rig.append(entries.subList(i, i + count));
            i += count;
        }
        rig.idle();
        assertThat(rig.failures).isEmpty();
        disk.restart();
        return disk;
    }

    private static List<String> segments(FakeDisk disk) {
        return disk.files().stream().filter(each -> each.startsWith("log/history-1/log-")).toList();
    }

    /**
     * Opens and loads; whatever is loaded is the beginning of what was written. Gives how much that is, -1: stays out.
     */
    private static int recovered(FakeDisk disk, String what) {
        StorageRig rig = StorageRig.open(disk).load();
        assertThat(rig.failures).as(what).isEmpty();
        assertThat(rig.loaded).as(what).isEqualTo(StorageRig.entries(1, 1, ENTRIES).subList(0, rig.loaded.size()));
        assertThat(rig.loadedZxid).as(what).isEqualTo(rig.recovered().lastZxid());
        return rig.stayOutReason() != null ? -1 : rig.loaded.size();
    }

    @Test
    void flippedBytesAreHarmlessOrKeepTheMemberOut() {
        FakeDisk disk = written();
        assertThat(segments(disk)).hasSizeGreaterThan(2);
        int staysOut = 0;
        for (String path : segments(disk)) {
            byte[] bytes = disk.bytes(path);
            for (int at = 0; at < bytes.length; at += bytes[at] == 0 ? 7 : 1) {
                FakeDisk damaged = disk.copy();
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << at % 8);
                damaged.damage(path, flipped);
                int recovered = recovered(damaged, path + " flipped at " + at);
                assertThat(recovered).as(path + " flipped at " + at).isIn(-1, ENTRIES);
                staysOut += recovered < 0 ? 1 : 0;
            }
        }
        assertThat(staysOut).isGreaterThan(ENTRIES * 30);
    }

    @Test
    void cutsAreHarmlessOrKeepTheMemberOut() {
        FakeDisk disk = written();
        for (String path : segments(disk)) {
            byte[] bytes = disk.bytes(path);
            for (int length = 0; length < bytes.length; length += bytes[length] == 0 ? 7 : 1) {
                for (boolean zeros : new boolean[]{true, false}) {
                    FakeDisk damaged = disk.copy();
                    byte[] cut = Arrays.copyOf(bytes, length);
                    damaged.damage(path, zeros ? Arrays.copyOf(cut, bytes.length) : cut);
                    int recovered = recovered(damaged, path + " cut at " + length);
                    // A tail that goes together with the marks in it leaves no proof in its segment.
                    boolean newest = path.equals(segments(disk).getLast());
                    if (!newest)
                        assertThat(recovered).as(path + " cut at " + length).isIn(-1, ENTRIES);
                }
            }
        }
    }

    @Test
    void everyLostSegmentIsNoticed() {
        FakeDisk disk = written();
        for (String path : segments(disk)) {
            FakeDisk damaged = disk.copy();
            damaged.lose(path);
            assertThat(recovered(damaged, path + " lost")).isEqualTo(-1);
        }
    }

    @Test
    void aDamagedLogIsLeftAsItIs() {
        FakeDisk disk = written();
        String path = segments(disk).get(1);
        byte[] flipped = disk.bytes(path).clone();
        flipped[512 + 40] ^= 1;
        disk.damage(path, flipped);
        List<String> before = disk.files();
        assertThat(recovered(disk, "flipped")).isEqualTo(-1);
        disk.restart();
        assertThat(disk.files()).isEqualTo(before);
        StorageRig rig = StorageRig.open(disk);
        assertThat(rig.stayOutReason()).contains("damaged");
        rig.append(StorageRig.entries(2, 1, 1));
        assertThat(rig.failures).hasSize(1);
        assertThat(disk.bytes(path)).isEqualTo(flipped);
    }

    @Test
    void aFlipInTheLastBatchIsNoticedBecauseItIsMarked() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk).appendEach(StorageRig.entries(1, 1, 3));
        FakeDisk unmarked = disk.copy();
        rig.idle();
        FakeDisk marked = disk.copy();
        for (FakeDisk each : List.of(unmarked, marked)) {
            String path = segments(each).getLast();
            byte[] flipped = each.bytes(path).clone();
            flipped[3 * 512 + 60] ^= 1;
            each.damage(path, flipped);
        }
        assertThat(StorageRig.open(marked).stayOutReason()).contains("damaged");
        assertThat(StorageRig.open(unmarked).load().loaded).hasSize(2);
    }

    @Test
    void aTailThatIsLostTogetherWithItsMarksIsNoticedByTheEpochFile() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk).append(StorageRig.entries(1, 1, 3));
        FakeDisk older = disk.copy();
        rig.append(StorageRig.entries(1, 4, 5));
        rig.storage.saveEpochs(1, 2, 2);
        rig.run();
        String path = segments(disk).getLast();
        disk.damage(path, older.bytes(path));
        disk.restart();
        assertThat(StorageRig.open(disk).stayOutReason()).contains("0x100000005 was acknowledged");
    }

    @Test
    void aLogOfAnotherHistoryIsNoticed() {
        FakeDisk disk = new FakeDisk();
        FakeDisk other = new FakeDisk();
        StorageRig.open(other).append(List.of(new Entry(Zxid.of(1, 1), 1, StorageRig.payload("another value"))));
        StorageRig rig = StorageRig.open(disk).append(StorageRig.entries(1, 1, 1));
        rig.storage.saveEpochs(1, 2, 2);
        rig.run();
        String path = segments(disk).getLast();
        disk.damage(path, other.bytes(path));
        disk.restart();
        assertThat(StorageRig.open(disk).stayOutReason()).contains("not the log that was written here");
    }

    @Test
    void whatAKilledProcessWroteIsDurableBeforeItCounts() {
        int kept = 0;
        for (int seed = 0; seed < 50; seed++) {
            FakeDisk disk = new FakeDisk();
            StorageRig rig = StorageRig.open(disk).append(StorageRig.entries(1, 1, 2));
            disk.crashAfter(1);
            assertThatThrownBy(() -> rig.append(StorageRig.entries(1, 3, 5))).isInstanceOf(FakeDisk.Crash.class);
            disk.restart();
            long counted = StorageRig.open(disk).recovered().lastZxid();
            disk.loseVolatile(new Random(seed));
            assertThat(StorageRig.open(disk).recovered().lastZxid()).isEqualTo(counted);
            kept += counted == Zxid.of(1, 5) ? 1 : 0;
        }
        assertThat(kept).isEqualTo(50);
    }

    @Test
    void crashesAtEveryStepLoseNothingThatWasAcknowledged() {
        Random random = new Random(42);
        int rounds = Boolean.getBoolean("quorate.full") ? 40 : 4;
        for (int round = 0; round < rounds; round++) {
            long steps = Long.MAX_VALUE;
            for (long crashAt = 0; crashAt < steps; crashAt++)
                steps = crashAndRecover(random, crashAt) ? Long.MAX_VALUE : 0;
        }
    }

    /** Whether the crash came before the end. */
    private static boolean crashAndRecover(Random random, long crashAt) {
        FakeDisk disk = new FakeDisk();
        disk.crashAfter(crashAt);
        List<Entry> entries = StorageRig.entries(1, 1, ENTRIES);
        long acknowledged = 0;
        boolean crashed = false;
        for (int starts = 0; starts < 2 && !crashed; starts++) {
            StorageRig rig = null;
            try {
                rig = StorageRig.open(disk);
                for (int i = starts * 10; i < starts * 10 + 10; i += 2)
                    rig.append(entries.subList(i, i + 2));
                rig.idle();
                rig.storage.saveEpochs(1, starts + 1, starts + 1);
                rig.close();
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            acknowledged = rig == null ? acknowledged : Math.max(acknowledged, rig.appendedZxid);
        }
        List<Entry> expected = new ArrayList<>(entries);
        for (int again = 0; again < 3; again++) {
            disk.loseVolatile(random);
            StorageRig rig = StorageRig.open(disk).load();
            String what = "crash after " + crashAt + " steps, start " + again;
            assertThat(rig.stayOutReason()).as(what).isNull();
            assertThat(rig.recovered().lastZxid()).as(what).isGreaterThanOrEqualTo(acknowledged);
            assertThat(rig.loaded).as(what).isEqualTo(expected.subList(0, rig.loaded.size()));
            assertThat(rig.loadedZxid).as(what).isEqualTo(rig.recovered().lastZxid());
            // What was recovered was voted with: from now on it must stay.
            acknowledged = rig.recovered().lastZxid();
            int next = rig.loaded.size();
            if (next < ENTRIES) {
                rig.append(expected.subList(next, next + 1));
                acknowledged = rig.appendedZxid;
            }
        }
        return crashed;
    }
}
