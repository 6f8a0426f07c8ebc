package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Clients.ClientRequest;
import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.tree.WatchEvent;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each session's order, on one member whose writes are committed by the test, one at a time. */
class ClientTableTest {
    private static final int TIMEOUT_MS = 6000;
    private static final ReadLimits LIMITS = new ReadLimits(1 << 20, 1 << 20, 1000);

    private final ManualClock clock = new ManualClock();
    private final Forwarder forwarder = new Forwarder(new Origin(1, 7, 1));
    private final Syncs syncs = new Syncs();
    private final Replica replica = new Replica(this::fired, Levels.KNOWN);
    private final DiskRoom room = new DiskRoom(1, 7);
    private final ClientTable clients = new ClientTable(settings(), clock, forwarder, syncs, replica, room);
    private final ArrayDeque<Payload> submitted = new ArrayDeque<>();
    private long lastZxid = Zxid.of(1, 0);

    private static MemberSettings settings() {
        return new MemberSettings(1, List.of(), "127.0.0.1:2181", "", 4000,
                40_000, 100, 1000, 10_000, () -> 100_000, 60_000, 10_000, LIMITS, false, "", Levels.KNOWN);
    }

    /** Time that the test moves. */
    private static final class ManualClock implements Clock {
        long nowMs = 1_000_000;

        @Override
        public long monotonicMs() {
            return nowMs;
        }

        @Override
        public long wallMs() {
            return nowMs;
        }
    }

    private void fired(WatchEvent event) {
        clients.fired(event);
    }

    @BeforeEach
    void found() {
        Txn founding = new Txn(new Origin(0, 0, 0), 0, Caller.ENSEMBLE,
                new Command.Found(1, "test", new Bytes(new byte[32]),
                        List.of(new ConfigMember(1, 1, true, "127.0.0.1:2888:3888:participant"))));
        commit(TxnCodec.encode(founding));
        clients.serving(true);
    }

    private void commit(Payload payload) {
        Entry entry = new Entry(++lastZxid, clock.nowMs, payload);
        replica.apply(List.of(entry), (applied, txn, outcome) -> {
            if (txn.origin().equals(forwarder.origin()))
                forwarder.applied(txn.seq(), applied.zxid(), outcome);
            if (outcome instanceof Outcome.SessionClosed closed)
                clients.sessionLeft(closed.sessionId());
        });
    }

    private void commitNext() {
        forwarder.takeUnsent((firstSeq, payloads) -> submitted.addAll(payloads));
        commit(submitted.remove());
    }

    private RecordedConnection connect(long sessionId, byte[] password) {
        RecordedConnection connection = new RecordedConnection();
        clients.connect(connection, 0, TIMEOUT_MS, sessionId, password);
        commitNext();
        return connection;
    }

    private RecordedConnection connect() {
        return connect(0, new byte[16]);
    }

    private static Request create(String path) {
        return new Request.Write(new Command.Create(path, Bytes.utf8("x"), Acl.OPEN, CreateMode.PERSISTENT),
                Request.ReplyShape.PLAIN);
    }

    private void send(RecordedConnection connection, Request... requests) {
        int[] xid = {connection.sent.size() + 1};
        clients.requests(connection,
                List.of(requests).stream().map(each -> new ClientRequest(xid[0]++, each)).toList());
    }

    @Test
    void aNewSessionIsNamedByTheZxidOfItsCreation() {
        RecordedConnection connection = connect();
        assertThat(connection.sessionId).isEqualTo(lastZxid);
        assertThat(connection.timeoutMs).isEqualTo(TIMEOUT_MS);
        assertThat(connection.password).hasSize(16);
    }

    @Test
    void theTimeoutIsNegotiatedWithinBounds() {
        RecordedConnection connection = new RecordedConnection();
        clients.connect(connection, 0, 1, 0, new byte[16]);
        commitNext();
        assertThat(connection.timeoutMs).isEqualTo(4000);
    }

