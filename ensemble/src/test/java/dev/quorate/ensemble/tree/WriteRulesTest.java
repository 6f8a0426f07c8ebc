package dev.quorate.ensemble.tree;

import static dev.quorate.ensemble.tree.TestTree.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.ConfigMember;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates, deletes, sets, multis: ZooKeeper's semantics, one test each. */
class WriteRulesTest {
    private final TestTree tree = new TestTree();

    @Test
    void aNewZnodeHasTheStatThatZooKeeperShows() {
        Outcome outcome = tree.create("/a", "12345", CreateMode.PERSISTENT);
        Stat expected = new Stat(tree.zxid, tree.zxid, tree.timeMs, tree.timeMs, 0, 0, 0, 0, 5, 0, tree.zxid);
        assertThat(outcome).isEqualTo(new Outcome.Created("/a", expected));
        assertThat(tree.stat("/a")).isEqualTo(expected);
    }

    @Test
    void cversionOnTheWireIsTwiceTheCreatedLessTheChildrenThere() {
        tree.create("/a");
        tree.create("/a/1");
        tree.create("/a/2");
        assertThat(tree.stat("/a").cversion()).isEqualTo(2);
        tree.delete("/a/1");
        assertThat(tree.stat("/a").cversion()).isEqualTo(3);
        assertThat(tree.stat("/a").numChildren()).isEqualTo(1);
    }

    @Test
    void pzxidFollowsCreationAndDeletionOfChildrenOnly() {
        tree.create("/a");
        tree.create("/a/1");
        assertThat(tree.stat("/a").pzxid()).isEqualTo(tree.zxid);
        long created = tree.zxid;
        tree.setData("/a/1", "x");
        assertThat(tree.stat("/a").pzxid()).isEqualTo(created);
        tree.delete("/a/1");
        assertThat(tree.stat("/a").pzxid()).isEqualTo(tree.zxid);
        assertThat(tree.stat("/a").mzxid()).isLessThan(created);
    }

    @Test
    void theSequenceIsTheNumberOfChildrenEverCreated() {
        tree.create("/a");
        tree.create("/a/x");
        tree.delete("/a/x");
        assertThat(tree.create("/a/n-", "", CreateMode.PERSISTENT_SEQUENTIAL))
                .isInstanceOfSatisfying(Outcome.Created.class, c -> assertThat(c.path()).isEqualTo("/a/n-0000000001"));
        assertThat(tree.create("/a/", "", CreateMode.EPHEMERAL_SEQUENTIAL))
                .isInstanceOfSatisfying(Outcome.Created.class, c -> assertThat(c.path()).isEqualTo("/a/0000000002"));
    }

    @Test
    void nullDataStaysNull() {
        tree.create("/a", null, CreateMode.PERSISTENT);
        assertThat(tree.read(new Request.GetData("/a", false)))
                .isInstanceOfSatisfying(Response.Data.class, d -> assertThat(d.data()).isNull());
        tree.apply(new Command.SetData("/a", Bytes.EMPTY, -1));
        assertThat(tree.read(new Request.GetData("/a", false)))
                .isInstanceOfSatisfying(Response.Data.class, d -> assertThat(d.data()).isEqualTo(Bytes.EMPTY));
    }

