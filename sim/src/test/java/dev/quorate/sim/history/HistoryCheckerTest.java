package dev.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.sim.history.Result.NodeStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Good histories pass, and each kind of bad one is refused. */
class HistoryCheckerTest {
    private static final long ONE = 0x101;
    private static final long TWO = 0x102;
    private static final Grant ALL_FOR_ONE = new Grant("u1", Grant.ALL);

    private final List<Op> ops = new ArrayList<>();
    private final List<Fired> fired = new ArrayList<>();
    private final List<Watching> watching = new ArrayList<>();
    private final Map<Long, String> users = Map.of(ONE, "u1", TWO, "u2");
    private long order;

    @Test
    void acceptsWritesAndReadsInOrder() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        done(ONE, 2, 3, 11, set("/a", "v1", 0), new Result.Stated(new NodeStat(10, 11, 1, 0, 0)));
        done(TWO, 4, 5, 11, new Call.GetData("/a", false), data("v1", 10, 11, 1));
        failed(TWO, 6, 7, 12, set("/a", "v2", 0), Errors.BAD_VERSION);
        done(TWO, 8, 9, 13,
                new Call.Multi(List.of(new Call.Check("/a", 1), new Call.Delete("/a", 1), seq("/q-", "q0"))),
                new Result.Steps(List.of(Result.NONE, Result.NONE, new Result.Created("/q-0000000001"))));
        failed(ONE, 10, 11, 13, new Call.GetData("/a", false), Errors.NO_NODE);
        accepted();
    }

    @Test
    void refusesALostWrite() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        failed(TWO, 2, 3, 11, new Call.GetData("/a", false), Errors.NO_NODE);
        refused("the model at 0xb answers");
    }

    @Test
    void refusesAWriteThatDidNotSeeTheOneBefore() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        done(ONE, 2, 3, 11, set("/a", "v1", 0), new Result.Stated(new NodeStat(10, 11, 1, 0, 0)));
        done(TWO, 2, 4, 12, set("/a", "v2", 0), new Result.Stated(new NodeStat(10, 12, 1, 0, 0)));
        refused("the model answers error -103");
    }

    @Test
    void refusesOrderAgainstRealTime() {
        done(ONE, 0, 1, 11, create("/a", "v0"), new Result.Created("/a"));
        done(TWO, 2, 3, 10, create("/b", "v0b"), new Result.Created("/b"));
        refused("before what was answered before it was sent");
    }

    @Test
    void refusesTwoWritesAtOneZxid() {
        done(ONE, 0, 2, 10, create("/a", "v0"), new Result.Created("/a"));
        done(TWO, 0, 2, 10, create("/b", "v0b"), new Result.Created("/b"));
        refused("the same zxid");
    }

    @Test
    void refusesAFallingSession() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        failed(ONE, 2, 3, 9, new Call.GetData("/b", false), Errors.NO_NODE);
        refused("the zxid of a session fell");
    }

    @Test
    void acceptsAReadFromThePastButNotAfterSync() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        failed(TWO, 2, 3, 9, new Call.GetData("/a", false), Errors.NO_NODE);
        accepted();
        done(TWO, 4, 5, 9, new Call.Sync("/a"), Result.NONE);
        refused("a sync was answered from the past");
    }

    @Test
    void anUnknownWriteMayHaveTakenPlaceOrNot() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, new Call.Delete("/a", -1));
        done(TWO, 3, 4, 10, new Call.GetData("/a", false), data("v0", 10, 10, 0));
        accepted();
        failed(TWO, 5, 6, 12, set("/a", "v1", -1), Errors.NO_NODE);
        accepted();
    }

    @Test
    void anUnknownWriteTakesPlaceOnlyOnce() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, new Call.Delete("/a", -1));
        done(TWO, 3, 4, 15, create("/a", "v1"), new Result.Created("/a"));
        failed(TWO, 5, 6, 19, set("/a", "v2", -1), Errors.NO_NODE);
        refused("the model answers error 0");
    }

    @Test
    void anUnknownWriteNeedsAZxidOfItsOwn() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, new Call.Delete("/a", -1));
        failed(TWO, 5, 6, 11, set("/a", "v2", -1), Errors.NO_NODE);
        refused("the model answers error 0");
    }

    @Test
    void anUnknownWriteComesBeforeTheNextOfItsSession() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, new Call.Delete("/a", -1));
        done(ONE, 3, 4, 12, create("/b", "v1"), new Result.Created("/b"));
        done(TWO, 5, 6, 12, new Call.GetData("/a", false), data("v0", 10, 10, 0));
        failed(TWO, 7, 8, 14, new Call.GetData("/a", false), Errors.NO_NODE);
        refused("the model at 0xe answers");
    }

    @Test
    void anUnknownWriteComesBeforeTheSessionIsAnsweredAgain() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, new Call.Delete("/a", -1));
        done(ONE, 3, 4, 12, new Call.GetData("/a", false), data("v0", 10, 10, 0));
        failed(TWO, 7, 8, 14, new Call.GetData("/a", false), Errors.NO_NODE);
        refused("the model at 0xe answers");
    }

    /** Each version that is answered needs one more write, and most of those that could be it don't fit. */
    @Test
    void findsTheFewOfManyUnknownWritesThatTookPlace() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        int rounds = 12;
        for (int i = 0; i < rounds; i++) {
            long base = 100L * (i + 1);
            for (int k = 0; k < 6; k++) {
                unknown(10 + 6 * i + k, 10L * i + 2, set("/a", "lost" + i + "-" + k, 2 * i + (k + 1) % 2));
            }
            int version = 2 * i + 2;
            done(ONE, 10L * i + 3, 10L * i + 9, base, set("/a", "v" + i, version - 1),
                    new Result.Stated(new NodeStat(10, base, version, 0, 0)));
        }
        accepted();
    }

    @Test
    void aReadTellsWhereAnUnknownWriteTookPlace() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, set("/a", "v1", -1));
        done(TWO, 5, 6, 13, new Call.GetData("/a", false), data("v1", 10, 12, 1));
        accepted();
        done(TWO, 7, 8, 14, set("/a", "v2", 0), new Result.Stated(new NodeStat(10, 14, 1, 0, 0)));
        refused("the model answers error -103");
    }

    @Test
    void triesAnotherUnknownWriteWhenTheFirstChoiceFails() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        unknown(ONE, 2, set("/a", "x", -1));
        unknown(TWO, 2, new Call.Multi(List.of(set("/a", "y", -1), create("/b", "z"))));
        done(3, 5, 6, 14, set("/a", "v2", 1), new Result.Stated(new NodeStat(10, 14, 2, 0, 0)));
        failed(3, 7, 8, 15, create("/b", "v3"), Errors.NODE_EXISTS);
        accepted();
    }

    @Test
    void ephemeralsMayGoOnlyWithTheirSession() {
        done(ONE, 0, 1, 10, new Call.Create("/e", "v0", true, false), new Result.Created("/e"));
        done(ONE, 2, 3, 11, create("/a", "v1"), new Result.Created("/a"));
        failed(TWO, 4, 5, 13, new Call.GetData("/e", false), Errors.NO_NODE);
        accepted();
        done(ONE, 6, 7, 20, create("/b", "v2"), new Result.Created("/b"));
        refused("the model at 0xd answers");
    }

    @Test
    void refusesAWriteOfAClosedSession() {
        done(ONE, 0, 1, 10, create("/a", "v1"), new Result.Created("/a"));
        done(ONE, 2, 3, 11, new Call.CloseSession(), Result.NONE);
        done(ONE, 4, 5, 12, create("/b", "v2"), new Result.Created("/b"));
        refused("the session was closed before");
    }

    @Test
    void refusesASequenceNumberThatCameTwice() {
        done(ONE, 0, 1, 10, seq("/q-", "a"), new Result.Created("/q-0000000000"));
        done(TWO, 0, 2, 11, seq("/q-", "b"), new Result.Created("/q-0000000000"));
        refused("the model answers Created[path=/q-0000000001]");
    }

    @Test
    void aWatchFiresBeforeAReplyThatShowsTheChange() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        done(TWO, 2, 3, 10, new Call.GetData("/a", true), data("v0", 10, 10, 0));
        done(ONE, 4, 5, 11, set("/a", "v1", 0), new Result.Stated(new NodeStat(10, 11, 1, 0, 0)));
        fired.add(new Fired(TWO, order++, "/a", Fired.Kind.NODE, -1));
        done(TWO, 6, 7, 11, new Call.GetData("/a", false), data("v1", 10, 11, 1));
        accepted();
        fired.clear();
        refused("the watch on /a set at 0xa had not fired for the change at 0xb");
    }

    @Test
    void aPersistentWatchFiresForEveryChangeWhileItsConnectionLasts() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        done(TWO, 2, 3, 10, new Call.Watch("/a", false), Result.NONE);
        done(TWO, 2, 3, 10, new Call.Watch("/", true), Result.NONE);
        done(ONE, 4, 5, 11, set("/a", "v1", 0), new Result.Stated(new NodeStat(10, 11, 1, 0, 0)));
        done(ONE, 6, 7, 12, create("/a/b", "v2"), new Result.Created("/a/b"));
        fired.add(new Fired(TWO, order++, "/a", Fired.Kind.NODE, 11));
        fired.add(new Fired(TWO, order++, "/a/b", Fired.Kind.NODE, 12));
        fired.add(new Fired(TWO, order++, "/a", Fired.Kind.CHILDREN, 12));
        done(TWO, 7, 8, 12, new Call.Sync("/"), Result.NONE);
        watching.add(new Watching(TWO, order++, Watching.GONE));
        done(ONE, 8, 9, 13, set("/a", "v3", 1), new Result.Stated(new NodeStat(10, 13, 2, 0, 1)));
        watching.add(new Watching(TWO, order++, 13));
        done(TWO, 10, 11, 13, new Call.Sync("/"), Result.NONE);
        HistoryChecker.check(ops, fired, watching, new TreeMap<>(), users);
        for (int i = 0; i < fired.size(); i++) {
            List<Fired> fewer = new ArrayList<>(fired);
            fewer.remove(i);
            assertThatThrownBy(() -> HistoryChecker.check(ops, fewer, watching, new TreeMap<>(), users))
                    .isInstanceOf(Violation.class).hasMessageContaining("a persistent watch had not fired");
        }
        fired.add(new Fired(TWO, order++, "/a", Fired.Kind.NODE, 12));
        assertThatThrownBy(() -> HistoryChecker.check(ops, fired, watching, new TreeMap<>(), users))
                .isInstanceOf(Violation.class).hasMessageContaining("of no change");
    }

    @Test
    void aRequestIsDecidedByTheListAtItsZxid() {
        onlyForOne();
        done(TWO, 4, 5, 10, new Call.GetData("/a", false), data("v0", 10, 10, 0));
        failed(TWO, 6, 7, 11, new Call.GetData("/a", false), Errors.NO_AUTH);
        failed(TWO, 8, 9, 12, set("/a", "v1", -1), Errors.NO_AUTH);
        failed(TWO, 10, 11, 13, new Call.SetAcl("/a", Grant.OPEN), Errors.NO_AUTH);
        done(ONE, 10, 11, 14, new Call.SetAcl("/a", List.of(new Grant(Grant.ANYONE, Grant.WRITE), ALL_FOR_ONE)),
                new Result.Stated(new NodeStat(10, 10, 0, 0, 0)));
        done(TWO, 12, 13, 15, set("/a", "v2", -1), new Result.Stated(new NodeStat(10, 15, 1, 0, 0)));
        done(TWO, 14, 15, 16, new Call.Delete("/a", -1), Result.NONE);
        done(TWO, 16, 17, 17, create("/a", "v3"), new Result.Created("/a"));
        done(TWO, 18, 19, 17, new Call.GetData("/a", false), data("v3", 17, 17, 0));
        acceptedOfUsers();
    }

    @Test
    void refusesWhatSomebodyMayNotDo() {
        onlyForOne();
        int common = ops.size();
        done(TWO, 4, 5, 11, new Call.GetData("/a", false), data("v0", 10, 10, 0));
        refusedOfUsers("the session may not read this");
        ops.subList(common, ops.size()).clear();
        done(TWO, 4, 5, 12, set("/a", "v1", -1), new Result.Stated(new NodeStat(10, 12, 1, 0, 0)));
        refusedOfUsers("the model answers error -102");
        ops.subList(common, ops.size()).clear();
        failed(TWO, 4, 5, 10, new Call.GetData("/a", false), Errors.NO_AUTH);
        refusedOfUsers("the model at 0xa answers");
        ops.subList(common, ops.size()).clear();
        failed(ONE, 4, 5, 12, set("/a", "v1", -1), Errors.NO_AUTH);
        refusedOfUsers("the model answers error 0");
    }

    @Test
    void nobodyHearsOfWhatHeMayNotRead() {
        done(TWO, 0, 0, 9, new Call.Watch("/a", false), Result.NONE);
        onlyForOne();
        fired.add(new Fired(TWO, order++, "/a", Fired.Kind.NODE, 10));
        done(ONE, 4, 5, 12, set("/a", "v1", -1), new Result.Stated(new NodeStat(10, 12, 1, 0, 0)));
        done(ONE, 6, 7, 13, new Call.Delete("/a", -1), Result.NONE);
        done(TWO, 8, 9, 13, new Call.Sync("/"), Result.NONE);
        acceptedOfUsers();
        for (Fired.Kind kind : List.of(Fired.Kind.NODE, Fired.Kind.DELETED)) {
            fired.add(new Fired(TWO, order++, "/a", kind, kind == Fired.Kind.NODE ? 12 : 13));
            refusedOfUsers("an event of what the session may not read");
            fired.removeLast();
        }
        fired.clear();
        refusedOfUsers("a persistent watch had not fired");
    }

    @Test
    void aWatchOnWhatSomebodyMayNotReadAnyMoreNeedNotFire() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        done(TWO, 2, 2, 10, new Call.GetData("/a", true), data("v0", 10, 10, 0));
        done(ONE, 3, 4, 12, set("/a", "v1", -1), new Result.Stated(new NodeStat(10, 12, 1, 0, 0)));
        done(TWO, 5, 6, 12, new Call.Sync("/"), Result.NONE);
        refusedOfUsers("had not fired for the change at 0xc");
        done(ONE, 2, 2, 11, new Call.SetAcl("/a", List.of(ALL_FOR_ONE)),
                new Result.Stated(new NodeStat(10, 10, 0, 0, 0)));
        // The session's writes stand in the order of their zxids.
        ops.add(2, ops.removeLast());
        ops.replaceAll(op -> new Op(op.session(), ops.indexOf(op), op.invokedNs(), op.call(), op.done()));
        acceptedOfUsers();
    }

    private void onlyForOne() {
        done(ONE, 0, 1, 10, create("/a", "v0"), new Result.Created("/a"));
        done(ONE, 2, 3, 11, new Call.SetAcl("/a", List.of(ALL_FOR_ONE)),
                new Result.Stated(new NodeStat(10, 10, 0, 0, 0)));
    }

    private void acceptedOfUsers() {
        HistoryChecker.check(ops, fired, watching, new TreeMap<>(), users);
    }

    private void refusedOfUsers(String why) {
        assertThatThrownBy(this::acceptedOfUsers).isInstanceOf(Violation.class).hasMessageContaining(why);
    }

    @Test
    void unknownWritesOfOtherZnodesDontHideTheOneThatExplains() {
        done(ONE, 0, 1, 10, create("/r", ""), new Result.Created("/r"));
        for (int i = 0; i < 40; i++) {
            done(ONE, 2, 3, 11 + i, create("/r/" + i, "v" + i), new Result.Created("/r/" + i));
        }
        for (int i = 0; i < 40; i++) {
            unknown(100 + i, 4, set("/r/" + i, "x" + i, -1));
        }
        done(TWO, 5, 6, 200, set("/r/7", "y", -1), new Result.Stated(new NodeStat(18, 200, 2, 0, 0)));
        done(TWO, 7, 8, 201, set("/r/9", "z", -1), new Result.Stated(new NodeStat(20, 201, 1, 0, 0)));
        done(TWO, 9, 10, 201, new Call.GetChildren("/r/9", false), new Result.Children(List.of()));
        done(TWO, 11, 12, 202, set("/r/7", "w", 0), new Result.Stated(new NodeStat(18, 202, 3, 0, 0)));
        assertThatThrownBy(() -> HistoryChecker.check(ops, fired)).isInstanceOf(Violation.class)
                .hasMessageContaining("the model answers error -103").hasMessageNotContaining("attempts");
    }

    private void accepted() {
        assertThatCode(() -> HistoryChecker.check(ops, fired)).doesNotThrowAnyException();
    }

    private void refused(String why) {
        assertThatThrownBy(() -> HistoryChecker.check(ops, fired)).isInstanceOf(Violation.class)
                .hasMessageContaining(why);
    }

    private static Call.Create create(String path, String data) {
        return new Call.Create(path, data, false, false);
    }

    private static Call.Create seq(String path, String data) {
        return new Call.Create(path, data, false, true);
    }

    private static Call.SetData set(String path, String data, int version) {
        return new Call.SetData(path, data, version);
    }

    private static Result data(String data, long czxid, long mzxid, int version) {
        return new Result.Data(data, new NodeStat(czxid, mzxid, version, 0, 0));
    }

    private void done(long session, long from, long to, long zxid, Call call, Result result) {
        ops.add(new Op(session, order++, from, call, new Op.Done(to, zxid, Errors.OK, result)));
    }

    private void failed(long session, long from, long to, long zxid, Call call, int error) {
        ops.add(new Op(session, order++, from, call, new Op.Done(to, zxid, error, Result.NONE)));
    }

    private void unknown(long session, long from, Call call) {
        ops.add(new Op(session, order++, from, call, null));
    }
}
