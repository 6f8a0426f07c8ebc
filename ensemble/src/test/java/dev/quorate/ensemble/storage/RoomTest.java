package dev.quorate.ensemble.storage;

import static dev.quorate.ensemble.storage.StorageRig.entries;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.Zxid;
import org.junit.jupiter.api.Test;

/** Little room is left on a disk. */
class RoomTest {
    private static final long RESERVE_BYTES = 64 << 10;
    private static final StorageSettings.Limits LIMITS = new StorageSettings.Limits(4096, 2048, 512, 64 << 10, 2,
            1 << 20, RESERVE_BYTES);

    private final FakeDisk disk = new FakeDisk();
    private final StorageRig rig = new StorageRig(disk, StorageRig.settings("cluster", "", false, LIMITS));

    private String look(long usableBytes) {
        disk.usableBytes(usableBytes);
        rig.storage.checkRoom();
        rig.run();
        return rig.answers.getLast();
    }

    @Test
    void shortIsBelowTheReserveAndNotShortIsClearlyAbove() {
        assertThat(look(RESERVE_BYTES)).isEqualTo("room: " + RESERVE_BYTES);
        assertThat(look(RESERVE_BYTES - 1)).startsWith("short: ");
        assertThat(look(RESERVE_BYTES * 5 / 4 - 1)).startsWith("short: ");
        assertThat(look(RESERVE_BYTES * 5 / 4)).startsWith("room: ");
    }

    @Test
    void itIsToldUnaskedWhenMuchWasWritten() {
        disk.usableBytes(RESERVE_BYTES - 1);
        rig.append(entries(1, 1, 5));
        assertThat(rig.answers).noneMatch(answer -> answer.startsWith("short"));
        rig.append(entries(1, 6, 60));
        assertThat(rig.answers).anyMatch(answer -> answer.startsWith("short"));
    }

    @Test
    void aSnapshotThatDoesNotFitIsDroppedAndWhatCanBeSparedGoes() {
        rig.appendEach(entries(1, 1, 30)).takeSnapshot(Zxid.of(1, 10), "first").takeSnapshot(Zxid.of(1, 25), "second");
        long kept = snapshots();
        long segments = segments();
        look(RESERVE_BYTES / 4);
        rig.takeSnapshot(Zxid.of(1, 30), "third");
        assertThat(rig.failures).isEmpty();
        assertThat(rig.snapshotsTaken).containsExactly(Zxid.of(1, 10), Zxid.of(1, 25), Zxid.NONE);
        assertThat(kept).isEqualTo(2);
        assertThat(snapshots()).isOne();
        assertThat(segments()).isLessThan(segments);
        StorageRig again = new StorageRig(disk.copy(), StorageRig.settings("cluster", "", false, LIMITS)).load();
        assertThat(again.snapshot()).isEqualTo("second");
        assertThat(again.loadedZxid).isEqualTo(Zxid.of(1, 30));
    }

    @Test
    void withRoomAgainSnapshotsAreTakenAsBefore() {
        rig.appendEach(entries(1, 1, 30));
        look(RESERVE_BYTES / 4);
        rig.takeSnapshot(Zxid.of(1, 10), "first");
        look(RESERVE_BYTES * 2);
        rig.takeSnapshot(Zxid.of(1, 20), "second").takeSnapshot(Zxid.of(1, 30), "third");
        assertThat(rig.snapshotsTaken).containsExactly(Zxid.NONE, Zxid.of(1, 20), Zxid.of(1, 30));
        assertThat(snapshots()).isEqualTo(2);
    }

    private long snapshots() {
        return disk.files().stream().filter(name -> name.contains("/snapshot")).count();
    }

    private long segments() {
        return disk.files().stream().filter(name -> name.contains("/log-")).count();
    }
}
