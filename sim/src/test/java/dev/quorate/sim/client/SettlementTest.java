package dev.quorate.sim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import dev.quorate.sim.history.Result;
import dev.quorate.sim.history.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log says what became of the writes of unknown outcome, and must hold what was answered, as it was answered. */
class SettlementTest {
    private static final Origin FIRST = new Origin(1, 11, 1);
    private static final Origin SECOND = new Origin(2, 22, 1);
    private static final long SESSION = 1;
    private static final long READER = 2;

    private final List<Op> ops = new ArrayList<>();
    private final List<Entry> log = new ArrayList<>();
    private long order;

    @BeforeEach
    void twoSessionsAndAZnode() {
        append(FIRST, 0, new Command.CreateSession(4_000));
        append(SECOND, 0, new Command.CreateSession(4_000));
        append(FIRST, SESSION, create("/a", "v0"));
        done(SESSION, 3, 0, new Call.Create("/a", "v0", false, false), new Result.Created("/a"));
    }

    @Test
    void saysWhereUnknownWritesTookPlace() {
        Op lost = unknown(SESSION, set("never"));
        Op kept = unknown(SESSION, set("v1"));
        append(FIRST, SESSION, setData("v1"));
        read(4, "v1", 4, 1);
        assertThat(settled()).hasSize(1).containsEntry(4L, kept).doesNotContainValue(lost);
        check();
    }

    /**
     * Who is answered again has come back with a zxid of its own, and the first of two equal writes has not stood
     * before that.
     */
    @Test
    void ofTwoEqualWritesTheOneIsMeantThatWasNotGivenUp() {
        Op given = unknown(SESSION, set("v1"));
        done(SESSION, 3, 10, new Call.Sync("/a"), Result.NONE);
        Op meant = unknown(SESSION, set("v1"));
        append(FIRST, SESSION, setData("v1"));
        assertThat(settled()).containsEntry(4L, meant).doesNotContainValue(given);
        check();
    }

    @Test
    void anAnsweredWriteIsInTheLog() {
        done(SESSION, 4, 0, set("v1"), stated(4, 1));
        refused("not in the log, but answered");
        append(FIRST, SESSION, setData("v2"));
        refused("the log holds another write");
    }

    @Test
    void anAnsweredWriteIsThereWhereTheClientWasTold() {
        append(FIRST, SESSION, setData("v1"));
        done(SESSION, 5, 0, set("v1"), stated(5, 1));
        refused("it was answered with another zxid");
    }

    @Test
    void aWriteOfUnknownOutcomeTakesPlaceOnce() {
        unknown(SESSION, set("v1"));
        append(FIRST, SESSION, setData("v1"));
        check();
        append(FIRST, SESSION, setData("v1"));
        refused("not again");
    }

    @Test
    void aForwardThatCameTwiceTakesPlaceOnce() {
        unknown(SESSION, set("v1"));
        append(FIRST, SESSION, setData("v1"));
        Entry again = log.getLast();
        log.add(new Entry(again.zxid() + 1, 0, again.payload()));
        read(5, "v1", 4, 1);
        check();
    }

    @Test
    void whatASessionLeftBehindAtAnotherMemberIsRefused() {
        unknown(SESSION, set("v1"));
        append(SECOND, 0, new Command.AttachSession(SESSION, Bytes.EMPTY));
        append(FIRST, SESSION, setData("v1"));
        read(5, "v0", 3, 0);
        assertThat(settled()).isEmpty();
        check();
    }

    @Test
    void aWriteComesBeforeTheNextOneOfItsSession() {
        unknown(SESSION, set("v1"));
        append(FIRST, SESSION, setData("v2"));
        done(SESSION, 4, 0, set("v2"), stated(4, 1));
        append(FIRST, SESSION, setData("v1"));
        refused("nobody asked for this");
    }

    @Test
    void aReadThatMissesASettledWriteIsStale() {
        unknown(SESSION, set("v1"));
        append(FIRST, SESSION, setData("v1"));
        read(4, "v0", 3, 0);
        assertThatThrownBy(this::check).isInstanceOf(Violation.class).hasMessageContaining("the model at 0x4 answers");
    }

    @Test
    void aReadAfterSyncIsNotFromThePast() {
        append(FIRST, SESSION, setData("v1"));
        done(SESSION, 4, 0, set("v1"), stated(4, 1));
        done(READER, 3, 10, new Call.Sync("/a"), Result.NONE);
        read(3, "v0", 3, 0);
        assertThatThrownBy(this::check).isInstanceOf(Violation.class)
                .hasMessageContaining("a sync was answered from the past");
    }

    private void refused(String why) {
        assertThatThrownBy(this::settled).isInstanceOf(Violation.class).hasMessageContaining(why);
    }

    private SortedMap<Long, Op> settled() {
        return Settlement.settle(ops, log);
    }

    private void check() {
        HistoryChecker.check(ops, List.of(), List.of(), settled(), Map.of());
    }

    /** The zxid is the entry's place. */
    private void append(Origin origin, long session, Command command) {
        long zxid = log.size() + 1L;
        log.add(new Entry(zxid, 0,
                TxnCodec.encode(new Txn(origin, zxid, new Caller(session, List.of()), command))));
    }

    private void done(long session, long zxid, long atNs, Call call, Result result) {
        ops.add(new Op(session, order++, atNs, call, new Op.Done(atNs + 1, zxid, 0, result)));
    }

    private Op unknown(long session, Call call) {
        var op = new Op(session, order++, 2, call, null);
        ops.add(op);
        return op;
    }

    private void read(long zxid, String data, long mzxid, int version) {
        done(READER, zxid, 20, new Call.GetData("/a", false),
                new Result.Data(data, new Result.NodeStat(3, mzxid, version, 0, 0)));
    }

    private static Result stated(long zxid, int version) {
        return new Result.Stated(new Result.NodeStat(3, zxid, version, 0, 0));
    }

    private static Call set(String data) {
        return new Call.SetData("/a", data, -1);
    }

    private static Command create(String path, String data) {
        return new Command.Create(path, Bytes.utf8(data), Acl.OPEN, CreateMode.PERSISTENT);
    }

    private static Command setData(String data) {
        return new Command.SetData("/a", Bytes.utf8(data), -1);
    }
}
