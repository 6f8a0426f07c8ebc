package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static List<String> files(FakeDisk disk, String prefix) {
        return disk.files().stream().filter(each -> each.contains("/" + prefix)).toList();
    }

    private static StorageRig reopen(StorageRig rig) {
        rig.disk.restart();
        return StorageRig.open(rig.disk).load();
    }

    @Test
    void loadsTheNewestSnapshotAndTheLogAfterIt() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 10));
        rig.takeSnapshot(Zxid.of(1, 4), "four").takeSnapshot(Zxid.of(1, 7), "seven");
        assertThat(rig.snapshotsTaken).containsExactly(Zxid.of(1, 4), Zxid.of(1, 7));
        StorageRig again = reopen(rig);
        assertThat(again.snapshot()).isEqualTo("seven");
        assertThat(again.loaded).isEqualTo(StorageRig.entries(1, 8, 10));
        assertThat(again.loadedZxid).isEqualTo(Zxid.of(1, 10));
    }

    @Test
    void aLargeSnapshotComesBackAsItWas() {
        StorageRig rig = StorageRig.open(new FakeDisk()).append(StorageRig.entries(1, 1, 3));
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        rig.storage.beginSnapshot(Zxid.of(1, 3), 1);
        for (int from = 0; from < content.length; from += 300_000)
            rig.storage.writeSnapshot(new Payload(java.util.Arrays.copyOfRange(content, from, from + 300_000)));
        rig.storage.endSnapshot();
        rig.run();
        String expected = new String(content, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(rig.readSnapshot(9, 100_000)).isEqualTo(expected);
        assertThat(reopen(rig).snapshot()).isEqualTo(expected);
    }

    @Test
    void oldSnapshotsAndSegmentsArePurged() {
        StorageRig rig = StorageRig.open(new FakeDisk());
        for (int i = 1; i <= 200; i += 20)
            rig.appendEach(StorageRig.entries(1, i, i + 19)).takeSnapshot(Zxid.of(1, i + 19), "at " + (i + 19));
        assertThat(files(rig.disk, "snapshot-")).hasSize(2);
        assertThat(files(rig.disk, "log-").size()).isBetween(3, 8);
        StorageRig again = reopen(rig);
        assertThat(again.snapshot()).isEqualTo("at 200");
        long floor = again.recovered().floorZxid();
        assertThat(floor).isBetween(Zxid.of(1, 150), Zxid.of(1, 180));
        assertThat(again.recovered().epochEnds()).containsExactly(Zxid.of(1, 200));
        assertThat(again.readHistory(1, floor - 1, Zxid.of(1, 200), 1000)).isEmpty();
        assertThat(again.readHistory(2, floor, Zxid.of(1, 200), 1000)).startsWith(
                StorageRig.entry(1, Zxid.counter(floor) + 1));
    }

    @Test
    void whatIsAskedForWhileMuchIsPurgedComesInBetween() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 200));
        List<Integer> left = new ArrayList<>();
        rig.whenAppended = () -> left.add(files(rig.disk, "log-").size());
        rig.storage.beginSnapshot(Zxid.of(1, 200), 1);
        rig.storage.writeSnapshot(StorageRig.payload("two hundred"));
        rig.storage.endSnapshot();
        rig.append(StorageRig.entries(1, 201, 201));
        assertThat(left).singleElement().satisfies(
                files -> assertThat(files).isGreaterThan(files(rig.disk, "log-").size()));
        assertThat(reopen(rig).snapshot()).isEqualTo("two hundred");
    }

    @Test
    void whatIsReadIsNotPurged() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 20));
        rig.readHistory(1, Zxid.NONE, Zxid.of(1, 20), 100);
        rig.takeSnapshot(Zxid.of(1, 20), "twenty");
        rig.storage.readSnapshot(2, 0, 3);
        for (int i = 21; i <= 200; i += 20)
            rig.appendEach(StorageRig.entries(1, i, i + 19)).takeSnapshot(Zxid.of(1, i + 19), "at " + (i + 19));
        assertThat(rig.readHistory(1, Zxid.of(1, 5), Zxid.of(1, 20), 1 << 20))
                .isEqualTo(StorageRig.entries(1, 6, 20));
        assertThat(rig.readSnapshot(2, 100)).isEqualTo("twenty");
        assertThat(rig.snapshotReadZxid).isEqualTo(Zxid.of(1, 20));
        rig.storage.endRead(1);
        rig.storage.endRead(2);
        rig.run().append(StorageRig.entries(1, 201, 201)).takeSnapshot(Zxid.of(1, 201), "last");
        assertThat(rig.readHistory(3, Zxid.of(1, 5), Zxid.of(1, 20), 1 << 20)).isEmpty();
        assertThat(files(rig.disk, "snapshot-")).hasSize(2);
    }

    @Test
    void aDamagedSnapshotIsReplacedByAnOlderOneAndMoreLog() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 10));
        rig.takeSnapshot(Zxid.of(1, 4), "four").takeSnapshot(Zxid.of(1, 7), "seven");
        String path = files(rig.disk, "snapshot-").getLast();
        byte[] bytes = rig.disk.bytes(path);
        for (int at = 0; at < bytes.length; at++) {
            FakeDisk damaged = rig.disk.copy();
            byte[] flipped = bytes.clone();
            flipped[at] ^= 16;
            damaged.damage(path, flipped);
            StorageRig again = StorageRig.open(damaged).load();
            assertThat(again.lost()).isNull();
            assertThat(again.snapshot()).as("flipped at " + at).isEqualTo("four");
            assertThat(again.loaded).isEqualTo(StorageRig.entries(1, 5, 10));
        }
    }

    @Test
    void aDamagedSnapshotIsNeverSentToALearner() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 10));
        rig.takeSnapshot(Zxid.of(1, 4), "four").takeSnapshot(Zxid.of(1, 7), "seven");
        String path = files(rig.disk, "snapshot-").getLast();
        byte[] flipped = rig.disk.bytes(path).clone();
        flipped[30] ^= 1;
        rig.disk.damage(path, flipped);
        assertThat(rig.readSnapshot(1, 2)).isEqualTo("four");
        assertThat(rig.snapshotReadZxid).isEqualTo(Zxid.of(1, 4));
        assertThat(rig.failures).isEmpty();
    }

    @Test
    void whatOnlyLostSnapshotsHeldIsAHole() {
        StorageRig rig = StorageRig.open(new FakeDisk());
        for (int i = 1; i <= 200; i += 20)
            rig.appendEach(StorageRig.entries(1, i, i + 19)).takeSnapshot(Zxid.of(1, i + 19), "at " + (i + 19));
        for (String each : files(rig.disk, "snapshot-"))
            rig.disk.lose(each);
        StorageRig again = reopen(rig);
        assertThat(again.holes()).hasSize(1);
        assertThat(again.holes().getFirst().afterZxid()).isEqualTo(Zxid.NONE);
        assertThat(again.recovered().lastZxid()).isEqualTo(Zxid.of(1, 200));
        assertThat(again.loaded).isEmpty();
        assertThat(again.loadedZxid).isEqualTo(Zxid.NONE);
    }

    @Test
    void aLostOldSegmentDoesNoHarmBelowASnapshot() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 60));
        rig.readHistory(1, Zxid.NONE, Zxid.of(1, 60), 100);
        rig.takeSnapshot(Zxid.of(1, 50), "fifty");
        rig.disk.lose(files(rig.disk, "log-").get(1));
        StorageRig again = reopen(rig);
        assertThat(again.lost()).isNull();
        assertThat(again.snapshot()).isEqualTo("fifty");
        assertThat(again.loaded).isEqualTo(StorageRig.entries(1, 51, 60));
        assertThat(again.recovered().floorZxid()).isGreaterThan(Zxid.of(1, 1));
        assertThat(reopen(again).lost()).isNull();
    }

    @Test
    void aMemberWhoseLogEndsBelowASnapshotBeginsAnew() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk).appendEach(StorageRig.entries(1, 1, 5));
        FakeDisk older = disk.copy();
        rig.append(StorageRig.entries(1, 6, 6)).takeSnapshot(Zxid.of(1, 6), "six");
        String log = files(disk, "log-").getLast();
        disk.damage(log, older.bytes(log));
        assertThat(reopen(rig).lost()).contains("how much");
    }

    @Test
    void aCrashWhileASnapshotIsTakenAndOldOnesArePurgedLosesNothing() {
        Random random = new Random(8);
        boolean crashed = true;
        for (long crashAt = 0; crashed; crashAt++) {
            FakeDisk disk = new FakeDisk();
            StorageRig rig = StorageRig.open(disk);
            for (int i = 1; i <= 60; i += 20)
                rig.appendEach(StorageRig.entries(1, i, i + 19)).takeSnapshot(Zxid.of(1, i + 19), "at " + (i + 19));
            disk.crashAfter(crashAt);
            try {
                rig.append(StorageRig.entries(1, 61, 61)).takeSnapshot(Zxid.of(1, 61), "at 61");
                crashed = false;
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            disk.loseVolatile(random);
            StorageRig again = StorageRig.open(disk).load();
            assertThat(again.lost()).as("crash at step " + crashAt).isNull();
            assertThat(again.snapshot()).isIn("at 60", "at 61");
            assertThat(again.loadedZxid).isGreaterThanOrEqualTo(rig.appendedZxid);
        }
    }

    @Test
    void anAbandonedSnapshotLeavesNothing() {
        StorageRig rig = StorageRig.open(new FakeDisk()).append(StorageRig.entries(1, 1, 3));
        rig.storage.beginSnapshot(Zxid.of(1, 3), 1);
        rig.storage.writeSnapshot(StorageRig.payload("half"));
        rig.storage.abandonSnapshot();
        rig.run();
        assertThat(files(rig.disk, "snapshot")).isEmpty();
    }
}
