package dev.quorate.ensemble.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The store of znodes beyond one piece: growth, removal, names used again; wide and deep. */
class ManyZnodesTest {
    private static final int WIDE = Boolean.getBoolean("quorate.full") ? 1_000_000 : 60_000;

    private final TestTree tree = new TestTree();

    @Test
    void manyChildrenComeAndGoAndAllOthersAreFound() {
        tree.create("/wide");
        Random random = new Random(5);
        Set<String> there = new HashSet<>();
        for (int i = 0; i < WIDE; i++) {
            String name = "n" + random.nextInt(WIDE / 2);
            boolean created = tree.create("/wide/" + name, "", CreateMode.PERSISTENT) instanceof Outcome.Created;
            assertThat(created).isEqualTo(there.add(name));
            String victim = "n" + random.nextInt(WIDE / 2);
            boolean deleted = tree.delete("/wide/" + victim) instanceof Outcome.Deleted;
            assertThat(deleted).isEqualTo(there.remove(victim));
        }
        List<String> children = tree.children("/wide");
        assertThat(children).hasSameSizeAs(there);
        assertThat(new HashSet<>(children)).isEqualTo(there);
        assertThat(tree.stat("/wide").numChildren()).isEqualTo(there.size());
        assertThat(tree.read(new Request.GetAllChildrenNumber("/wide")))
                .isEqualTo(new Response.ChildrenNumber(there.size()));
        List<SnapshotRecord> records = new ArrayList<>();
        tree.tree.startSnapshot(records::add);
        tree.tree.walk(Integer.MAX_VALUE);
        assertThat(SnapshotTest.load(records).digest()).isEqualTo(tree.tree.digest());
    }

    @Test
    void theDeepestPathWorksAndADeeperOneIsABadArgument() {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < Paths.MAX_DEPTH; i++) {
            path.append("/d");
            assertThat(tree.create(path.toString())).isInstanceOf(Outcome.Created.class);
        }
        TestTree.assertFailed(tree.create(path + "/d"), ErrorCode.BAD_ARGUMENTS);
        assertThat(tree.read(new Request.GetAllChildrenNumber("/d")))
                .isEqualTo(new Response.ChildrenNumber(Paths.MAX_DEPTH - 1));
        List<SnapshotRecord> records = new ArrayList<>();
        tree.tree.startSnapshot(records::add);
        tree.tree.walk(Integer.MAX_VALUE);
        assertThat(SnapshotTest.load(records).digest()).isEqualTo(tree.tree.digest());
    }

    @Test
    void longNamesWork() {
        for (int length : List.of(127, 128, 16_383, 16_384, 60_000)) {
            String path = "/" + "x".repeat(length);
            assertThat(tree.create(path)).isInstanceOf(Outcome.Created.class);
            assertThat(tree.children("/")).contains(path.substring(1));
            assertThat(tree.stat(path).dataLength()).isEqualTo(4);
            assertThat(tree.delete(path)).isEqualTo(new Outcome.Deleted());
        }
    }

    @Test
    void aZnodeOfAHundredBytesTakesLessThanTwoHundredOfHeap() {
        int count = 200_000;
        byte[] data = new byte[100];
        tree.create("/heap");
        long before = usedHeap();
        for (int i = 0; i < count; i++) {
            tree.apply(new Command.Create("/heap/n" + (10_000_000 + i), new Bytes(data), Acl.OPEN,
                    CreateMode.PERSISTENT));
        }
        assertThat((usedHeap() - before) / count).isLessThan(200);
        assertThat(tree.exists("/heap/n10000000")).isTrue();
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
