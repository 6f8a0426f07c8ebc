package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.Session;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only the leader does with sessions. */
class SessionExpiryTest {
    private static final Origin MEMBER = new Origin(2, 7, 1);
    private static final int TIMEOUT_MS = 4000;

    private final Replica replica = new Replica(event -> {});
    private long zxid = Zxid.of(1, 0);
    private long nowMs = 1_000_000;
    private Session session = new Session(0, 0, 0);
    private byte[] password = {};
    private Leadership leadership = leading();

    private Leadership leading() {
        return new Leadership(new MemberSettings(1, List.of(), "", "", TIMEOUT_MS, 40_000, 100, 1000, 10_000, 100_000,
                60_000, 10_000, new ReadLimits(1, 1, 1), false, ""), 1, replica, nowMs);
    }

    private void apply(Origin origin, long seq, Command command) {
        Payload payload = TxnCodec.encode(new Txn(origin, seq, Caller.ENSEMBLE, command));
        replica.apply(List.of(new Entry(++zxid, nowMs, payload)),
                (entry, txn, outcome) -> {
                    if (outcome instanceof Outcome.SessionCreated created)
                        password = created.password().toArray();
                });
    }

    @BeforeEach
    void found() {
        apply(new Origin(0, 0, 0), 0, new Command.Found(1, "c", new Bytes(new byte[32]),
                List.of(new ConfigMember(1, 1, true, "127.0.0.1:2888:3888:participant"))));
        apply(MEMBER, 1, new Command.CreateSession(TIMEOUT_MS));
        session = replica.tree().sessions().getFirst();
        leadership = leading();
    }

    private void attach(byte[] given) {
        Payload attach = TxnCodec.encode(new Txn(MEMBER, 2, Caller.ENSEMBLE,
                new Command.AttachSession(session.id(), new Bytes(given))));
        leadership.order(2, List.of(attach));
        assertThat(leadership.takeSubmissions()).containsExactly(attach);
    }

    /** Time passes in small steps, so that nothing looks like a pause. */
    private boolean expiresWithin(long ms) {
        for (long untilMs = nowMs + ms; nowMs < untilMs;) {
            nowMs += 10;
            leadership.tick(true, nowMs);
            if (!leadership.takeSubmissions().isEmpty())
                return true;
        }
        return false;
    }

    @Test
    void aSilentSessionExpires() {
        assertThat(expiresWithin(TIMEOUT_MS - 10)).isFalse();
        assertThat(expiresWithin(20)).isTrue();
    }

    @Test
    void aSessionThatMovesIsHeardWhenThatIsOrderedNotOnlyWhenItIsApplied() {
        assertThat(expiresWithin(TIMEOUT_MS - 100)).isFalse();
        attach(password);
        assertThat(expiresWithin(TIMEOUT_MS - 10)).isFalse();
        assertThat(expiresWithin(20)).isTrue();
    }

    @Test
    void nothingExpiresWithoutAFreshQuorum() {
        for (int i = 0; i < 1000; i++) {
            nowMs += 10;
            leadership.tick(false, nowMs);
        }
        assertThat(leadership.takeSubmissions()).isEmpty();
    }

    @Test
    void aLeaderThatStoodStillGivesEverySessionItsFullTimeout() {
        assertThat(expiresWithin(TIMEOUT_MS - 100)).isFalse();
        nowMs += 60_000;
        leadership.tick(true, nowMs);
        assertThat(leadership.takeSubmissions()).isEmpty();
        assertThat(expiresWithin(TIMEOUT_MS - 10)).isFalse();
        assertThat(expiresWithin(20)).isTrue();
    }
}
