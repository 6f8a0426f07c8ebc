package dev.quorate.ensemble.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.ConfigMember;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules follow the level in the log, whichever build a member runs. */
class LevelsTest {
    private static final List<ConfigMember> MEMBERS = List.of(new ConfigMember(1, 11, true, "a:2888:3888"));
    private static final Origin LEADER = new Origin(0, 0, 0);
    /** A build of a later day, in which a znode can't be deleted at level 2. */
    private static final Levels LATER = new Levels(2,
            (level, txn) -> level == 2 && txn.command() instanceof Command.Delete delete
                    ? new Txn(txn.origin(), txn.seq(), txn.caller(),
                            new Command.Delete(delete.path(), Integer.MAX_VALUE))
                    : txn);

    private final DataTree older = new DataTree(event -> {}, Levels.KNOWN);
    private final DataTree newer = new DataTree(event -> {}, LATER);
    private long zxid;

    private Outcome both(Origin origin, Command command) {
        Txn txn = new Txn(origin, ++zxid, new Caller(2, TestTree.LOCALHOST), command);
        Outcome outcome = older.apply(zxid, zxid, txn);
        assertThat(newer.apply(zxid, zxid, txn)).isEqualTo(outcome);
        assertThat(newer.digest()).isEqualTo(older.digest());
        return outcome;
    }

    private void begin() {
        both(LEADER, new Command.Found(1, "c", Bytes.utf8("key"), MEMBERS));
        both(TestTree.ORIGIN, new Command.CreateSession(1000));
        both(TestTree.ORIGIN, new Command.Create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
        both(TestTree.ORIGIN, new Command.Create("/b", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
    }

    @Test
    void buildsAreEqualUntilTheLevelIsRaisedAndThenTheOlderOneStops() {
        begin();
        assertThat(both(TestTree.ORIGIN, new Command.Delete("/a", -1))).isEqualTo(new Outcome.Deleted());
        Txn raised = new Txn(LEADER, ++zxid, Caller.ENSEMBLE, new Command.Final(0, 2, 1, MEMBERS));
        newer.apply(zxid, zxid, raised);
        assertThatThrownBy(() -> older.apply(zxid, zxid, raised)).isInstanceOf(UnknownLevel.class)
                .hasMessageContaining("level 2").hasMessageContaining("install");
        Txn delete = new Txn(TestTree.ORIGIN, ++zxid, new Caller(2, TestTree.LOCALHOST),
                new Command.Delete("/b", -1));
        assertThat(newer.apply(zxid, zxid, delete)).isEqualTo(new Outcome.Failed(ErrorCode.BAD_VERSION));
    }

    @Test
    void aSnapshotOfALaterLevelIsNotLoaded() {
        begin();
        zxid++;
        newer.apply(zxid, zxid, new Txn(LEADER, zxid, Caller.ENSEMBLE, new Command.Final(0, 2, 1, MEMBERS)));
        List<SnapshotRecord> records = new ArrayList<>();
        newer.startSnapshot(records::add);
        newer.walk(Integer.MAX_VALUE);
        assertThatThrownBy(() -> new Loader(event -> {}, Levels.KNOWN).load(records.getFirst()))
                .isInstanceOf(UnknownLevel.class);
        Loader loader = new Loader(event -> {}, LATER);
        records.forEach(loader::load);
        assertThat(loader.finish().level()).isEqualTo(2);
    }

    @Test
    void aNewEnsembleBeginsAtALevelThatTheBuildBeforeKnows() {
        assertThat(Levels.KNOWN.founding()).isEqualTo(1);
        assertThat(LATER.founding()).isEqualTo(1);
        assertThat(new Levels(3, LATER.reading()).founding()).isEqualTo(2);
    }
}
