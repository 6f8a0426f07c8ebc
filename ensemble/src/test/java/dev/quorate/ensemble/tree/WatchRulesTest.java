package dev.quorate.ensemble.tree;

import static dev.quorate.ensemble.tree.TestTree.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches: ZooKeeper's semantics, one test each. */
class WatchRulesTest {
    private final TestTree tree = new TestTree();

    @BeforeEach
    void someZnodes() {
        tree.create("/a");
        tree.create("/a/b");
    }

    @Test
    void aDataWatchFiresOnceWithTheZxidOfTheChange() {
        tree.read(new Request.GetData("/a", true));
        tree.setData("/a", "1");
        assertEvents(event(EventType.DATA_CHANGED, "/a"));
        tree.setData("/a", "2");
        assertEvents();
        assertThat(tree.tree.watchCount()).isZero();
    }

    @Test
    void anExistWatchWaitsForTheZnode() {
        assertFailed(tree.read(new Request.Exists("/n", true)), ErrorCode.NO_NODE);
        tree.create("/n");
        assertEvents(event(EventType.CREATED, "/n"));
    }

    @Test
    void aFailedGetDataLeavesNoWatch() {
        assertFailed(tree.read(new Request.GetData("/n", true)), ErrorCode.NO_NODE);
        assertThat(tree.tree.watchCount()).isZero();
    }

    @Test
    void aChildWatchSeesChildrenComeAndTheZnodeGo() {
        tree.read(new Request.GetChildren("/a", true, false));
        tree.create("/a/c");
        assertEvents(event(EventType.CHILDREN_CHANGED, "/a"));
        tree.read(new Request.GetChildren("/a/c", true, true));
        tree.delete("/a/c");
        assertEvents(event(EventType.DELETED, "/a/c"));
    }

    @Test
    void aDeletionIsToldOnceToWhoWatchesDataAndChildren() {
        tree.read(new Request.GetData("/a/b", true));
        tree.read(new Request.GetChildren("/a/b", true, false));
        tree.delete("/a/b");
        assertEvents(event(EventType.DELETED, "/a/b"));
    }

    @Test
    void aMultiFiresItsEventsInItsOrderAndAFailedOneNone() {
        tree.read(new Request.GetChildren("/", true, false));
        tree.read(new Request.GetData("/a", true));
        tree.apply(new Command.Multi(List.of(new Command.SetData("/a", null, -1), new Command.Check("/x", 1))));
        assertEvents();
        tree.apply(new Command.Multi(List.of(new Command.SetData("/a", null, -1),
                new Command.Create("/z", null, Acl.OPEN, CreateMode.PERSISTENT))));
        assertEvents(event(EventType.DATA_CHANGED, "/a"), event(EventType.CHILDREN_CHANGED, "/"));
    }

    @Test
    void aPersistentWatchStaysAndSeesDataAndChildrenOfItsZnode() {
        assertThat(tree.read(new Request.AddWatch("/a", AddWatchMode.PERSISTENT)))
                .isEqualTo(new Response.WatchAdded());
        tree.setData("/a", "1");
        tree.setData("/a", "2");
        tree.create("/a/c");
        tree.setData("/a/c", "not seen");
        assertThat(tree.events).extracting(WatchEvent::type).containsExactly(EventType.DATA_CHANGED,
                EventType.DATA_CHANGED, EventType.CHILDREN_CHANGED);
    }

    @Test
    void aRecursiveWatchSeesAllBelowAndNoChangeOfChildren() {
        tree.read(new Request.AddWatch("/a", AddWatchMode.PERSISTENT_RECURSIVE));
        tree.create("/a/b/c");
        assertEvents(event(EventType.CREATED, "/a/b/c"));
        tree.setData("/a", "1");
        assertEvents(event(EventType.DATA_CHANGED, "/a"));
        tree.delete("/a/b/c");
        assertEvents(event(EventType.DELETED, "/a/b/c"));
        tree.create("/elsewhere");
        assertEvents();
    }

    @Test
    void aRecursiveWatchOnTheRootSeesEverythingOnce() {
        tree.read(new Request.AddWatch("/", AddWatchMode.PERSISTENT_RECURSIVE));
        tree.read(new Request.GetData("/a/b", true));
        tree.setData("/a/b", "1");
        assertEvents(event(EventType.DATA_CHANGED, "/a/b"));
    }

