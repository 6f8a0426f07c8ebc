package dev.quorate.ensemble.tree;

import static dev.quorate.ensemble.tree.TestTree.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What one client may ask for is bounded. */
class ReadLimitsTest {
    private static final int WATCHES = 10;

    private final TestTree tree = new TestTree();
    private final ReadLimits limits = new ReadLimits(
            1 << 20, 2000, (long) WATCHES * (ReadLimits.BYTES_PER_WATCH + "/0".length()));

    private Response read(Request.Read request) {
        return tree.tree.read(request, tree.caller, limits);
    }

    private void fill() {
        for (int i = 0; i < WATCHES; i++) {
            assertFailed(read(new Request.Exists("/" + i, true)), ErrorCode.NO_NODE);
        }
    }

    @Test
    void aWatchTooManyIsRefusedAndNothingElseIs() {
        fill();
        tree.create("/a");
        assertFailed(read(new Request.Exists("/x", true)), ErrorCode.QUOTA_EXCEEDED);
        assertFailed(read(new Request.GetData("/a", true)), ErrorCode.QUOTA_EXCEEDED);
        assertFailed(read(new Request.GetChildren("/a", true, false)), ErrorCode.QUOTA_EXCEEDED);
        assertFailed(read(new Request.AddWatch("/a", AddWatchMode.PERSISTENT)), ErrorCode.QUOTA_EXCEEDED);
        assertThat(tree.tree.watchCount()).isEqualTo(WATCHES);
        assertThat(read(new Request.GetData("/a", false))).isInstanceOf(Response.Data.class);
        assertFailed(read(new Request.Exists("/0", true)), ErrorCode.NO_NODE);
    }

    @Test
    void theBoundIsThatOfOneSession() {
        fill();
        Caller other = tree.session(TestTree.ORIGIN);
        assertFailed(tree.tree.read(new Request.Exists("/x", true), other, limits), ErrorCode.NO_NODE);
    }

    @Test
    void whatFiredOrWasRemovedMakesRoom() {
        fill();
        tree.create("/3");
        assertFailed(read(new Request.Exists("/x", true)), ErrorCode.NO_NODE);
        assertFailed(read(new Request.Exists("/y", true)), ErrorCode.QUOTA_EXCEEDED);
        read(new Request.RemoveWatches("/4", WatcherType.ANY));
        assertFailed(read(new Request.Exists("/y", true)), ErrorCode.NO_NODE);
        tree.tree.disconnected(tree.caller.sessionId());
        tree.delete("/3");
        fill();
    }

    @Test
    void whoSetsTooManyWatchesAgainIsToldSo() {
        List<String> paths = List.of("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9");
        assertThat(read(new Request.SetWatches(0, List.of(), paths, List.of(), List.of(), List.of())))
                .isEqualTo(new Response.Failed(ErrorCode.QUOTA_EXCEEDED));
        assertThat(read(new Request.SetWatches(0, List.of(), paths.subList(0, 8), List.of(), List.of(), List.of())))
                .isEqualTo(new Response.Failed(ErrorCode.QUOTA_EXCEEDED));
        tree.tree.disconnected(tree.caller.sessionId());
        assertThat(read(new Request.SetWatches(0, List.of(), paths.subList(0, 8), List.of(), List.of(), List.of())))
                .isEqualTo(new Response.Done());
    }

    @Test
    void aListOfChildrenThatIsTooLongIsRefused() {
        tree.create("/p");
        for (int i = 0; i < 100; i++) {
            tree.create("/p/child-number-" + i);
        }
        assertThat(read(new Request.GetChildren("/p", false, true))).isInstanceOf(Response.ChildrenWithStat.class);
        for (int i = 100; i < 120; i++) {
            tree.create("/p/child-number-" + i);
        }
        assertFailed(read(new Request.GetChildren("/p", true, false)), ErrorCode.MARSHALLING_ERROR);
        assertThat(tree.tree.watchCount()).isZero();
    }

    @Test
    void aLongListIsMadeOnceForEachChange() {
        tree.create("/p");
        for (int i = 0; i < 1500; i++) {
            tree.create("/p/" + i);
        }
        assertThat(names("/p")).isSameAs(names("/p"));
        tree.create("/p/more");
        assertThat(names("/p").list()).hasSize(1501).contains("more");
        tree.delete("/p/7");
        assertThat(names("/p").list()).hasSize(1500).doesNotContain("7");
        tree.setData("/p", "other");
        assertThat(names("/p").list()).hasSize(1500);
    }

    private Names names(String path) {
        return ((Response.Children) tree.read(new Request.GetChildren(path, false, false))).names();
    }
}
