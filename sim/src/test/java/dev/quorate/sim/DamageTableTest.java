package dev.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.storage.DiskFile;
import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.check.Invariants;
import dev.quorate.sim.check.SessionCheck;
import dev.quorate.sim.client.ClientOptions;
import dev.quorate.sim.client.History;
import dev.quorate.sim.client.SimClient;
import dev.quorate.sim.disk.Damage;
import dev.quorate.sim.disk.DiskOptions;
import dev.quorate.sim.disk.SimDisk;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import dev.quorate.sim.kernel.Trace;
import dev.quorate.sim.fault.Tally;
import dev.quorate.sim.member.EnsembleSettings;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.SimProcess;
import dev.quorate.sim.member.World;
import dev.quorate.sim.network.NetworkOptions;
import dev.quorate.sim.network.SimNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Damage to the disk of one member of three, case by case, with whole members: all that was acknowledged is there in
 * the end, and the struck member has it too, or says why it does not. Nothing wrong is ever shown: members that are in
 * sync at the same zxid have the same tree.
 */
class DamageTableTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int STRUCK = 2;
    private static final long EARLIER_EPOCHS = 1_000;
    private static final StorageSettings.Limits LIMITS = new StorageSettings.Limits(4096, 1024, 512, 16 << 10, 2,
            64 << 10, 0);
    private static final EnsembleSettings ENSEMBLE = new EnsembleSettings(3, 0, "given", 500, 20, 100_000, 12,
            EnsembleSettings.FAR_COUNTER, 1_000, 0, LIMITS);

    private static final List<TreeMap<String, byte[]>> DISKS = new ArrayList<>();
    private static final List<Entry> COMMITTED = new ArrayList<>();
    private static long acknowledgedZxid;

    /** An ensemble in virtual time. */
    private static final class Ensemble {
        final Scheduler scheduler = new Scheduler();
        final List<SimMember> members = new ArrayList<>();
        final World world;

        Ensemble(long seed) {
            Dice dice = new Dice(seed);
            SimNetwork network = new SimNetwork(scheduler, dice.split(),
                    new NetworkOptions(20_000, 50_000, 20_000_000), 3);
            world = new World(scheduler, new Trace(null), network, new Invariants(3, entry -> {}),
                    new SessionCheck(), ENSEMBLE, new Tally());
            for (int id = 1; id <= 3; id++) {
                members.add(new SimMember(world, id, dice.split(),
                        new DiskOptions(100_000, 1_000, 0, false, false)));
            }
        }

        SimMember struck() {
            return members.get(STRUCK - 1);
        }

        void start() {
            members.forEach(SimMember::start);
        }

        void await(String what, long seconds, BooleanSupplier condition) {
            long untilNs = scheduler.nowNs() + seconds * SECOND_NS;
            while (!condition.getAsBoolean()) {
                assertThat(scheduler.nowNs()).as(() -> what + ": " + describe()).isLessThan(untilNs);
                scheduler.runUntil(scheduler.nowNs() + 20_000_000);
            }
        }

        /** All are in sync and have the same tree. */
        boolean allEqual() {
            Status.Tree first = null;
            for (SimMember member : members) {
                SimProcess process = member.process();
                if (process == null || !process.loaded() || !process.status().peer().inSync()) {
                    return false;
                }
                Status.Tree tree = process.status().tree();
                if (first != null && (tree.appliedZxid() != first.appliedZxid() || tree.digest() != first.digest())) {
                    return false;
                }
                first = tree;
            }
            return true;
        }

        String describe() {
            StringBuilder text = new StringBuilder();
            for (SimMember member : members) {
                SimProcess process = member.process();
                text.append("\n  ").append(member.id()).append(": ")
                        .append(process == null ? "down" : process.status().peer());
            }
            return text.toString();
        }
    }

    @BeforeAll
    static void write() throws IOException {
        Ensemble ensemble = new Ensemble(1);
        ensemble.start();
        SimClient client = new SimClient(ensemble.world, ensemble.members, new Dice(2),
                new ClientOptions(1, 20_000_000, 1, 30_000, 3, 0, 0, 0, 0), 1, new History());
        client.start();
        ensemble.await("twenty records", 30, () -> ensemble.allEqual() && applied(ensemble) >= 20);
        client.quiet(true);
        ensemble.await("an answer", 10, () -> client.idle() && ensemble.allEqual());
        acknowledgedZxid = tree(ensemble.struck()).appliedZxid();
        ensemble.scheduler.runUntil(ensemble.scheduler.nowNs() + SECOND_NS);
        COMMITTED.addAll(ensemble.world.invariants().committed());
        for (SimMember member : ensemble.members) {
            TreeMap<String, byte[]> files = new TreeMap<>();
            read(member.disk(), "data", files);
            read(member.disk(), "log", files);
            DISKS.add(files);
        }
        assertThat(DISKS.get(STRUCK - 1).keySet()).anyMatch(path -> path.contains("/snapshot-"))
                .anyMatch(path -> path.contains("/log-"));
    }

    private static long applied(Ensemble ensemble) {
        return tree(ensemble.struck()).appliedZxid() & 0xFFFFFFFFL;
    }

    private static Status.Tree tree(SimMember member) {
        SimProcess process = member.process();
        if (process == null) {
            throw new IllegalStateException("member " + member.id() + " is down");
        }
        return process.status().tree();
    }

    private static void read(SimDisk disk, String dir, SortedMap<String, byte[]> files) throws IOException {
        for (String name : disk.list(dir)) {
            String path = dir + "/" + name;
            if (name.startsWith("history-")) {
                read(disk, path, files);
            } else if (!name.equals("lock")) {
                try (DiskFile file = disk.open(path)) {
                    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
                    file.read(bytes, 0);
                    files.put(path, bytes.array());
                }
            }
        }
    }

    /** The three disks as they were, but for one file of one member. */
    private static void recovers(String path, byte @Nullable [] content, String what) throws IOException {
        TreeMap<String, byte @Nullable []> changed = new TreeMap<>();
        changed.put(path, content);
        recovers(changed, what);
    }

    private static void recovers(SortedMap<String, byte @Nullable []> changed, String what) throws IOException {
        Ensemble ensemble = new Ensemble(3);
        ensemble.world.invariants().beginsWith(COMMITTED);
        for (SimMember member : ensemble.members) {
            SimDisk disk = member.disk();
            for (var file : DISKS.get(member.id() - 1).entrySet()) {
                disk.createDirs(file.getKey().substring(0, file.getKey().lastIndexOf('/')));
                try (DiskFile open = disk.create(file.getKey())) {
                    open.write(ByteBuffer.wrap(file.getValue()), 0);
                }
            }
            disk.takeBusyNs();
            // The epochs that an earlier process asked for.
            ensemble.world.invariants().ledger(member.id()).saveEpochs(EARLIER_EPOCHS, EARLIER_EPOCHS);
        }
        for (var file : changed.entrySet()) {
            Damage.replace(ensemble.struck().disk(), file.getKey(), file.getValue());
        }
        ensemble.start();
        ensemble.await(what, 20, ensemble::allEqual);
        assertThat(tree(ensemble.struck()).appliedZxid()).as(what).isGreaterThanOrEqualTo(acknowledgedZxid);
    }

    private static SortedMap<String, byte[]> files() {
        return DISKS.get(STRUCK - 1);
    }

    /** One past the last byte of the sector at {@code at} that is in use. */
    private static int used(byte[] bytes, int at) {
        int end = Math.min(bytes.length, at + 512);
        while (end > at && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @Test
    void everyFlippedBit() throws IOException {
        int cases = 0;
        for (var file : files().entrySet()) {
            byte[] bytes = file.getValue();
            for (int sector = 0; sector < bytes.length; sector += 512) {
                int end = used(bytes, sector);
                for (int bit = 8 * sector + cases % 7; bit < 8 * end; bit += FULL ? 1 : 149) {
                    byte[] flipped = bytes.clone();
                    flipped[bit / 8] ^= (byte) (1 << bit % 8);
                    recovers(file.getKey(), flipped, file.getKey() + " flipped at bit " + bit);
                    cases++;
                }
            }
        }
        assertThat(cases).isGreaterThan(FULL ? 10_000 : 100);
    }

    @Test
    void everyCut() throws IOException {
        for (var file : files().entrySet()) {
            byte[] bytes = file.getValue();
            for (int sector = 0; sector < bytes.length; sector += 512) {
                int end = used(bytes, sector);
                for (int length = sector; length < end; length += FULL ? 1 : 101) {
                    recovers(file.getKey(), Arrays.copyOf(bytes, length), file.getKey() + " cut at " + length);
                }
            }
        }
    }

    @Test
    void everyLostFile() throws IOException {
        for (String path : files().keySet()) {
            recovers(path, null, path + " lost");
        }
    }

    @Test
    void everySectorInThePlaceOfAnother() throws IOException {
        for (var file : files().entrySet()) {
            for (var other : files().entrySet()) {
                byte[] bytes = file.getValue();
                for (int sector = 0; sector < bytes.length; sector += FULL ? 512 : 1536) {
                    byte[] changed = bytes.clone();
                    int length = Math.min(Math.min(512, bytes.length - sector), other.getValue().length);
                    System.arraycopy(other.getValue(), 0, changed, sector, length);
                    recovers(file.getKey(), changed, other.getKey() + " in " + file.getKey() + " at " + sector);
                }
            }
        }
    }

    @Test
    void filesThatAreLostTogether() throws IOException {
        for (String kind : List.of("/snapshot-", "/log-", "/epoch.")) {
            TreeMap<String, byte @Nullable []> lost = new TreeMap<>();
            files().keySet().stream().filter(path -> path.contains(kind)).forEach(path -> lost.put(path, null));
            assertThat(lost).isNotEmpty();
            recovers(lost, "all of " + kind + " lost");
        }
        TreeMap<String, byte @Nullable []> all = new TreeMap<>();
        files().keySet().forEach(path -> all.put(path, null));
        recovers(all, "everything lost");
    }

    @Test
    void segmentsThatChangedPlaces() throws IOException {
        List<String> segments = files().keySet().stream().filter(path -> path.contains("/log-")).toList();
        assertThat(segments).hasSizeGreaterThan(1);
        for (int i = 1; i < segments.size(); i++) {
            TreeMap<String, byte @Nullable []> swapped = new TreeMap<>();
            swapped.put(segments.get(i - 1), files().get(segments.get(i)));
            swapped.put(segments.get(i), files().get(segments.get(i - 1)));
            recovers(swapped, segments.get(i - 1) + " and " + segments.get(i));
        }
    }

    @Test
    void theDiskOfAnotherMember() {
        TreeMap<String, byte @Nullable []> changed = new TreeMap<>();
        files().keySet().forEach(path -> changed.put(path, null));
        changed.putAll(DISKS.getFirst());
        assertThatThrownBy(() -> recovers(changed, "another member's disk"))
                .hasMessageContaining("belongs to member 1");
    }
}