    @Test
    void aReadWaitsForTheSessionsEarlierWriteAndIsAnsweredBeforeALaterOne() {
        RecordedConnection connection = connect();
        send(connection, create("/a"), new Request.Exists("/b", false), create("/b"));
        assertThat(connection.sent).isEmpty();
        commitNext();
        assertThat(connection.replies()).hasSize(2);
        assertThat(connection.replies().get(0).response()).isEqualTo(new Response.Created("/a"));
        assertThat(connection.replies().get(1).response()).isEqualTo(new Response.Failed(ErrorCode.NO_NODE));
        commitNext();
        assertThat(connection.replies().get(2).response()).isEqualTo(new Response.Created("/b"));
        assertThat(connection.replies().get(2).zxid()).isEqualTo(lastZxid);
    }

    @Test
    void aReconfigurationIsRefusedInItsTurnAndNeverOrderedUnlessItIsEnabledHere() {
        RecordedConnection connection = connect();
        Command reconfig = new Command.Reconfig("", "2", null, -1);
        send(connection, create("/a"), new Request.Write(reconfig, Request.ReplyShape.PLAIN), create("/b"));
        assertThat(connection.sent).isEmpty();
        commitNext();
        assertThat(connection.replies()).hasSize(2);
        assertThat(connection.replies().get(1).response()).isEqualTo(new Response.Failed(ErrorCode.RECONFIG_DISABLED));
        commitNext();
        assertThat(connection.replies().get(2).response()).isEqualTo(new Response.Created("/b"));
    }

    @Test
    void withoutRoomOnlyWhatGrowsTheDataIsRefusedInItsTurn() {
        RecordedConnection connection = connect();
        send(connection, create("/a"));
        room.refuse(true);
        Command.Op delete = new Command.Delete("/a", -1);
        send(connection, create("/b"), multi(new Command.SetData("/a", null, -1), delete),
                new Request.Exists("/a", false),
                multi(delete));
        assertThat(connection.sent).isEmpty();
        commitNext();
        assertThat(connection.replies()).extracting(RecordedConnection.Reply::response).startsWith(
                new Response.Created("/a"), new Response.Failed(ErrorCode.QUOTA_EXCEEDED),
                new Response.Failed(ErrorCode.QUOTA_EXCEEDED));
        assertThat(connection.replies()).hasSize(4);
        commitNext();
        assertThat(connection.replies()).hasSize(5);
        room.refuse(false);
        send(connection, create("/b"));
        commitNext();
        assertThat(connection.replies().getLast().response()).isEqualTo(new Response.Created("/b"));
    }

    private static Request multi(Command.Op... ops) {
        List<Request.ReplyShape> shapes = List.of(ops).stream().map(each -> Request.ReplyShape.PLAIN).toList();
        return new Request.WriteMulti(new Command.Multi(List.of(ops)), shapes);
    }

    @Test
    void readsOfAnotherSessionDoNotWait() {
        RecordedConnection writer = connect();
        RecordedConnection reader = connect();
        send(writer, create("/a"));
        send(reader, new Request.Exists("/a", false));
        assertThat(reader.replies()).hasSize(1);
    }

    @Test
    void readsWaitWhileTheMemberIsInNoQuorumAndComeInOrder() {
        RecordedConnection connection = connect();
        clients.serving(false);
        send(connection, new Request.Exists("/", false), new Request.Exists("/none", false));
        assertThat(connection.sent).isEmpty();
        clients.serving(true);
        assertThat(connection.replies()).extracting(RecordedConnection.Reply::xid).containsExactly(1, 2);
    }

    @Test
    void clientsAreLetGoWhenNoQuorumIsFoundWithinTheLimit() {
        RecordedConnection connection = connect();
        clients.serving(false);
        clock.nowMs += 3_900;
        clients.tick();
        assertThat(connection.closed).isFalse();
        clock.nowMs += 10_000;
        clients.tick();
        assertThat(connection.closed).isTrue();
        RecordedConnection late = new RecordedConnection();
        clients.connect(late, 0, TIMEOUT_MS, 0, new byte[16]);
        assertThat(late.closed).isTrue();
    }

