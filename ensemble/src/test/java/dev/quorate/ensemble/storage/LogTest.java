package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Zxid;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogTest {
    private static List<String> segments(FakeDisk disk) {
        return disk.files().stream().filter(each -> each.startsWith("log/history-1/log-")).toList();
    }

    private static StorageRig reopen(StorageRig rig) {
        rig.disk.restart();
        return StorageRig.open(rig.disk).load();
    }

    @Test
    void startsEmpty() {
        StorageRig rig = StorageRig.open(new FakeDisk()).load();
        assertThat(rig.recovered().lastZxid()).isEqualTo(Zxid.NONE);
        assertThat(rig.recovered().floorZxid()).isEqualTo(Zxid.NONE);
        assertThat(rig.recovered().epochEnds()).isEmpty();
        assertThat(rig.loadedZxid).isEqualTo(Zxid.NONE);
        assertThat(rig.lost()).isNull();
        assertThat(rig.storage.identity().boot()).isEqualTo(1);
    }

    @Test
    void appendsThatWaitTogetherBecomeOneDurableBatch() {
        StorageRig rig = StorageRig.open(new FakeDisk());
        long before = rig.disk.steps();
        for (Entry each : StorageRig.entries(1, 1, 50))
            rig.storage.append(3, List.of(each));
        rig.run();
        assertThat(rig.appendedZxid).isEqualTo(Zxid.of(1, 50));
        assertThat(rig.answers).containsExactly("appended 3");
        assertThat(rig.disk.steps() - before).as("preallocate, write, force").isEqualTo(3);
    }

    @Test
    void appendsOfTwoRolesAreAnsweredApart() {
        StorageRig rig = StorageRig.open(new FakeDisk());
        rig.storage.append(3, List.of(StorageRig.entry(1, 1)));
        rig.storage.append(4, List.of(StorageRig.entry(1, 2)));
        rig.run();
        assertThat(rig.answers).containsExactly("appended 3", "appended 4");
    }

    @Test
    void anEntryThatDoesNotFollowIsRefused() {
        StorageRig rig = StorageRig.open(new FakeDisk()).append(StorageRig.entries(1, 1, 3));
        rig.append(StorageRig.entries(1, 5, 5));
        assertThat(rig.failures).hasSize(1);
        assertThat(rig.failures.getFirst()).contains("0x100000005");
        assertThat(reopen(rig).loaded).isEqualTo(StorageRig.entries(1, 1, 3));
    }

    @Test
    void recoversSegmentsEpochsAndTime() {
        StorageRig rig = StorageRig.open(new FakeDisk());
        rig.appendEach(StorageRig.entries(1, 1, 30)).appendEach(StorageRig.entries(4, 1, 20));
        assertThat(segments(rig.disk)).hasSizeGreaterThan(3);
        StorageRig again = reopen(rig);
        assertThat(again.loaded).startsWith(StorageRig.entry(1, 1)).endsWith(StorageRig.entry(4, 20)).hasSize(50);
        assertThat(again.recovered().epochEnds()).containsExactly(Zxid.of(1, 30), Zxid.of(4, 20));
        assertThat(again.recovered().lastTimeMs()).isEqualTo(1020);
        assertThat(again.storage.identity().boot()).isEqualTo(2);
    }

    @Test
    void startsThatWriteNothingAddNoSegments() {
        StorageRig rig = StorageRig.open(new FakeDisk()).append(StorageRig.entries(1, 1, 3));
        for (int i = 0; i < 5; i++)
            rig = reopen(rig);
        assertThat(segments(rig.disk)).hasSize(2);
        assertThat(rig.append(StorageRig.entries(1, 4, 4)).failures).isEmpty();
        assertThat(reopen(rig).loaded).hasSize(4);
    }

    @Test
    void anErrorEndsEverything() {
        StorageRig rig = StorageRig.open(new FakeDisk()).append(StorageRig.entries(1, 1, 3));
        rig.disk.failAfter(1);
        rig.append(StorageRig.entries(1, 4, 4));
        rig.disk.restart();
        rig.append(StorageRig.entries(1, 5, 5));
        rig.storage.saveEpochs(1, 5, 5);
        rig.run();
        assertThat(rig.failures).containsExactly("append to the log: the disk fails");
        assertThat(rig.appendedZxid).isEqualTo(Zxid.of(1, 3));
        assertThat(rig.answers).containsExactly("appended 1");
    }

    @Test
    void truncatesAnywhereAndGoesOn() {
        for (int last = 1; last <= 30; last++) {
            StorageRig rig = StorageRig.open(new FakeDisk());
            for (int i = 1; i <= 30; i += 3)
                rig.append(StorageRig.entries(1, i, i + 2));
            rig.storage.truncate(1, Zxid.of(1, last));
            rig.run();
            assertThat(rig.failures).as("truncate to " + last).isEmpty();
            assertThat(rig.load().loaded).isEqualTo(StorageRig.entries(1, 1, last));
            rig.append(StorageRig.entries(2, 1, 2)).idle();
            StorageRig again = reopen(rig);
            assertThat(again.loaded).hasSize(last + 2).startsWith(StorageRig.entry(1, 1))
                    .endsWith(StorageRig.entry(2, 1), StorageRig.entry(2, 2));
            assertThat(again.recovered().epochEnds()).containsExactly(Zxid.of(1, last), Zxid.of(2, 2));
            assertThat(again.lost()).isNull();
        }
    }

    @Test
    void truncatesEverything() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 30));
        rig.storage.truncate(1, Zxid.NONE);
        rig.run();
        assertThat(rig.failures).isEmpty();
        assertThat(rig.append(StorageRig.entries(2, 1, 1)).load().loaded).containsExactly(StorageRig.entry(2, 1));
        StorageRig again = reopen(rig);
        assertThat(again.loaded).containsExactly(StorageRig.entry(2, 1));
        assertThat(segments(again.disk)).hasSize(2);
    }

    @Test
    void truncatesTwiceToTheSameEntry() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 20));
        for (int epoch = 2; epoch < 5; epoch++) {
            rig.storage.truncate(1, Zxid.of(1, 10));
            rig.run().append(StorageRig.entries(epoch, 1, 3));
        }
        assertThat(rig.failures).isEmpty();
        StorageRig again = reopen(rig);
        assertThat(again.recovered().epochEnds()).containsExactly(Zxid.of(1, 10), Zxid.of(4, 3));
    }

    @Test
    void aCrashDuringATruncationLeavesTheOldOrTheNewEnd() {
        Random random = new Random(3);
        boolean crashed = true;
        for (long crashAt = 0; crashed; crashAt++) {
            StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 30)).idle();
            rig.disk.crashAfter(crashAt);
            try {
                rig.storage.truncate(1, Zxid.of(1, 7));
                rig.run();
                crashed = false;
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            rig.disk.loseVolatile(random);
            StorageRig again = StorageRig.open(rig.disk).load();
            assertThat(again.lost()).as("crash at step " + crashAt).isNull();
            assertThat(again.loaded.size()).isIn(crashed ? List.of(7, 30) : List.of(7));
            assertThat(again.loaded).isEqualTo(StorageRig.entries(1, 1, again.loaded.size()));
        }
    }

    @Test
    void readsHistoryInPieces() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 40));
        assertThat(rig.readHistory(1, Zxid.of(1, 5), Zxid.of(1, 9), 1 << 20)).isEqualTo(StorageRig.entries(1, 6, 9));
        long after = Zxid.NONE;
        int read = 0;
        while (after < Zxid.of(1, 40)) {
            List<Entry> piece = rig.readHistory(2, after, Zxid.of(1, 40), 300);
            assertThat(piece).isNotEmpty().startsWith(StorageRig.entry(1, read + 1L));
            read += piece.size();
            after = piece.getLast().zxid();
        }
        assertThat(read).isEqualTo(40);
    }

    @Test
    void aDamagedRecordIsNeverSentToALearner() {
        StorageRig rig = StorageRig.open(new FakeDisk()).appendEach(StorageRig.entries(1, 1, 3));
        String path = segments(rig.disk).getFirst();
        byte[] flipped = rig.disk.bytes(path).clone();
        flipped[2 * 512 + 60] ^= 1;
        rig.disk.damage(path, flipped);
        rig.storage.readHistory(1, Zxid.NONE, Zxid.of(1, 3), 1 << 20);
        rig.run();
        assertThat(rig.histories).isEmpty();
        assertThat(rig.failures).hasSize(1);
    }

    @Test
    void theFenceTellsTheDurableEnd() {
        StorageRig rig = StorageRig.open(new FakeDisk());
        rig.storage.append(1, StorageRig.entries(1, 1, 5));
        rig.storage.fence(1);
        rig.run();
        assertThat(rig.answers).containsExactly("appended 1", "fenced 1");
        assertThat(rig.fencedZxid).isEqualTo(Zxid.of(1, 5));
    }

    @Test
    void anIdleLogIsMarkedOnce() {
        StorageRig rig = StorageRig.open(new FakeDisk()).append(StorageRig.entries(1, 1, 1));
        long before = rig.disk.steps();
        rig.idle();
        long marked = rig.disk.steps();
        assertThat(marked - before).as("write, force").isEqualTo(2);
        rig.idle().idle();
        assertThat(rig.disk.steps()).isEqualTo(marked);
    }
}
