package dev.quorate.sim.check;

import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Entry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * No session expires too early, and none is believed in too long. A member answers a ping only within two thirds of the
 * session's timeout since it sent the last report that the leader took note of; so between that answer and the entry
 * that expires the session there is at least a third of the timeout, but for the drift of clocks.
 */
public final class SessionCheck {
    /** Of a timeout, what must lie between an answered ping and the session's expiry: a third, less the drift. */
    private static final double LEAST_SHARE = 0.3;

    private final Map<Long, Integer> timeoutMs = new HashMap<>();
    private final Map<Long, Long> pingedNs = new HashMap<>();
    private final Set<Long> expired = new HashSet<>();

    /** An entry is known to be committed from now on; called once for each, in order. */
    public void committed(Entry entry, long nowNs) {
        Command command = decode(entry).command();
        if (command instanceof Command.CreateSession create) {
            timeoutMs.put(entry.zxid(), create.timeoutMs());
        } else if (command instanceof Command.CloseSession close && close.expired()) {
            Integer timeout = timeoutMs.remove(close.sessionId());
            if (timeout != null) {
                expired.add(close.sessionId());
                checkNotEarly(close.sessionId(), timeout, nowNs);
            }
        }
    }

    private void checkNotEarly(long session, int timeout, long nowNs) {
        long pinged = pingedNs.getOrDefault(session, Long.MIN_VALUE / 2);
        Broken.unless(nowNs - pinged >= LEAST_SHARE * timeout * 1e6,
                () -> "a session of %d ms, 0x%x, expired %.0f ms after a ping of it was answered".formatted(timeout,
                        session, (nowNs - pinged) / 1e6));
    }

    private static Txn decode(Entry entry) {
        try {
            return TxnCodec.decode(entry.payload());
        } catch (MalformedPacket malformed) {
            throw new IllegalStateException("a committed entry can not be read", malformed);
        }
    }

    /** A member answers a ping. */
    public void pinged(int member, long session, long nowNs) {
        Broken.unless(!expired.contains(session),
                () -> "member %d answers a ping of a session that has expired, 0x%x".formatted(member, session));
        pingedNs.put(session, nowNs);
    }
}