    @Test
    void whoLetItsClientsGoAdmitsNoneBeforeItServesAgain() {
        RecordedConnection connection = connect();
        clients.closeAll();
        clients.serving(false);
        assertThat(connection.closed).isTrue();
        RecordedConnection early = new RecordedConnection();
        clients.connect(early, 0, TIMEOUT_MS, 0, new byte[16]);
        assertThat(early.closed).isTrue();
        clients.serving(true);
        assertThat(connect().closed).isFalse();
    }

    @Test
    void anEventComesAfterTheReplyThatSetItsWatchAndBeforeTheReplyThatShowsTheChange() {
        RecordedConnection connection = connect();
        send(connection, new Request.Exists("/a", true), create("/a"), new Request.Exists("/a", false));
        commitNext();
        assertThat(connection.sent).hasSize(4);
        assertThat(connection.sent.get(0)).isInstanceOf(RecordedConnection.Reply.class);
        assertThat(connection.sent.get(1)).isInstanceOf(WatchEvent.class);
        assertThat(((RecordedConnection.Reply) connection.sent.get(2)).response())
                .isEqualTo(new Response.Created("/a"));
    }

    @Test
    void aSyncHoldsUpWhatComesAfterIt() {
        RecordedConnection connection = connect();
        send(connection, new Request.Sync("/"), new Request.Exists("/", false));
        assertThat(connection.sent).isEmpty();
        syncs.answered(syncs.takeUnsent().getFirst(), lastZxid);
        Client released = syncs.releaseNext(replica.tree().lastZxid());
        assertThat(released).isNotNull();
        if (released != null)
            clients.released(released);
        assertThat(connection.replies()).hasSize(2);
    }

    @Test
    void aWriteIsOrderedOnlyAfterTheSyncAheadOfItWasAnswered() {
        RecordedConnection connection = connect();
        send(connection, new Request.Sync("/"), new Request.Exists("/a", false), create("/a"));
        forwarder.takeUnsent((firstSeq, payloads) -> submitted.addAll(payloads));
        assertThat(submitted).as("the read would see the write that was asked after it").isEmpty();
        syncs.answered(syncs.takeUnsent().getFirst(), lastZxid);
        Client released = syncs.releaseNext(replica.tree().lastZxid());
        assertThat(released).isNotNull();
        if (released != null)
            clients.released(released);
        commitNext();
        assertThat(connection.replies()).extracting(RecordedConnection.Reply::xid).containsExactly(1, 2, 3);
        assertThat(connection.replies().get(1).response()).isEqualTo(new Response.Failed(ErrorCode.NO_NODE));
    }

    @Test
    void aWriteIsOrderedOnlyAfterAReadThatWaitsForAQuorum() {
        RecordedConnection connection = connect();
        clients.serving(false);
        send(connection, new Request.Exists("/a", false), create("/a"));
        forwarder.takeUnsent((firstSeq, payloads) -> submitted.addAll(payloads));
        assertThat(submitted).isEmpty();
        clients.serving(true);
        commitNext();
        assertThat(connection.replies().get(0).response()).isEqualTo(new Response.Failed(ErrorCode.NO_NODE));
        assertThat(connection.replies().get(1).response()).isEqualTo(new Response.Created("/a"));
    }

    @Test
    void aReadBehindAWriteIsAnsweredWhenThatIsAppliedAlsoOutsideOfAQuorum() {
        RecordedConnection connection = connect();
        send(connection, create("/a"), new Request.Exists("/b", false), create("/b"));
        clients.serving(false);
        commitNext();
        commitNext();
        assertThat(connection.replies()).extracting(RecordedConnection.Reply::xid).containsExactly(1, 2, 3);
        assertThat(connection.replies().get(1).response()).isEqualTo(new Response.Failed(ErrorCode.NO_NODE));
    }

    @Test
    void aSessionIsResumedOnAnotherConnectionAndTheFormerOneEnds() {
        RecordedConnection first = connect();
        RecordedConnection second = connect(first.sessionId, first.password);
        assertThat(second.sessionId).isEqualTo(first.sessionId);
        assertThat(first.closed).isTrue();
        assertThat(second.closed).isFalse();
    }

