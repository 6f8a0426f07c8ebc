package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.FoundingMember;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EpochFileTest {
    private static final List<String> COPIES = List.of("data/epoch.0", "data/epoch.1");
    private static final List<FoundingMember> FOUNDING = List.of(new FoundingMember(1, 11), new FoundingMember(2, 22));

    private static FakeDisk written() {
        FakeDisk disk = new FakeDisk();
        StorageRig rig = StorageRig.open(disk);
        rig.storage.saveFounding("cluster", FOUNDING);
        rig.append(StorageRig.entries(1, 1, 2));
        rig.storage.saveEpochs(1, 6, 5);
        rig.run();
        assertThat(rig.answers).containsExactly("foundingSaved", "appended 1", "epochsSaved 1");
        disk.restart();
        return disk;
    }

    private static void assertWhole(StorageRig rig, String what) {
        assertThat(rig.lost()).as(what).isNull();
        assertThat(rig.recovered().acceptedEpoch()).as(what).isEqualTo(6);
        assertThat(rig.recovered().currentEpoch()).as(what).isEqualTo(5);
        assertThat(rig.recovered().founding()).as(what).isEqualTo(FOUNDING);
        assertThat(rig.storage.identity().clusterId()).isEqualTo("cluster");
    }

    @Test
    void keepsWhatItWasGiven() {
        FakeDisk disk = written();
        long incarnation = StorageRig.open(disk.copy()).storage.identity().incarnation();
        StorageRig rig = StorageRig.open(disk);
        assertWhole(rig, "reopened");
        assertThat(rig.storage.identity().incarnation()).isEqualTo(incarnation).isNotZero();
        assertThat(rig.storage.identity().boot()).isEqualTo(2);
    }

    @Test
    void oneCopyIsEnoughHoweverTheOtherOneLooks() {
        FakeDisk disk = written();
        for (String path : COPIES) {
            byte[] bytes = disk.bytes(path);
            for (int at = 0; at < bytes.length; at++) {
                FakeDisk flipped = disk.copy();
                byte[] changed = bytes.clone();
                changed[at] ^= 4;
                flipped.damage(path, changed);
                assertWhole(StorageRig.open(flipped), path + " flipped at " + at);
                // It was mended: the other one may go now.
                flipped.restart();
                flipped.damage(COPIES.get(1 - COPIES.indexOf(path)), new byte[0]);
                assertWhole(StorageRig.open(flipped), path + " flipped at " + at + ", then the other one lost");
            }
            FakeDisk zeroed = disk.copy();
            zeroed.damage(path, new byte[bytes.length]);
            assertWhole(StorageRig.open(zeroed), path + " zeroed");
            FakeDisk lost = disk.copy();
            lost.lose(path);
            assertWhole(StorageRig.open(lost), path + " lost");
        }
    }

    @Test
    void withoutAnyCopyTheMemberBeginsAnewBesideWhatItHad() {
        FakeDisk disk = written();
        long incarnation = StorageRig.open(disk.copy()).storage.identity().incarnation();
        FakeDisk zeroed = disk.copy();
        FakeDisk lost = disk.copy();
        for (String path : COPIES) {
            zeroed.damage(path, new byte[disk.bytes(path).length]);
            lost.lose(path);
        }
        for (FakeDisk each : List.of(zeroed, lost))
            assertBeginsAnew(each, otherRandom(""), incarnation, "epoch file");
    }

    private static StorageSettings otherRandom(String claimUid) {
        return new StorageSettings("data", "log", 1, "cluster", claimUid, false, StorageRig.SMALL,
                new Random(99)::nextLong);
    }

    /** What it had stays until a leader's history is there; what it had promised is not its own any more. */
    private static void assertBeginsAnew(FakeDisk disk, StorageSettings settings, long incarnation, String why) {
        List<String> old = disk.files().stream().filter(each -> each.contains("/history-1/")).toList();
        assertThat(old).isNotEmpty();
        long another = 0;
        for (int start = 1; start <= 2; start++) {
            StorageRig rig = new StorageRig(disk, settings).load();
            assertThat(rig.lost()).contains(why);
            assertThat(rig.recovered().founding()).isEmpty();
            assertThat(rig.recovered().lastZxid()).isZero();
            assertThat(rig.loaded).isEmpty();
            another = start == 1 ? rig.storage.identity().incarnation() : another;
            assertThat(rig.storage.identity().incarnation()).isEqualTo(another).isNotEqualTo(incarnation);
            assertThat(rig.storage.identity().boot()).isEqualTo(start);
            disk.restart();
            assertThat(disk.files()).containsAll(old);
        }
        StorageRig rig = new StorageRig(disk, settings);
        rig.append(StorageRig.entries(7, 1, 3));
        rig.storage.saveEpochs(1, 7, 7);
        assertThat(rig.run().failures).isEmpty();
        assertThat(disk.files()).noneMatch(each -> each.contains("/history-1/"));
        disk.restart();
        assertThat(new StorageRig(disk, settings).load().loaded).isEqualTo(StorageRig.entries(7, 1, 3));
    }

    @Test
    void aCrashWhileEpochsAreSavedLeavesTheOldOrTheNew() {
        Random random = new Random(5);
        boolean crashed = true;
        for (long crashAt = 0; crashed; crashAt++) {
            FakeDisk disk = written();
            StorageRig rig = StorageRig.open(disk);
            disk.crashAfter(crashAt);
            try {
                rig.storage.saveEpochs(1, 9, 8);
                rig.run();
                crashed = false;
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            disk.loseVolatile(random);
            long accepted = StorageRig.open(disk).recovered().acceptedEpoch();
            assertThat(accepted).as("crash at step " + crashAt).isIn(crashed ? List.of(6L, 9L) : List.of(9L));
        }
    }

    @Test
    void aCrashAtTheVeryFirstStartIsJustAnotherFirstStart() {
        Random random = new Random(6);
        boolean crashed = true;
        for (long crashAt = 0; crashed; crashAt++) {
            FakeDisk disk = new FakeDisk();
            disk.crashAfter(crashAt);
            try {
                StorageRig.open(disk);
                crashed = false;
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            disk.loseVolatile(random);
            StorageRig rig = StorageRig.open(disk);
            assertThat(rig.lost()).as("crash at step " + crashAt).isNull();
            assertThat(rig.append(StorageRig.entries(1, 1, 1)).failures).isEmpty();
        }
    }

    @Test
    void aForeignFolderIsRefusedPlainly() {
        FakeDisk disk = written();
        assertThatThrownBy(() -> new StorageRig(disk, StorageRig.settings("other", "", false, StorageRig.SMALL)))
                .isInstanceOf(DataRefused.class).hasMessageContaining("cluster").hasMessageContaining("other");
        StorageSettings second = new StorageSettings("data", "log", 2, "cluster", "", false, StorageRig.SMALL, () -> 1);
        assertThatThrownBy(() -> new StorageRig(disk, second)).isInstanceOf(DataRefused.class)
                .hasMessageContaining("member 1");
        assertWhole(StorageRig.open(disk), "the right one, afterwards");
    }

    @Test
    void aFolderInUseIsRefusedPlainly() {
        FakeDisk disk = written();
        StorageRig rig = StorageRig.open(disk);
        assertThatThrownBy(() -> StorageRig.open(disk)).isInstanceOf(DataRefused.class)
                .hasMessageContaining("Another process");
        rig.close();
        assertWhole(StorageRig.open(disk), "after the first one ended");
    }

    @Test
    void dataUnderAnotherClaimIsACopyAndBeginsAnew() {
        FakeDisk disk = new FakeDisk();
        StorageSettings first = StorageRig.settings("cluster", "claim-1", false, StorageRig.SMALL);
        StorageRig rig = new StorageRig(disk, first).append(StorageRig.entries(1, 1, 2));
        disk.restart();
        FakeDisk copy = disk.copy();
        assertBeginsAnew(copy, otherRandom("claim-2"), rig.storage.identity().incarnation(), "claim-1");
        assertThat(new StorageRig(disk, first).lost()).isNull();
    }

    @Test
    void anEmptyDiskOfAFoundedEnsembleKnowsThatItLostSomethingAtEveryStart() {
        FakeDisk disk = new FakeDisk();
        for (int start = 0; start < 2; start++) {
            StorageRig rig = new StorageRig(disk, StorageRig.settings("cluster", "", true, StorageRig.SMALL));
            assertThat(rig.lost()).contains("empty");
            disk.restart();
        }
        assertThat(StorageRig.open(disk).lost()).as("told once is enough").contains("empty");
        FakeDisk unused = new FakeDisk();
        StorageRig.open(unused);
        unused.restart();
        assertThat(new StorageRig(unused, StorageRig.settings("cluster", "", true, StorageRig.SMALL)).lost())
                .contains("empty");
        FakeDisk founded = written();
        assertWhole(new StorageRig(founded, StorageRig.settings("cluster", "", true, StorageRig.SMALL)), "founded");
    }
}
