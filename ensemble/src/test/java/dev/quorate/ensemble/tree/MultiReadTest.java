package dev.quorate.ensemble.tree;

import static dev.quorate.ensemble.tree.TestTree.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much a multiRead may bring together. */
class MultiReadTest {
    private static final int LIMIT = 10_000;

    private final TestTree tree = new TestTree();

    @Test
    void manyReadsOfOneLargeZnodeAreRefused() {
        tree.create("/large", "x".repeat(4000), CreateMode.PERSISTENT);
        assertThat(read(Collections.nCopies(2, new Request.GetData("/large", false))))
                .isInstanceOfSatisfying(Response.Multi.class, multi -> assertThat(multi.parts()).hasSize(2));
        assertFailed(read(Collections.nCopies(3, new Request.GetData("/large", false))), ErrorCode.MARSHALLING_ERROR);
    }

    @Test
    void manyListsOfOneParentAreRefused() {
        tree.create("/parent");
        for (int i = 0; i < 100; i++) {
            tree.create("/parent/child-" + "x".repeat(40) + i);
        }
        assertThat(read(List.of(new Request.GetChildren("/parent", false, false)))).isInstanceOf(Response.Multi.class);
        assertFailed(read(Collections.nCopies(2, new Request.GetChildren("/parent", false, false))),
                ErrorCode.MARSHALLING_ERROR);
    }

    @Test
    void manyShortAnswersAreRefused() {
        assertFailed(read(Collections.nCopies(1000, new Request.GetData("/missing", false))),
                ErrorCode.MARSHALLING_ERROR);
    }

    @Test
    void oneOperationIsAnsweredAsItWouldBeAlone() {
        tree.create("/large", "x".repeat(2 * LIMIT), CreateMode.PERSISTENT);
        assertThat(read(List.of(new Request.GetData("/large", false)))).isInstanceOf(Response.Multi.class);
    }

    private Response read(List<Request.ReadOp> ops) {
        return tree.tree.read(new Request.MultiRead(ops), tree.caller, new ReadLimits(LIMIT, 1 << 20, 1 << 20));
    }
}