    @Test
    void createFailsWithoutParentAndWhenItExists() {
        assertFailed(tree.create("/a/b"), ErrorCode.NO_NODE);
        tree.create("/a");
        assertFailed(tree.create("/a"), ErrorCode.NODE_EXISTS);
        assertFailed(tree.create("/"), ErrorCode.NODE_EXISTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/", "//a", "/a\u0000b", "/.", "/..", "/a\u0001", "/a\ud800", "/\uffff"})
    void aBadPathIsABadArgument(String path) {
        assertThat(tree.create(path)).isInstanceOf(Outcome.Failed.class);
        assertThat(tree.tree.znodeCount()).isEqualTo(4);
    }

    @Test
    void ephemeralsHaveNoChildren() {
        tree.create("/e", "", CreateMode.EPHEMERAL);
        assertThat(tree.stat("/e").ephemeralOwner()).isEqualTo(tree.caller.sessionId());
        assertFailed(tree.create("/e/a"), ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
    }

    @Test
    void aContainerShowsNoOwnerAndIsDeletedOnlyOnceItIsEmpty() {
        tree.create("/c", "", CreateMode.CONTAINER);
        assertThat(tree.stat("/c").ephemeralOwner()).isZero();
        assertThat(tree.tree.emptyContainers(10)).isEmpty();
        tree.create("/c/a");
        assertFailed(tree.apply(new Command.DeleteContainer("/c")), ErrorCode.NOT_EMPTY);
        tree.delete("/c/a");
        assertThat(tree.tree.emptyContainers(10)).containsExactly("/c");
        assertThat(tree.apply(new Command.DeleteContainer("/c"))).isEqualTo(new Outcome.Deleted());
        tree.create("/p");
        assertFailed(tree.apply(new Command.DeleteContainer("/p")), ErrorCode.BAD_VERSION);
    }

    @Test
    void timeToLiveAndLoneCheckAreUnimplemented() {
        assertFailed(tree.create("/t", "", CreateMode.PERSISTENT_WITH_TTL), ErrorCode.UNIMPLEMENTED);
        assertFailed(tree.apply(new Command.Check("/", -1)), ErrorCode.UNIMPLEMENTED);
    }

    @Test
    void deleteChecksVersionAndChildren() {
        tree.create("/a");
        tree.setData("/a", "x");
        assertFailed(tree.apply(new Command.Delete("/a", 0)), ErrorCode.BAD_VERSION);
        tree.create("/a/b");
        assertFailed(tree.apply(new Command.Delete("/a", 1)), ErrorCode.NOT_EMPTY);
        tree.delete("/a/b");
        assertThat(tree.apply(new Command.Delete("/a", 1))).isEqualTo(new Outcome.Deleted());
        assertFailed(tree.delete("/a"), ErrorCode.NO_NODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/zookeeper", "/zookeeper/config", "/zookeeper/quota", "a", ""})
    void specialZnodesAndBadPathsAreNotDeleted(String path) {
        assertFailed(tree.delete(path), ErrorCode.BAD_ARGUMENTS);
    }

    @Test
    void setDataCountsVersionsAndChecksThem() {
        tree.create("/a");
        assertThat(tree.apply(new Command.SetData("/a", Bytes.utf8("xyz"), 0)))
                .isInstanceOfSatisfying(Outcome.StatResult.class, r -> {
                    assertThat(r.stat().version()).isEqualTo(1);
                    assertThat(r.stat().mzxid()).isEqualTo(tree.zxid);
                    assertThat(r.stat().mtimeMs()).isEqualTo(tree.timeMs);
                    assertThat(r.stat().dataLength()).isEqualTo(3);
                });
        assertFailed(tree.apply(new Command.SetData("/a", null, 0)), ErrorCode.BAD_VERSION);
        assertFailed(tree.setData("/b", ""), ErrorCode.NO_NODE);
        assertFailed(tree.setData("/b/", ""), ErrorCode.BAD_ARGUMENTS);
    }

    @Test
    void aMultiThatGoesThroughHasOneZxid() {
        Outcome outcome = tree.apply(new Command.Multi(List.of(
                new Command.Create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT),
                new Command.Create("/a/b", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT),
                new Command.SetData("/a", Bytes.utf8("x"), 0), new Command.Check("/a", 1),
                new Command.Delete("/a/b", 0))));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.MultiDone.class,
                done -> assertThat(done.results()).hasSize(5));
        assertThat(tree.stat("/a").czxid()).isEqualTo(tree.zxid);
        assertThat(tree.stat("/a").version()).isEqualTo(1);
        assertThat(tree.exists("/a/b")).isFalse();
    }

    @Test
    void aMultiThatFailsChangesNothingAndSaysWhere() {
        tree.create("/a");
        tree.create("/a/b");
        tree.create("/e", "", CreateMode.EPHEMERAL);
        Stat before = tree.stat("/a");
        int count = tree.tree.znodeCount();
        long content = tree.tree.approximateDataSize();
        Outcome outcome = tree.apply(new Command.Multi(List.of(
                new Command.SetData("/a", Bytes.utf8("much longer than before"), -1), new Command.Delete("/a/b", -1),
                new Command.Create("/a/c", Bytes.EMPTY, Acl.READ_ONLY, CreateMode.EPHEMERAL),
                new Command.Delete("/e", -1), new Command.Check("/nowhere", -1), new Command.Delete("/a", -1))));
        assertThat(outcome).isEqualTo(new Outcome.MultiFailed(List.of(ErrorCode.OK, ErrorCode.OK, ErrorCode.OK,
                ErrorCode.OK, ErrorCode.NO_NODE, ErrorCode.RUNTIME_INCONSISTENCY)));
        assertThat(tree.stat("/a")).isEqualTo(before);
        assertThat(tree.children("/a")).containsExactly("b");
        assertThat(tree.exists("/e")).isTrue();
        assertThat(tree.tree.znodeCount()).isEqualTo(count);
        assertThat(tree.tree.ephemeralCount()).isOne();
        assertThat(tree.tree.approximateDataSize()).isEqualTo(content);
    }

    @Test
    void anUnexpectedExceptionUndoesTheEntryAndBecomesASystemError() {
        tree.create("/a");
        List<Command.Op> ops = List.of(new Command.SetData("/a", Bytes.utf8("other"), -1),
                new Command.Create("/a/b", Bytes.EMPTY, Acl.READ_ONLY, CreateMode.EPHEMERAL),
                new Command.Delete("/a/b", -1),
                new Command.Create("/a/c", Bytes.EMPTY, Acl.OPEN, CreateMode.CONTAINER));
        Stat before = tree.stat("/a");
        int count = tree.tree.znodeCount();
        assertFailed(tree.apply(new Command.Multi(new BrokenList(ops))), ErrorCode.SYSTEM_ERROR);
        assertThat(tree.tree.takeFault()).hasMessage("broken");
        assertThat(tree.tree.takeFault()).isNull();
        assertThat(tree.stat("/a")).isEqualTo(before);
        assertThat(tree.children("/a")).isEmpty();
        assertThat(tree.tree.znodeCount()).isEqualTo(count);
        assertThat(tree.create("/a/b")).isInstanceOf(Outcome.Created.class);
    }

    /** A list that breaks when its end is reached. */
    private static final class BrokenList extends AbstractList<Command.Op> {
        private final List<Command.Op> ops;

        private BrokenList(List<Command.Op> ops) {
            this.ops = ops;
        }

        @Override
        public Command.Op get(int index) {
            if (index == ops.size()) {
                throw new IllegalArgumentException("broken");
            }
            return ops.get(index);
        }

        @Override
        public int size() {
            return ops.size() + 1;
        }
    }

    private static final List<ConfigMember> FOUNDERS = List.of(new ConfigMember(1, 11, true, "a:1:2"));

    @Test
    void nothingHappensBeforeTheFoundingEntryNorASecondTime() {
        DataTree empty = new DataTree(event -> {}, Levels.KNOWN);
        assertFailed(empty.apply(1, 1, new Txn(TestTree.ORIGIN, 1, Caller.ENSEMBLE, new Command.CreateSession(1))),
                ErrorCode.SYSTEM_ERROR);
        assertFailed(tree.apply(Caller.ENSEMBLE, new Command.Found(1, "other", Bytes.EMPTY, FOUNDERS)),
                ErrorCode.BAD_ARGUMENTS);
        assertThat(tree.tree.clusterId()).isEqualTo("cluster");
        assertThat(tree.tree.level()).isOne();
    }

    @Test
    void aLevelThatIsNotKnownStopsTheMember() {
        DataTree empty = new DataTree(event -> {}, Levels.KNOWN);
        Txn txn = new Txn(TestTree.ORIGIN, 1, Caller.ENSEMBLE, new Command.Found(2, "c", Bytes.EMPTY, FOUNDERS));
        assertThatThrownBy(() -> empty.apply(1, 1, txn)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("level 2");
    }

    @Test
    void theConfigZnodeShowsMembersAndVersion() {
        assertThat(tree.read(new Request.GetData("/zookeeper/config", false)))
                .isInstanceOfSatisfying(Response.Data.class, d -> assertThat(d.data()).isEqualTo(Bytes.utf8(
                        "server.1=a:2888:3888:participant;0.0.0.0:2181\nversion=100000001")));
        assertThat(tree.tree.configVersion()).isEqualTo(0x100000001L);
    }

    @Test
    void theSystemZnodesAreThereAndClosedToWritersButSuper() {
        assertThat(tree.children("/")).containsExactly("zookeeper");
        assertThat(tree.children("/zookeeper")).containsExactlyInAnyOrder("config", "quota");
        assertThat(tree.stat("/").cversion()).isEqualTo(-1);
        assertThat(tree.stat("/zookeeper").cversion()).isEqualTo(-2);
        assertFailed(tree.create("/zookeeper/x"), ErrorCode.NO_AUTH);
        assertFailed(tree.setData("/zookeeper/config", ""), ErrorCode.NO_AUTH);
        assertThat(tree.create(TestTree.with(tree.caller, Identity.SUPER), "/zookeeper/x", "", CreateMode.PERSISTENT,
                Acl.OPEN)).isInstanceOf(Outcome.Created.class);
        assertThat(tree.create("/zookeeper/quota/a")).isInstanceOf(Outcome.Created.class);
    }
}
