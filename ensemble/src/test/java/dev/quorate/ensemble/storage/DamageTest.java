package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Hole;
import dev.quorate.ensemble.zab.Recovered;
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
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
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

    /** How a member came out of a damaged disk. */
    private enum Outcome {
        WHOLE,
        REFILLED,
        LOST
    }

    private static final List<Entry> WRITTEN = StorageRig.entries(1, 1, ENTRIES);

    /**
     * Opens and loads; what is loaded is the beginning of what was written, and what is not is known to be missing.
     * Then others give what is missing, and after that nothing is, at the next start neither.
     */
    private static Outcome recovered(FakeDisk disk, String what) {
        StorageRig rig = StorageRig.open(disk).load();
        assertThat(rig.failures).as(what).isEmpty();
        assertThat(rig.loaded).as(what).isEqualTo(WRITTEN.subList(0, rig.loaded.size()));
        assertThat(rig.loadedZxid).as(what).isEqualTo(rig.recovered().intactZxid());
        if (rig.lost() != null) {
            assertThat(rig.recovered().lastZxid()).as(what).isZero();
            return Outcome.LOST;
        }
        if (rig.holes().isEmpty())
            return Outcome.WHOLE;
        List<Hole> holes = rig.holes();
        while (!holes.isEmpty()) {
            Hole hole = holes.getFirst();
            assertThat(rig.fill(between(hole.afterZxid(), hole.toZxid())).failures).as(what).isEmpty();
            assertThat(rig.holes).as(what).hasSizeLessThan(holes.size());
            holes = rig.holes;
        }
        assertThat(rig.load().loaded).as(what).isEqualTo(WRITTEN.subList(0, rig.loaded.size()));
        Recovered whole = rig.whole;
        assertThat(whole).as(what).isNotNull();
        assertThat(rig.loadedZxid).as(what).isEqualTo(whole.lastZxid());
        disk.restart();
        StorageRig again = StorageRig.open(disk).load();
        assertThat(again.recovered()).as(what).isEqualTo(whole);
        assertThat(again.loaded).as(what).isEqualTo(rig.loaded);
        assertThat(again.append(StorageRig.entries(2, 1, 1)).failures).as(what).isEmpty();
        return rig.loaded.size() == ENTRIES ? Outcome.REFILLED : Outcome.WHOLE;
    }

    private static List<Entry> between(long afterZxid, long toZxid) {
        return WRITTEN.stream().filter(each -> each.zxid() > afterZxid && each.zxid() <= toZxid).toList();
    }

    @Test
    void everyFlippedBitIsHarmlessOrLeavesAHoleThatOthersCanFill() {
        FakeDisk disk = written();
        assertThat(segments(disk)).hasSizeGreaterThan(2);
        int refilled = 0;
        for (String path : segments(disk)) {
            byte[] bytes = disk.bytes(path);
            for (int bit = 0; bit < 8 * bytes.length; bit += bytes[bit / 8] == 0 ? 53 : FULL ? 1 : 5) {
                FakeDisk damaged = disk.copy();
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                damaged.damage(path, flipped);
                Outcome outcome = recovered(damaged, path + " flipped at bit " + bit);
                // Who still has the rest of the log, and the epoch file, keeps its vote.
                assertThat(outcome).as(path + " flipped at bit " + bit).isIn(Outcome.WHOLE, Outcome.REFILLED);
                refilled += outcome == Outcome.REFILLED ? 1 : 0;
            }
        }
        assertThat(refilled).isGreaterThan(ENTRIES * 30);
    }

    @Test
    void everyCutIsHarmlessOrNoticed() {
        FakeDisk disk = written();
        for (String path : segments(disk)) {
            boolean newest = path.equals(segments(disk).getLast());
            byte[] bytes = disk.bytes(path);
            for (int length = 0; length < bytes.length; length += bytes[length] == 0 ? 7 : FULL ? 1 : 3) {
                for (boolean zeros : new boolean[]{true, false}) {
                    FakeDisk damaged = disk.copy();
                    byte[] cut = Arrays.copyOf(bytes, length);
                    damaged.damage(path, zeros ? Arrays.copyOf(cut, bytes.length) : cut);
                    Outcome outcome = recovered(damaged, path + " cut at " + length);
                    // A tail that goes together with the marks in it leaves no proof in its segment.
                    assertThat(newest || outcome != Outcome.LOST).as(path + " cut at " + length).isTrue();
                }
            }
        }
    }

    @Test
    void aLostSegmentIsAHoleAndAMemberWithoutItsNewestOneBeginsAnew() {
        FakeDisk disk = written();
        for (String path : segments(disk)) {
            FakeDisk damaged = disk.copy();
            damaged.lose(path);
            boolean newest = path.equals(segments(disk).getLast());
            assertThat(recovered(damaged, path + " lost")).isEqualTo(newest ? Outcome.LOST : Outcome.REFILLED);
        }
    }

    @Test
    void aSegmentInThePlaceOfAnotherIsAHole() {
        FakeDisk disk = written();
        List<String> segments = segments(disk);
        for (String path : segments) {
            for (String other : segments) {
                FakeDisk damaged = disk.copy();
                damaged.damage(path, disk.bytes(other));
                boolean newest = path.equals(segments.getLast());
                assertThat(recovered(damaged, other + " instead of " + path)).isEqualTo(
                        path.equals(other) ? Outcome.WHOLE : newest ? Outcome.LOST : Outcome.REFILLED);
            }
        }
    }

    @Test
    void whatIsReadableOnBothSidesOfTheDamageIsLentToOthers() {
        FakeDisk disk = written();
        String path = segments(disk).get(1);
        byte[] flipped = disk.bytes(path).clone();
        flipped[512 + 40] ^= 1;
        disk.damage(path, flipped);
        List<String> before = disk.files();
        StorageRig rig = StorageRig.open(disk);
        assertThat(rig.holes()).hasSize(1);
        Hole hole = rig.holes().getFirst();
        assertThat(rig.readRecords(1, Zxid.NONE, hole.afterZxid())).isEqualTo(between(Zxid.NONE, hole.afterZxid()));
        assertThat(rig.readRecords(2, hole.toZxid(), Zxid.of(1, ENTRIES)))
                .isEqualTo(between(hole.toZxid(), Zxid.of(1, ENTRIES)));
        assertThat(rig.readRecords(3, hole.afterZxid(), hole.toZxid())).isEmpty();
        assertThat(rig.readRecords(4, Zxid.of(1, 7), Zxid.of(2, 1))).as("maybe another branch").isEmpty();
        // Until it is refilled the damaged log stays as it is.
        disk.restart();
        assertThat(disk.files()).isEqualTo(before);
        assertThat(disk.bytes(path)).isEqualTo(flipped);
        assertThat(StorageRig.open(disk).holes()).containsExactly(hole);
    }

    @Test
    void whatDoesNotFitTheRestOfTheLogIsNotTaken() {
        FakeDisk disk = written();
        String path = segments(disk).get(1);
        byte[] flipped = disk.bytes(path).clone();
        flipped[512 + 40] ^= 1;
        disk.damage(path, flipped);
        StorageRig rig = StorageRig.open(disk);
        Hole hole = rig.holes().getFirst();
        List<Entry> wrong = new ArrayList<>(between(hole.afterZxid(), hole.toZxid()));
        wrong.set(0, new Entry(wrong.getFirst().zxid(), 1, StorageRig.payload("another value")));
        assertThat(rig.fill(wrong).holes).containsExactly(hole);
        assertThat(rig.whole).isNull();
        assertThat(rig.fill(between(hole.afterZxid(), hole.toZxid())).holes).isEmpty();
        assertThat(rig.load().loaded).isEqualTo(WRITTEN);
    }

    @Test
    void aLearnersRefillTakesItsPlaceWithTheEpochsAndNotBefore() {
        for (boolean saved : new boolean[]{true, false}) {
            FakeDisk disk = written();
            String path = segments(disk).get(1);
            byte[] flipped = disk.bytes(path).clone();
            flipped[512 + 40] ^= 1;
            disk.damage(path, flipped);
            StorageRig rig = StorageRig.open(disk);
            Recovered damaged = rig.recovered();
            long from = damaged.intactZxid();
            rig.storage.refill(1, from);
            // What follows may be another branch of the history than the one that was here.
            Entry next = new Entry(Zxid.of(2, 1), 5, StorageRig.payload("another epoch"));
            rig.append(List.of(next));
            if (saved)
                rig.storage.saveEpochs(1, 2, 2);
            else
                rig.storage.fence(1);
            rig.run();
            assertThat(rig.failures).isEmpty();
            disk.restart();
            StorageRig again = StorageRig.open(disk).load();
            if (saved) {
                List<Entry> expected = new ArrayList<>(between(Zxid.NONE, from));
                expected.add(next);
                assertThat(again.holes()).isEmpty();
                assertThat(again.loaded).isEqualTo(expected);
                assertThat(again.recovered().epochEnds()).containsExactly(from, next.zxid());
            } else {
                assertThat(again.recovered()).isEqualTo(damaged);
            }
        }
    }

    @Test
    void crashesWhileARefillIsMadeLeaveTheDamagedLogOrTheWholeOne() {
        Random random = new Random(11);
        boolean crashed = true;
        for (long crashAt = 0; crashed; crashAt++) {
            FakeDisk disk = written();
            String path = segments(disk).get(1);
            byte[] flipped = disk.bytes(path).clone();
            flipped[512 + 40] ^= 1;
            disk.damage(path, flipped);
            StorageRig rig = StorageRig.open(disk);
            Hole hole = rig.holes().getFirst();
            disk.crashAfter(crashAt);
            try {
                rig.fill(between(hole.afterZxid(), hole.toZxid()));
                crashed = false;
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            disk.loseVolatile(random);
            assertThat(recovered(disk, "crash after " + crashAt)).isIn(Outcome.WHOLE, Outcome.REFILLED);
            disk.restart();
            assertThat(StorageRig.open(disk).load().loaded.subList(0, ENTRIES)).isEqualTo(WRITTEN);
        }
    }

    /** Flips a bit in the payload of this entry. */
    private static void flip(FakeDisk disk, Entry entry) {
        byte[] payload = entry.payload().bytes();
        for (String path : segments(disk)) {
            byte[] bytes = disk.bytes(path).clone();
            for (int at = 0; at + payload.length <= bytes.length; at++) {
                if (Arrays.equals(bytes, at, at + payload.length, payload, 0, payload.length)) {
                    bytes[at] ^= 1;
                    disk.damage(path, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("not in the log: " + entry);
    }

    @Test
    void damageBelowASnapshotDoesNoHarmAndAboveItIsFilled() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk).appendEach(WRITTEN).idle();
        rig.takeSnapshot(Zxid.of(1, 5), "five");
        disk.restart();
        flip(disk, WRITTEN.get(1));
        FakeDisk below = disk.copy();
        flip(disk, WRITTEN.get(7));
        for (int start = 0; start < 2; start++) {
            StorageRig again = StorageRig.open(below).load();
            assertThat(again.holes()).isEmpty();
            assertThat(again.snapshot()).isEqualTo("five");
            assertThat(again.loaded).isEqualTo(WRITTEN.subList(5, ENTRIES));
            assertThat(again.recovered().floorZxid()).isEqualTo(Zxid.of(1, 2));
            assertThat(again.readHistory(1, Zxid.of(1, 3), Zxid.of(1, 9), 1 << 20)).isEqualTo(WRITTEN.subList(3, 9));
            below.restart();
        }
        StorageRig above = StorageRig.open(disk).load();
        assertThat(above.holes()).containsExactly(new Hole(Zxid.of(1, 7), Zxid.of(1, 8)));
        assertThat(above.loaded).isEqualTo(WRITTEN.subList(5, 7));
        assertThat(above.fill(WRITTEN.subList(7, 8)).holes).isEmpty();
        assertThat(above.load().loaded).isEqualTo(WRITTEN.subList(5, ENTRIES));
        disk.restart();
        assertThat(StorageRig.open(disk).load().loaded).isEqualTo(WRITTEN.subList(5, ENTRIES));
    }

    @Test
    void whereOnlyASnapshotIsLeftWhatFollowsItIsFilled() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk).appendEach(WRITTEN).idle();
        rig.takeSnapshot(Zxid.of(1, 5), "five");
        disk.restart();
        flip(disk, WRITTEN.get(3));
        flip(disk, WRITTEN.get(4));
        flip(disk, WRITTEN.get(5));
        StorageRig again = StorageRig.open(disk).load();
        assertThat(again.holes()).containsExactly(new Hole(Zxid.of(1, 5), Zxid.of(1, 6)));
        assertThat(again.fill(WRITTEN.subList(5, 6)).holes).isEmpty();
        assertThat(again.load().loaded).isEqualTo(WRITTEN.subList(5, ENTRIES));
        disk.restart();
        StorageRig last = StorageRig.open(disk).load();
        assertThat(last.snapshot()).isEqualTo("five");
        assertThat(last.append(StorageRig.entries(1, ENTRIES + 1, ENTRIES + 1)).failures).isEmpty();
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
        assertThat(StorageRig.open(marked).holes()).containsExactly(new Hole(Zxid.of(1, 2), Zxid.of(1, 3)));
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
        FakeDisk flipped = disk.copy();
        byte[] bytes = disk.bytes(path).clone();
        bytes[2 * 512 + 40] ^= 1;
        flipped.damage(path, bytes);
        assertThat(StorageRig.open(flipped).holes()).containsExactly(new Hole(Zxid.of(1, 3), Zxid.of(1, 5)));
        disk.damage(path, older.bytes(path));
        disk.restart();
        assertThat(StorageRig.open(disk).lost()).contains("how much");
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
        assertThat(StorageRig.open(disk).lost()).isNotNull();
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
            assertThat(rig.lost()).as(what).isNull();
            assertThat(rig.holes()).as(what).isEmpty();
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
