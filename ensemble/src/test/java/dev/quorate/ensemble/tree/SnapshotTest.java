package dev.quorate.ensemble.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots are exact at the zxid at which they were begun, whatever happens while they are taken. */
class SnapshotTest {
    private static final int WARM_UP = 400;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aSnapshotTakenDuringChangesIsTheTreeAtItsBeginning(long seed) {
        TestTree tree = new TestTree();
        RandomCommands commands = new RandomCommands(seed, tree);
        commands.run(WARM_UP);
        long digest = tree.tree.digest();
        long zxid = tree.tree.lastZxid();
        int znodes = tree.tree.znodeCount();
        List<Session> sessions = tree.tree.sessions();
        List<SnapshotRecord> records = new ArrayList<>();
        tree.tree.startSnapshot(records::add);
        do {
            commands.run(3);
        } while (!tree.tree.walk(5));
        assertThat(tree.tree.digest()).isNotEqualTo(digest);

        DataTree loaded = load(records);
        assertThat(loaded.digest()).isEqualTo(digest);
        assertThat(loaded.lastZxid()).isEqualTo(zxid);
        assertThat(loaded.znodeCount()).isEqualTo(znodes);
        assertThat(loaded.sessions()).isEqualTo(sessions);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void aLoadedTreeGoesOnLikeTheOneItCameFrom(long seed) {
        TestTree tree = new TestTree();
        RandomCommands commands = new RandomCommands(seed, tree);
        commands.run(WARM_UP);
        List<SnapshotRecord> records = new ArrayList<>();
        tree.tree.startSnapshot(records::add);
        assertThat(tree.tree.walk(Integer.MAX_VALUE)).isTrue();
        DataTree loaded = load(records);
        Random random = new Random(seed);
        for (int i = 0; i < WARM_UP; i++) {
            Txn txn = new Txn(TestTree.ORIGIN, ++tree.seq, tree.caller, commands.next(random));
            tree.zxid++;
            tree.timeMs++;
            assertThat(loaded.apply(tree.zxid, tree.timeMs, txn))
                    .isEqualTo(tree.tree.apply(tree.zxid, tree.timeMs, txn));
            assertThat(loaded.digest()).isEqualTo(tree.tree.digest());
        }
        assertThat(loaded.approximateDataSize()).isEqualTo(tree.tree.approximateDataSize());
        assertThat(loaded.ephemeralCount()).isEqualTo(tree.tree.ephemeralCount());
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void theDigestOfTheChangesIsTheDigestOfTheTree(long seed) {
        TestTree tree = new TestTree();
        RandomCommands commands = new RandomCommands(seed, tree);
        for (int i = 0; i < 40; i++) {
            commands.run(25);
            List<SnapshotRecord> records = new ArrayList<>();
            tree.tree.startSnapshot(records::add);
            tree.tree.walk(Integer.MAX_VALUE);
            // Loading computes the digest anew and refuses any other.
            assertThat(load(records).digest()).isEqualTo(tree.tree.digest());
        }
    }

    @Test
    void anEntryThatFailsLeavesTheDigestOfTheZnodes() {
        TestTree tree = new TestTree();
        tree.create("/a");
        Outcome failed = tree.apply(new Command.Multi(List.of(
                new Command.Create("/a/b", null, Acl.READ_ONLY, CreateMode.EPHEMERAL),
                new Command.SetData("/a", Bytes.EMPTY, -1), new Command.Check("/x", 0))));
        assertThat(failed).isInstanceOf(Outcome.MultiFailed.class);
        long undone = tree.tree.digest();
        TestTree other = new TestTree();
        other.create("/a");
        other.apply(new Command.Check("/x", 0));
        assertThat(other.tree.digest()).isEqualTo(undone);
    }

    @Test
    void aSnapshotWithAMissingOrAChangedRecordIsRefused() {
        TestTree tree = new TestTree();
        tree.create("/a");
        tree.create("/a/b");
        List<SnapshotRecord> records = new ArrayList<>();
        tree.tree.startSnapshot(records::add);
        tree.tree.walk(Integer.MAX_VALUE);
        for (int i = 0; i < records.size(); i++) {
            List<SnapshotRecord> damaged = new ArrayList<>(records);
            damaged.remove(i);
            assertThatThrownBy(() -> load(damaged)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anAbandonedSnapshotCostsNothingAndANewOneMayBegin() {
        TestTree tree = new TestTree();
        List<SnapshotRecord> records = new ArrayList<>();
        tree.tree.startSnapshot(records::add);
        tree.tree.abandonSnapshot();
        int emitted = records.size();
        tree.create("/a");
        assertThat(records).hasSize(emitted);
        tree.tree.startSnapshot(records::add);
        assertThatThrownBy(() -> tree.tree.startSnapshot(records::add)).isInstanceOf(IllegalStateException.class);
    }

    static DataTree load(List<SnapshotRecord> records) {
        Loader loader = new Loader(event -> {}, Levels.KNOWN);
        records.forEach(loader::load);
        return loader.finish();
    }

    @Test
    void aBuildThatDoesNotKnowTheLevelOfASnapshotStops() {
        ConfigMember member = new ConfigMember(1, 1, true, "a:2888:3888;2181");
        Membership membership = new Membership(new Configuration(7, 2, 1, List.of(member), null), 0, null);
        SnapshotRecord.Header header = new SnapshotRecord.Header(9, 1, 0, "test", new Bytes(new byte[32]), membership);
        assertThatThrownBy(() -> new Loader(event -> {}, Levels.KNOWN).load(header))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("level 2");
    }
}