    @Test
    void watchesAreRemovedByKindAndAMissingOneIsAnError() {
        tree.read(new Request.GetData("/a", true));
        assertFailed(tree.read(new Request.RemoveWatches("/a", WatcherType.CHILDREN)), ErrorCode.NO_WATCHER);
        assertThat(tree.read(new Request.CheckWatches("/a", WatcherType.DATA))).isInstanceOf(Response.Done.class);
        assertThat(tree.read(new Request.RemoveWatches("/a", WatcherType.ANY))).isInstanceOf(Response.Done.class);
        assertFailed(tree.read(new Request.CheckWatches("/a", WatcherType.ANY)), ErrorCode.NO_WATCHER);
        tree.setData("/a", "1");
        assertEvents();
    }

    @Test
    void setWatchesFiresWhatWasMissedAndArmsTheRest() {
        long seen = tree.zxid;
        tree.setData("/a", "1");
        tree.create("/new");
        tree.read(new Request.SetWatches(seen, List.of("/a", "/a/b", "/gone"), List.of("/new", "/never"),
                List.of("/", "/a"), List.of(), List.of()));
        assertThat(tree.events).extracting(WatchEvent::type, WatchEvent::path).containsExactly(
                org.assertj.core.api.Assertions.tuple(EventType.DATA_CHANGED, "/a"),
                org.assertj.core.api.Assertions.tuple(EventType.DELETED, "/gone"),
                org.assertj.core.api.Assertions.tuple(EventType.CREATED, "/new"),
                org.assertj.core.api.Assertions.tuple(EventType.CHILDREN_CHANGED, "/"));
        tree.events.clear();
        tree.setData("/a/b", "1");
        tree.create("/never");
        tree.create("/a/c");
        assertThat(tree.events).extracting(WatchEvent::type).containsExactly(EventType.DATA_CHANGED,
                EventType.CREATED, EventType.CHILDREN_CHANGED);
    }

    @Test
    void setWatchesArmsPersistentOnesAgain() {
        tree.read(new Request.SetWatches(0, List.of(), List.of(), List.of(), List.of("/a"), List.of("/a/b")));
        tree.setData("/a", "1");
        assertEvents(event(EventType.DATA_CHANGED, "/a"));
        tree.create("/a/b/c");
        assertEvents(event(EventType.CREATED, "/a/b/c"));
    }

    @Test
    void anEventIsDeliveredOnlyToWhoMayReadTheZnode() {
        Caller owner = tree.digest("me");
        List<Acl> mine = List.of(new Acl(Acl.ALL, new Identity("digest", "me:hash")));
        tree.read(new Request.Exists("/secret", true));
        tree.create(owner, "/secret", "", CreateMode.PERSISTENT, mine);
        assertEvents();
        tree.read(new Request.GetData("/secret", true), owner);
        tree.read(new Request.GetData("/secret", true), owner);
        tree.apply(owner, new Command.SetData("/secret", null, -1));
        assertEvents(event(EventType.DATA_CHANGED, "/secret"));
    }

    @Test
    void whatASessionProvedLaterCountsWhenTheEventIsDelivered() {
        Caller owner = tree.digest("me");
        List<Acl> mine = List.of(new Acl(Acl.ALL, new Identity("digest", "me:hash")));
        tree.read(new Request.Exists("/secret", true));
        tree.tree.identify(owner);
        tree.create(owner, "/secret", "", CreateMode.PERSISTENT, mine);
        assertEvents(event(EventType.CREATED, "/secret"));
    }

    @Test
    void expiryFiresTheWatchesOnEphemeralsAndADisconnectDropsAll() {
        Caller other = tree.session(TestTree.ORIGIN);
        tree.create(other, "/e", "", CreateMode.EPHEMERAL, Acl.OPEN);
        tree.read(new Request.Exists("/e", true));
        tree.apply(Caller.ENSEMBLE, new Command.CloseSession(other.sessionId(), true));
        assertEvents(event(EventType.DELETED, "/e"));
        tree.read(new Request.GetData("/a", true));
        tree.tree.disconnected(tree.caller.sessionId());
        tree.setData("/a", "1");
        assertEvents();
    }

    private WatchEvent event(EventType type, String path) {
        return new WatchEvent(tree.caller.sessionId(), type, path, tree.zxid);
    }

    private void assertEvents(WatchEvent... events) {
        assertThat(tree.events).containsExactly(events);
        tree.events.clear();
    }
}
