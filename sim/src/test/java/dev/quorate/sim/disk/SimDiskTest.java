package dev.quorate.sim.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.storage.DiskFile;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimDiskTest {
    private static final DiskOptions OPTIONS = new DiskOptions(1_000_000, 1_000, 0, true, true);

    private final Scheduler scheduler = new Scheduler();

    private SimDisk disk(long seed) {
        SimDisk disk = new SimDisk(scheduler, new Dice(seed), OPTIONS);
        disk.createDirs("data");
        pass(disk);
        return disk;
    }

    @Test
    void whatWasForcedSurvivesAPowerLoss() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            SimDisk disk = disk(seed);
            DiskFile file = disk.create("data/a");
            file.write(filled(1, 2000), 100);
            file.force();
            disk.syncDir("data");
            pass(disk);
            file.write(filled(2, 512), 4096);
            disk.losePower();
            assertThat(Arrays.copyOfRange(content(disk, "data/a"), 100, 2100)).containsOnly(1);
        }
    }

    @Test
    void aDiskIsWholeUntilItIsDamagedAndAgainWhenTheDamageIsOverwritten() throws IOException {
        SimDisk disk = disk(1);
        DiskFile file = disk.create("data/a");
        file.write(filled(1, 600), 0);
        file.force();
        disk.syncDir("data");
        pass(disk);
        assertThat(disk.isWhole()).isTrue();
        Damage.flip(disk, new Dice(1));
        assertThat(disk.isWhole()).isFalse();
        assertThat(content(disk, "data/a")).isNotEqualTo(filled(1, 600).array());
        file.write(filled(1, 600), 0);
        file.force();
        assertThat(disk.isWhole()).isTrue();
        assertThat(content(disk, "data/a")).containsOnly(1);
        Damage.lose(disk, new Dice(1));
        assertThat(disk.list("data")).isEmpty();
        disk.troubles().foundAgain();
        assertThat(disk.isWhole()).as("nobody has looked yet").isFalse();
        disk.troubles().readAll();
        disk.troubles().foundAgain();
        assertThat(disk.isWhole()).isTrue();
    }

    @Test
    void aDiskRefusesForAWhile() throws IOException {
        SimDisk disk = disk(1);
        DiskFile file = disk.create("data/a");
        file.write(filled(1, 512), 0);
        file.force();
        pass(disk);
        long until = scheduler.nowNs() + 1_000_000_000;
        disk.troubles().fullUntil(until);
        disk.troubles().unreadableUntil(until);
        disk.troubles().forceFailsUntil(until);
        assertThatThrownBy(() -> file.write(filled(2, 512), 512)).hasMessageContaining("No space");
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("Input/output");
        file.write(filled(2, 512), 0);
        assertThatThrownBy(file::force).hasMessageContaining("Input/output");
        scheduler.runUntil(until);
        assertThat(content(disk, "data/a")).as("what could not be made durable is dropped").containsOnly(1);
    }

    @Test
    void whatWasNotForcedMayComeBackOldNewZeroOrGarbage() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimDisk disk = disk(seed);
            DiskFile file = disk.create("data/a");
            file.write(filled(1, 512), 0);
            file.force();
            disk.syncDir("data");
            pass(disk);
            file.write(filled(2, 512), 0);
            pass(disk);
            disk.losePower();
            byte[] sector = content(disk, "data/a");
            boolean uniform = sector[0] == sector[1] && sector[1] == sector[511];
            seen.add(uniform ? "all " + sector[0] : "garbage");
        }
        assertThat(seen).containsExactlyInAnyOrder("all 0", "all 1", "all 2", "garbage");
    }

    @Test
    void aForceIsWorthNothingBeforeItReturned() throws IOException {
        Set<Boolean> survived = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            SimDisk disk = disk(seed);
            DiskFile file = disk.create("data/a");
            disk.syncDir("data");
            pass(disk);
            file.write(filled(1, 512), 0);
            file.force();
            file.write(filled(2, 512), 0);
            scheduler.runUntil(scheduler.nowNs() + 2_000);
            disk.losePower();
            byte[] content = content(disk, "data/a");
            survived.add(content.length == 512 && content[3] == 1);
            assertThat(content.length == 0 || content[3] != 2).as("written after the crash").isTrue();
        }
        assertThat(survived).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void aKilledProcessLosesOnlyWhatItHadNotDone() throws IOException {
        SimDisk disk = disk(1);
        DiskFile file = disk.create("data/a");
        file.write(filled(1, 512), 0);
        pass(disk);
        file.force();
        file.write(filled(2, 512), 0);
        disk.processEnded();
        assertThat(content(disk, "data/a")).containsOnly(1);
    }

    @Test
    void namesAreDurableOnlyAfterTheirDirectoryWasSynced() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimDisk disk = disk(seed);
            disk.create("data/a");
            disk.create("data/b");
            disk.syncDir("data");
            pass(disk);
            disk.rename("data/a", "data/c");
            disk.delete("data/b");
            pass(disk);
            disk.losePower();
            seen.add(disk.list("data").toString());
        }
        assertThat(seen).containsExactlyInAnyOrder("[a, b]", "[b, c]", "[a]", "[c]");
    }

    @Test
    void aDirectoryIsDeletedForGoodOnlyWhenTheOneAboveWasSynced() throws IOException {
        Set<Integer> seen = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            SimDisk disk = disk(seed);
            disk.createDirs("data/sub");
            pass(disk);
            disk.delete("data/sub");
            pass(disk);
            disk.losePower();
            seen.add(disk.list("data").size());
            disk.createDirs("data/sub");
            pass(disk);
            disk.delete("data/sub");
            disk.syncDir("data");
            disk.processEnded();
            assertThat(disk.list("data")).as("the process ended before it deleted").containsExactly("sub");
            disk.delete("data/sub");
            disk.syncDir("data");
            pass(disk);
            disk.losePower();
            assertThat(disk.list("data")).isEmpty();
        }
        assertThat(seen).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aLockEndsWithTheProcess() throws IOException {
        SimDisk disk = disk(1);
        assertThat(disk.lock("data/lock")).isNotNull();
        assertThat(disk.lock("data/lock")).isNull();
        disk.processEnded();
        assertThat(disk.lock("data/lock")).isNotNull();
    }

    /** Lets the time pass that the operations so far have taken. */
    private void pass(SimDisk disk) {
        scheduler.runUntil(scheduler.nowNs() + disk.takeBusyNs());
    }

    private static ByteBuffer filled(int with, int bytes) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) with);
        return ByteBuffer.wrap(content);
    }

    private static byte[] content(SimDisk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            byte[] content = new byte[(int) file.size()];
            file.read(ByteBuffer.wrap(content), 0);
            return content;
        }
    }
}
