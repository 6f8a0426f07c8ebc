package dev.quorate.ensemble.tree;

import static dev.quorate.ensemble.tree.TestTree.ORIGIN;
import static dev.quorate.ensemble.tree.TestTree.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Sessions and origins as replicated state. */
class SessionRulesTest {
    private static final Origin OTHER = new Origin(2, 88, 1);

    private final TestTree tree = new TestTree();

    @Test
    void aSessionsIdIsTheZxidOfItsCreationAndItsPasswordComesFromTheClusterKey() {
        Outcome outcome = tree.apply(Caller.ENSEMBLE, new Command.CreateSession(5_000));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.SessionCreated.class, created -> {
            assertThat(created.sessionId()).isEqualTo(tree.zxid);
            assertThat(created.password().length()).isEqualTo(16);
            assertThat(created.timeoutMs()).isEqualTo(5_000);
        });
        assertThat(tree.tree.session(tree.zxid)).isEqualTo(new Session(tree.zxid, 5_000, ORIGIN.id()));
    }

    @Test
    void closingASessionRemovesItsEphemeralsAtThatZxid() {
        tree.create("/dir");
        tree.create("/dir/e1", "", CreateMode.EPHEMERAL);
        tree.create("/dir/e2", "", CreateMode.EPHEMERAL);
        Caller other = tree.session(ORIGIN);
        tree.create(other, "/dir/kept", "", CreateMode.EPHEMERAL, Acl.OPEN);
        long closed = tree.caller.sessionId();
        assertThat(tree.apply(new Command.CloseSession(closed, false))).isEqualTo(new Outcome.SessionClosed(closed));
        assertThat(tree.children("/dir")).containsExactly("kept");
        assertThat(tree.stat("/dir").pzxid()).isEqualTo(tree.zxid);
        assertThat(tree.tree.ephemeralCount()).isOne();
        assertFailed(tree.create("/late"), ErrorCode.SESSION_EXPIRED);
        assertFailed(tree.apply(new Command.CloseSession(closed, false)), ErrorCode.SESSION_EXPIRED);
    }

    @Test
    void attachingMovesASessionAndTheOldOwnerMayNotWriteForIt() {
        Outcome attached = attach(OTHER, password());
        assertThat(attached).isEqualTo(
                new Outcome.SessionAttached(tree.caller.sessionId(), TestTree.TIMEOUT_MS, password()));
        assertFailed(tree.create("/a"), ErrorCode.SESSION_MOVED);
        assertFailed(tree.apply(new Command.CloseSession(tree.caller.sessionId(), false)), ErrorCode.SESSION_MOVED);
        assertThat(tree.apply(OTHER, tree.caller, create("/a"))).isInstanceOf(Outcome.Created.class);
        assertThat(tree.apply(Caller.ENSEMBLE, new Command.CloseSession(tree.caller.sessionId(), true)))
                .isInstanceOf(Outcome.SessionClosed.class);
    }

    @Test
    void attachingNeedsTheSessionAndItsPassword() {
        assertThat(attach(OTHER, Bytes.utf8("0123456789abcdef"))).isInstanceOf(Outcome.SessionRefused.class);
        assertThat(tree.apply(OTHER, Caller.ENSEMBLE, new Command.AttachSession(99, password())))
                .isEqualTo(new Outcome.SessionRefused(99));
        assertThat(tree.create("/a")).isInstanceOf(Outcome.Created.class);
    }

    @Test
    void whatAnOriginSentBeforeIsSkipped() {
        tree.create("/a");
        Txn again = new Txn(ORIGIN, tree.seq, tree.caller, new Command.Delete("/a", -1));
        assertThat(tree.tree.apply(++tree.zxid, tree.timeMs, again)).isEqualTo(new Outcome.Skipped());
        assertThat(tree.exists("/a")).isTrue();
        assertThat(tree.tree.origin(ORIGIN.id())).isEqualTo(new OriginSeq(ORIGIN, tree.seq));
    }

    @Test
    void aNewStartOfAnOriginBeginsAnewAndItsOldOneIsSkipped() {
        Origin restarted = new Origin(ORIGIN.id(), ORIGIN.incarnation(), ORIGIN.boot() + 1);
        Txn first = new Txn(restarted, 1, tree.caller, create("/a"));
        assertThat(tree.tree.apply(++tree.zxid, tree.timeMs, first)).isInstanceOf(Outcome.Created.class);
        Txn old = new Txn(ORIGIN, 1_000, tree.caller, create("/b"));
        assertThat(tree.tree.apply(++tree.zxid, tree.timeMs, old)).isEqualTo(new Outcome.Skipped());
    }

    @Test
    void aFailedWriteCountsInTheTableOfOrigins() {
        tree.delete("/missing");
        assertThat(tree.tree.origin(ORIGIN.id())).isEqualTo(new OriginSeq(ORIGIN, tree.seq));
    }

    @Test
    void theLeadersOwnCommandsAreInNoTable() {
        Origin leader = new Origin(0, 0, 0);
        for (int i = 0; i < 2; i++) {
            Txn txn = new Txn(leader, 0, Caller.ENSEMBLE, new Command.CreateSession(1_000));
            assertThat(tree.tree.apply(++tree.zxid, tree.timeMs, txn)).isInstanceOf(Outcome.SessionCreated.class);
        }
        assertThat(tree.tree.origin(0)).isNull();
    }

    private Outcome attach(Origin origin, Bytes password) {
        return tree.apply(origin, Caller.ENSEMBLE, new Command.AttachSession(tree.caller.sessionId(), password));
    }

    private Bytes password() {
        Sessions sessions = new Sessions();
        sessions.setClusterKey(Bytes.utf8("secret key of the cluster"));
        return sessions.password(tree.caller.sessionId());
    }

    private static Command.Create create(String path) {
        return new Command.Create(path, null, Acl.OPEN, CreateMode.PERSISTENT);
    }
}