    @Test
    void whatTheFormerConnectionStillAsksIsNotOrderedAfterItsSessionCameBack() {
        RecordedConnection first = connect();
        clients.connect(new RecordedConnection(), 0, TIMEOUT_MS, first.sessionId, first.password);
        send(first, create("/late"));
        commitNext();
        assertThat(first.closed).isTrue();
        forwarder.takeUnsent((firstSeq, payloads) -> submitted.addAll(payloads));
        assertThat(submitted).isEmpty();
    }

    @Test
    void whatAConnectionAsksIsOrderedOnceAnotherOneHasFailedToTakeItsSession() {
        RecordedConnection first = connect();
        clients.connect(new RecordedConnection(), 0, TIMEOUT_MS, first.sessionId, new byte[16]);
        send(first, create("/a"));
        commitNext();
        commitNext();
        assertThat(first.replies()).hasSize(1);
        assertThat(first.closed).isFalse();
    }

    @Test
    void aWrongPasswordIsTreatedLikeAnExpiredSession() {
        RecordedConnection first = connect();
        RecordedConnection second = connect(first.sessionId, new byte[16]);
        assertThat(second.timeoutMs).isZero();
        assertThat(second.closed).isTrue();
        assertThat(first.closed).isFalse();
    }

    @Test
    void aClientThatHasSeenMoreThanThisEnsembleHoldsIsSentAway() {
        RecordedConnection connection = new RecordedConnection();
        clients.connect(connection, Long.MAX_VALUE, TIMEOUT_MS, 0, new byte[16]);
        commitNext();
        assertThat(connection.timeoutMs).isEqualTo(-1);
        assertThat(connection.closed).isTrue();
    }

    @Test
    void closingIsAnsweredAndThenTheConnectionEnds() {
        RecordedConnection connection = connect();
        send(connection, new Request.CloseSession());
        commitNext();
        assertThat(connection.replies()).hasSize(1);
        assertThat(connection.closed).isTrue();
        assertThat(clients.connections()).isZero();
    }

    @Test
    void aSessionThatAnotherMemberTookOverIsNotSaidToBeClosed() {
        RecordedConnection connection = connect();
        send(connection, new Request.CloseSession());
        commit(TxnCodec.encode(new Txn(new Origin(2, 2, 1), 1, Caller.ENSEMBLE,
                new Command.AttachSession(connection.sessionId, new Bytes(connection.password)))));
        commitNext();
        assertThat(connection.replies()).singleElement().asString().contains("SESSION_MOVED");
        assertThat(connection.closed).isTrue();
        assertThat(replica.tree().sessions()).hasSize(1);
    }

    @Test
    void pingsAreAnsweredWhileTheLeaseHoldsAndThenTheConnectionEnds() {
        RecordedConnection connection = connect();
        clock.nowMs += TIMEOUT_MS * 2 / 3;
        send(connection, new Request.Ping());
        assertThat(connection.replies()).hasSize(1);
        clock.nowMs += 1;
        send(connection, new Request.Ping());
        assertThat(connection.replies()).hasSize(1);
        assertThat(connection.closed).isTrue();
    }

    /** Whoever does not ping believes in its session as well. */
    @Test
    void aMemberThatHearsNothingOfALeaderLetsGoOfSessionsThatMayHaveExpired() {
        RecordedConnection connection = connect();
        clients.serving(false);
        clock.nowMs += TIMEOUT_MS * 2 / 3;
        clients.tick();
        assertThat(connection.closed).isFalse();
        clock.nowMs += 1;
        clients.tick();
        assertThat(connection.closed).isTrue();
    }

    @Test
    void aSessionIsKeptForAsLongAsTheLeaderAcknowledgesReportsOfIt() {
        RecordedConnection connection = connect();
        clock.nowMs += TIMEOUT_MS / 2;
        send(connection, new Request.Ping());
        clients.lease().acknowledged(clients.report(clock.nowMs).round());
        clock.nowMs += TIMEOUT_MS * 2 / 3;
        clients.tick();
        send(connection, new Request.Ping());
        assertThat(connection.closed).isFalse();
        clock.nowMs += 1;
        clients.tick();
        assertThat(connection.closed).isTrue();
    }

