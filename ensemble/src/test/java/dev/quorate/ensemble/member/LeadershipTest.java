package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a leader expires sessions. Time is given; entries are committed by the test. */
class LeadershipTest {
    private static final int TIMEOUT_MS = 6000;
    private static final Origin MEMBER = new Origin(1, 7, 1);

    private final Replica replica = new Replica(event -> {}, Levels.KNOWN);
    private long lastZxid = Zxid.of(1, 0);
    private Outcome last = new Outcome.Skipped();

    private static MemberSettings settings() {
        return new MemberSettings(1, List.of(), "127.0.0.1:2181", "", 4000,
                40_000, 100, 10_000, 10_000, () -> 100_000, 600_000, 10_000, new ReadLimits(1 << 20, 1 << 20, 1 << 20),
                false,
                "", Levels.KNOWN);
    }

    private void commit(Payload payload) {
        replica.apply(List.of(new Entry(++lastZxid, 0, payload)), (entry, txn, outcome) -> last = outcome);
    }

    private static Payload payload(Origin origin, long seq, Command command) {
        return TxnCodec.encode(new Txn(origin, seq, Caller.ENSEMBLE, command));
    }

    private static List<Command> commands(Leadership leadership) throws MalformedPacket {
        List<Command> commands = new ArrayList<>();
        for (Payload each : leadership.takeSubmissions()) {
            commands.add(TxnCodec.decode(each).command());
        }
        return commands;
    }

    private static void pass(Leadership leadership, long fromMs, long toMs) {
        for (long nowMs = fromMs; nowMs <= toMs; nowMs += 500) {
            leadership.tick(true, nowMs);
        }
    }

    private Outcome.SessionCreated session() {
        commit(payload(new Origin(0, 0, 0), 0, new Command.Found(1, "test", new Bytes(new byte[32]),
                List.of(new ConfigMember(1, 1, true, "127.0.0.1:2888:3888:participant")))));
        commit(payload(MEMBER, 1, new Command.CreateSession(TIMEOUT_MS)));
        return (Outcome.SessionCreated) last;
    }

    @Test
    void aNewLeaderGivesEverySessionItsFullTimeout() throws MalformedPacket {
        Outcome.SessionCreated session = session();
        Leadership leadership = new Leadership(settings(), 1, replica, 50_000);
        pass(leadership, 50_000, 50_000 + TIMEOUT_MS - 1);
        assertThat(commands(leadership)).isEmpty();
        pass(leadership, 50_000 + TIMEOUT_MS, 50_000 + TIMEOUT_MS);
        assertThat(commands(leadership)).containsExactly(new Command.CloseSession(session.sessionId(), true));
    }

    @Test
    void withoutAFreshQuorumNothingExpires() throws MalformedPacket {
        Outcome.SessionCreated session = session();
        Leadership leadership = new Leadership(settings(), 1, replica, 0);
        for (long nowMs = 500; nowMs <= 5L * TIMEOUT_MS; nowMs += 500) {
            leadership.tick(false, nowMs);
        }
        assertThat(commands(leadership)).as("it may have been deposed since").isEmpty();
        leadership.tick(true, 5L * TIMEOUT_MS + 500);
        assertThat(commands(leadership)).containsExactly(new Command.CloseSession(session.sessionId(), true));
    }

    @Test
    void afterAPauseEverySessionHasItsFullTimeoutAgain() throws MalformedPacket {
        Outcome.SessionCreated session = session();
        Leadership leadership = new Leadership(settings(), 1, replica, 0);
        long wokeMs = TIMEOUT_MS + 1000;
        leadership.tick(true, wokeMs);
        assertThat(commands(leadership)).as("its touches may wait to be read").isEmpty();
        pass(leadership, wokeMs + 500, wokeMs + TIMEOUT_MS - 1);
        assertThat(commands(leadership)).isEmpty();
        pass(leadership, wokeMs + TIMEOUT_MS, wokeMs + TIMEOUT_MS);
        assertThat(commands(leadership)).containsExactly(new Command.CloseSession(session.sessionId(), true));
    }

    @Test
    void aSessionDoesNotExpireWhileItsAttachmentIsUnderWay() throws MalformedPacket {
        Outcome.SessionCreated session = session();
        Leadership leadership = new Leadership(settings(), 1, replica, 0);

        Payload attach = payload(MEMBER, 2, new Command.AttachSession(session.sessionId(), session.password()));
        leadership.order(1, List.of(attach));
        assertThat(commands(leadership)).hasSize(1);
        pass(leadership, 500, 3L * TIMEOUT_MS);
        assertThat(commands(leadership)).as("its client will be told that the session lives").isEmpty();

        commit(attach);
        leadership.applied(last, 3L * TIMEOUT_MS);
        pass(leadership, 3L * TIMEOUT_MS + 500, 4L * TIMEOUT_MS - 500);
        assertThat(commands(leadership)).isEmpty();
        pass(leadership, 4L * TIMEOUT_MS, 4L * TIMEOUT_MS + 2000);
        assertThat(commands(leadership)).containsOnlyOnce(new Command.CloseSession(session.sessionId(), true));
    }

    @Test
    void aReportIsAcknowledgedOnlyByAQuorumThatAnsweredAfterIt() {
        Leadership leadership = new Leadership(settings(), 1, replica, 0);
        leadership.reported(2, 20, new Message.Touch(1, false, new long[0]), 100);
        leadership.reported(3, 30, new Message.Touch(5, false, new long[0]), 200);
        List<Long> acknowledged = new ArrayList<>();
        leadership.acknowledge(99, (peer, link, round) -> acknowledged.add(round));
        assertThat(acknowledged).as("it may have been deposed since").isEmpty();
        leadership.acknowledge(150, (peer, link, round) -> acknowledged.add(round));
        assertThat(acknowledged).containsExactly(1L);
        leadership.acknowledge(200, (peer, link, round) -> acknowledged.add(round));
        assertThat(acknowledged).containsExactly(1L, 5L);
    }
}
