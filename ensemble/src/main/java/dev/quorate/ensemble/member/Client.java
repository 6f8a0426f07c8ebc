package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Identity;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Request;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client's connection and what of it is not yet answered, in the order in which it came. */
final class Client {
    /** A request that waits for its turn; the write's outcome comes when it is applied here. */
    static final class Pending {
        final int xid;
        final Request request;
        final Caller caller;
        /** A write that is not submitted yet. */
        @Nullable
        Command held;
        @Nullable
        Outcome outcome;
        long zxid;
        boolean released;
        boolean forwarded;
        /** About how long the answer to a read will be that waits behind a write. */
        long replyBytes;

        Pending(int xid, Request request, Caller caller) {
            this.xid = xid;
            this.request = request;
            this.caller = caller;
        }
    }

    final ClientConnection connection;
    final ArrayDeque<Pending> pending = new ArrayDeque<>();

    /** When it asked for its session: the leader knows of the session since then or later. */
    final long sinceMs;
    final Lease.Hold hold;

    Caller caller;
    int timeoutMs;
    long heardMs;
    boolean touched;
    boolean dirty;
    boolean closed;
    /** How many pending writes were handed on. */
    int writes;
    /** About how long the answers to pending reads will be that wait behind a write. */
    long readBytes;
    /** How many syncs are pending. */
    int syncs;
    /** Connections that have asked for the same session since, and are not answered yet. */
    int successors;
    /** Whether some pending write is held back. */
    boolean holding;
    int answered;

    Client(ClientConnection connection, long sinceMs) {
        this.connection = connection;
        this.sinceMs = sinceMs;
        this.hold = new Lease.Hold(sinceMs);
        this.caller = new Caller(0, List.of(new Identity("ip", connection.remoteAddress())));
    }

    /** 0 while the session is not established. */
    long sessionId() {
        return caller.sessionId();
    }

    /** This one is pending no more. */
    void answered(Pending done) {
        readBytes -= done.replyBytes;
        if (done.forwarded)
            writes--;
    }

    void attach(long sessionId, int timeoutMs) {
        this.caller = new Caller(sessionId, caller.identities());
        this.timeoutMs = timeoutMs;
    }
}