    @Test
    void aWrongSchemeFailsAndEndsTheConnectionAGoodDigestIsAdded() {
        RecordedConnection connection = connect();
        send(connection, new Request.Auth(0, "digest", Bytes.utf8("me:secret")), new Request.WhoAmI());
        assertThat(connection.replies().get(1).response().toString()).contains("digest").contains("me");
        send(connection, new Request.Auth(0, "nonsense", Bytes.utf8("x")));
        assertThat(connection.replies().get(2).response()).isEqualTo(new Response.Failed(ErrorCode.AUTH_FAILED));
        assertThat(connection.closed).isTrue();
    }

    @Test
    void admissionIsGivenBackForEachAnswer() {
        RecordedConnection connection = connect();
        send(connection, new Request.Exists("/", false), new Request.Exists("/", false), create("/a"));
        clients.flush();
        assertThat(connection.credit).isEqualTo(2);
        commitNext();
        clients.flush();
        assertThat(connection.credit).isEqualTo(3);
    }

    @Test
    void heardSessionsAreReportedOnceAndAgainWhenTheReportWasLost() {
        RecordedConnection connection = connect();
        assertThat(clients.heard(clock.nowMs)).containsExactly(connection.sessionId);
        assertThat(clients.heard(clock.nowMs)).isEmpty();
        clients.reportAgain();
        assertThat(clients.heard(clock.nowMs)).containsExactly(connection.sessionId);
    }

    @Test
    void readsOfAClientThatDoesNotReadWaitUntilItDoes() {
        RecordedConnection connection = connect();
        connection.full = true;
        send(connection, new Request.Exists("/a", false), create("/a"), new Request.Exists("/a", false));
        assertThat(connection.sent).isEmpty();
        forwarder.takeUnsent((firstSeq, payloads) -> submitted.addAll(payloads));
        assertThat(submitted).as("a write behind a read that waits").isEmpty();
        connection.full = false;
        clients.drained(connection);
        assertThat(connection.replies()).hasSize(1);
        commitNext();
        assertThat(connection.replies().get(2).response()).isInstanceOf(Response.StatOnly.class);
    }

    @Test
    void aReadThatALaterWriteMustNotShowInIsAnsweredInAnyCase() {
        RecordedConnection connection = connect();
        send(connection, create("/a"), new Request.Exists("/b", false), create("/b"));
        connection.full = true;
        commitNext();
        assertThat(connection.replies().get(1).response()).isEqualTo(new Response.Failed(ErrorCode.NO_NODE));
    }

    @Test
    void aWriteBehindLongReadsWaitsForThem() {
        RecordedConnection connection = connect();
        send(connection, create("/a"));
        commitNext();
        send(connection, new Request.Write(new Command.SetData("/a", new Bytes(new byte[700_000]), -1),
                Request.ReplyShape.PLAIN));
        commitNext();
        connection.sent.clear();
        Request large = new Request.GetData("/a", false);
        send(connection, create("/w1"), large, large, create("/w2"), new Request.Exists("/w2", false));
        connection.full = true;
        commitNext();
        assertThat(connection.replies()).as("only the write").hasSize(1);
        forwarder.takeUnsent((firstSeq, payloads) -> submitted.addAll(payloads));
        assertThat(submitted).isEmpty();
        connection.full = false;
        clients.drained(connection);
        assertThat(connection.replies()).hasSize(3);
        commitNext();
        assertThat(connection.replies()).hasSize(5);
        assertThat(connection.replies().getLast().response()).isInstanceOf(Response.StatOnly.class);
    }

    @Test
    void aClientWhoseWatchesCanNotAllBeSetAgainIsLetGo() {
        RecordedConnection connection = connect();
        List<String> paths = List.of("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9");
        send(connection, new Request.SetWatches(0, List.of(), paths, List.of(), List.of(), List.of()));
        assertThat(connection.closed).isTrue();
    }
}
