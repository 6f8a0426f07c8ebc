package dev.quorate.ensemble.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.Zxid;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A history that begins with a received snapshot replaces the old one in one moment, or not at all. */
class StagingTest {
    private static StorageRig withOldHistory(FakeDisk disk) {
        StorageRig rig = StorageRig.open(disk).appendEach(StorageRig.entries(1, 1, 20));
        rig.storage.saveEpochs(1, 1, 1);
        return rig.run().takeSnapshot(Zxid.of(1, 10), "old");
    }

    private static StorageRig stage(StorageRig rig) {
        return rig.stage(Zxid.of(3, 40), "new").append(StorageRig.entries(3, 41, 60))
                .appendEach(StorageRig.entries(4, 1, 5));
    }

    private static void assertOld(StorageRig rig, String what) {
        assertThat(rig.lost()).as(what).isNull();
        assertThat(rig.recovered().currentEpoch()).as(what).isEqualTo(1);
        assertThat(rig.snapshot()).as(what).isEqualTo("old");
        assertThat(rig.loaded).as(what).isEqualTo(StorageRig.entries(1, 11, 20));
    }

    private static void assertNew(StorageRig rig, String what) {
        assertThat(rig.lost()).as(what).isNull();
        assertThat(rig.recovered().currentEpoch()).as(what).isEqualTo(4);
        assertThat(rig.recovered().floorZxid()).as(what).isEqualTo(Zxid.of(3, 40));
        assertThat(rig.recovered().epochEnds()).containsExactly(Zxid.of(3, 60), Zxid.of(4, 5));
        assertThat(rig.snapshot()).as(what).isEqualTo("new");
        assertThat(rig.loaded).as(what).startsWith(StorageRig.entry(3, 41)).endsWith(StorageRig.entry(4, 5))
                .hasSize(25);
    }

    @Test
    void savingTheEpochsMakesItTheHistory() {
        StorageRig rig = stage(withOldHistory(new FakeDisk()));
        rig.storage.saveEpochs(1, 4, 4);
        rig.run();
        assertThat(rig.failures).isEmpty();
        assertThat(rig.answers).endsWith("epochsSaved 1");
        assertThat(rig.disk.files()).noneMatch(each -> each.contains("history-1"));
        rig.load();
        assertThat(rig.snapshot()).isEqualTo("new");
        rig.disk.restart();
        StorageRig again = StorageRig.open(rig.disk).load();
        assertNew(again, "reopened");
        assertThat(again.append(StorageRig.entries(4, 6, 7)).takeSnapshot(Zxid.of(4, 7), "newer").failures).isEmpty();
        again.disk.restart();
        assertThat(StorageRig.open(again.disk).load().snapshot()).isEqualTo("newer");
    }

    @Test
    void theTimeOfAnInstalledSnapshotIsRemembered() {
        StorageRig rig = withOldHistory(new FakeDisk()).stage(Zxid.of(3, 40), "new");
        rig.storage.saveEpochs(1, 3, 3);
        rig.run().disk.restart();
        StorageRig again = StorageRig.open(rig.disk);
        assertThat(again.recovered().lastZxid()).isEqualTo(Zxid.of(3, 40));
        assertThat(again.recovered().lastTimeMs()).isEqualTo(55);
        assertThat(again.recovered().epochEnds()).containsExactly(Zxid.of(3, 40));
    }

    @Test
    void aFenceDropsItAndTheOldHistoryGoesOn() {
        StorageRig rig = stage(withOldHistory(new FakeDisk()));
        rig.storage.fence(1);
        rig.run();
        assertThat(rig.fencedZxid).isEqualTo(Zxid.of(1, 20));
        assertThat(rig.disk.files()).noneMatch(each -> each.contains("history-2"));
        rig.append(StorageRig.entries(1, 21, 21));
        assertThat(rig.failures).isEmpty();
        assertThat(rig.load().loaded).hasSize(11);
        rig = stage(rig);
        rig.storage.saveEpochs(1, 4, 4);
        rig.run().disk.restart();
        assertNew(StorageRig.open(rig.disk).load(), "staged again");
    }

    @Test
    void aFenceDropsAHalfReceivedSnapshot() {
        StorageRig rig = withOldHistory(new FakeDisk());
        rig.storage.beginStaging(Zxid.of(3, 40));
        rig.storage.writeStaged(StorageRig.payload("half"));
        rig.storage.fence(1);
        assertThat(rig.run().fencedZxid).isEqualTo(Zxid.of(1, 20));
        rig.disk.restart();
        assertOld(StorageRig.open(rig.disk).load(), "half received");
    }

    @Test
    void aSnapshotOfTheOldHistoryDoesNotOutliveIt() {
        StorageRig rig = withOldHistory(new FakeDisk());
        rig.storage.beginSnapshot(Zxid.of(1, 20), 1);
        rig.storage.writeSnapshot(StorageRig.payload("old tree"));
        rig = stage(rig);
        rig.storage.saveEpochs(1, 4, 4);
        rig.storage.writeSnapshot(StorageRig.payload("old tree"));
        rig.storage.endSnapshot();
        rig.run();
        assertThat(rig.failures).isEmpty();
        assertThat(rig.snapshotsTaken).containsExactly(Zxid.of(1, 10));
        rig.disk.restart();
        assertNew(StorageRig.open(rig.disk).load(), "reopened");
    }

    @Test
    void aCrashAtAnyStepLeavesTheOldOrTheNewHistory() {
        Random random = new Random(11);
        boolean crashed = true;
        boolean saved = false;
        int old = 0;
        for (long crashAt = 0; crashed; crashAt++) {
            FakeDisk disk = new FakeDisk();
            StorageRig rig = withOldHistory(disk);
            disk.crashAfter(crashAt);
            try {
                stage(rig);
                rig.storage.saveEpochs(1, 4, 4);
                rig.run();
                crashed = false;
            } catch (FakeDisk.Crash e) {
                crashed = true;
            }
            saved = rig.answers.stream().filter("epochsSaved 1"::equals).count() == 2;
            disk.loseVolatile(random);
            StorageRig again = StorageRig.open(disk).load();
            if (!saved && again.recovered().currentEpoch() == 1) {
                assertOld(again, "crash at step " + crashAt);
                old++;
            } else {
                assertNew(again, "crash at step " + crashAt);
            }
            assertThat(again.disk.files().stream().map(each -> each.replaceAll(".*(history-[0-9]+).*", "$1"))
                    .filter(each -> each.startsWith("history")).distinct()).hasSize(1);
        }
        assertThat(saved).isTrue();
        assertThat(old).isGreaterThan(10);
        assertThat(List.of(crashed)).containsExactly(false);
    }
}
