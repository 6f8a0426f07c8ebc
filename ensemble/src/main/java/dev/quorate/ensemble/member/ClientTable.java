package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import dev.quorate.ensemble.zab.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The clients of this member. Keeps each session's order: requests are answered in the order in which they came, a read
 * as soon as the session's earlier writes are applied here and before any later entry is.
 */
final class ClientTable implements Clients {
    /** xid of the answer to an auth packet, which does not wait for its turn. */
    private static final int AUTH_XID = -4;
    private static final int PING_XID = -2;
    private static final long LONG_AGO_MS = Long.MIN_VALUE / 2;

    /**
     * Answered in its turn, and never ordered: whether a member lets its clients ask is its own setting, no outcome.
     */
    private static final Request RECONFIG_DISABLED = new Request.Malformed(ErrorCode.RECONFIG_DISABLED,
            "this member does not let clients change the members: set reconfigEnabled");

    /** With reads of so many bytes ahead of it a write waits until they are answered. */
    private static final long LONG_READ_BYTES = 1 << 20;

    /** Answered in its turn, and never ordered. */
    private static final Request NO_ROOM = new Request.Malformed(ErrorCode.QUOTA_EXCEEDED,
            "no quorum of the ensemble has room on its disks: delete something, or give the disks more room");

    private static final Response DONE = new Response.Done();

    private final MemberSettings settings;
    private final Clock clock;
    private final Forwarder forwarder;
    private final Syncs syncs;
    private final Replica replica;
    private final DiskRoom room;
    private final Authentication authentication;
    private final Map<ClientConnection, Client> byConnection = new LinkedHashMap<>();
    private final Map<Long, Client> bySession = new HashMap<>();
    private final Replies replies = new Replies();
    private final Heard heard = new Heard();
    private final Lease lease;
    private boolean serving;
    private long servedUntilMs;

    ClientTable(MemberSettings settings, Clock clock, Forwarder forwarder, Syncs syncs, Replica replica,
            DiskRoom room) {
        this.settings = settings;
        this.clock = clock;
        this.forwarder = forwarder;
        this.syncs = syncs;
        this.replica = replica;
        this.room = room;
        this.authentication = new Authentication(settings.superDigest());
        this.lease = new Lease(clock.monotonicMs());
        this.servedUntilMs = clock.monotonicMs();
    }

    int connections() {
        return byConnection.size();
    }

    Lease lease() {
        return lease;
    }

    /** Requests that wait for their turn or their outcome. */
    int outstanding() {
        return byConnection.values().stream().mapToInt(client -> client.pending.size()).sum();
    }

    // What clients do.

    @Override
    public void connect(ClientConnection connection, long lastZxidSeen, int timeoutMs, long sessionId,
            byte[] password) {
        if (!admits()) {
            connection.close();
            connection.flush();
            return;
        }
        Client client = new Client(connection, clock.monotonicMs());
        byConnection.put(connection, client);
        int negotiatedMs = settings.negotiate(timeoutMs);
        Command command = sessionId == 0
                ? new Command.CreateSession(negotiatedMs)
                : new Command.AttachSession(sessionId, new Bytes(password));
        Client former = sessionId == 0 ? null : bySession.get(sessionId);
        if (former != null)
            former.successors++;
        forwarder.submit(client.caller, command, (zxid, outcome) -> {
            if (former != null)
                succeeded(former, outcome instanceof Outcome.SessionAttached);
            connected(client, lastZxidSeen, outcome);
        });
    }

    /** New clients are welcome while this member is in a quorum, or was a moment ago, and its writes get through. */
    private boolean admits() {
        return clock.monotonicMs() - servedUntilMs <= settings.noQuorumLimitMs()
                && forwarder.size() < settings.maxUnapplied();
    }

    /**
     * A session came back while its former connection was there. What that one had asked for and was not ordered yet
     * was given up by the session, and maybe it has since written elsewhere: it must not take place now that the
     * session is this member's again.
     */
    private void succeeded(Client former, boolean attached) {
        former.successors--;
        if (attached)
            close(former);
        else
            drain(former);
    }

    private void connected(Client client, long lastZxidSeen, Outcome outcome) {
        if (client.closed)
            return;
        switch (outcome) {
            case Outcome.SessionCreated created ->
                established(client, created.sessionId(), created.timeoutMs(), created.password(), lastZxidSeen);
            case Outcome.SessionAttached attached ->
                established(client, attached.sessionId(), attached.timeoutMs(), attached.password(), lastZxidSeen);
            default -> refuse(client);
        }
    }

    private void established(Client client, long sessionId, int timeoutMs, Bytes password, long lastZxidSeen) {
        // The session's entry was ordered after all that the client can have seen of this ensemble.
        if (lastZxidSeen > replica.tree().lastZxid()) {
            close(client);
            return;
        }
        Client former = bySession.get(sessionId);
        if (former != null)
            close(former);
        client.attach(sessionId, timeoutMs);
        bySession.put(sessionId, client);
        client.connection.connected(timeoutMs, sessionId, password.toArray());
        replies.changed(client);
        touch(client);
    }

    private void refuse(Client client) {
        client.connection.connected(0, 0, new byte[16]);
        close(client);
    }

    @Override
    public void requests(ClientConnection connection, List<ClientRequest> requests) {
        Client client = byConnection.get(connection);
        if (client == null)
            return;
        if (client.sessionId() == 0) {
            // No client speaks before its session is established.
            close(client);
            return;
        }
        touch(client);
        for (int i = 0; i < requests.size() && !client.closed; i++) {
            request(client, requests.get(i).xid(), requests.get(i).request());
        }
        drain(client);
    }

    private void request(Client client, int xid, Request request) {
        switch (request) {
            case Request.Ping ping -> ping(client);
            case Request.Auth auth -> authenticate(client, auth);
            case Request.Write write -> write(client, xid, request, write.command());
            case Request.WriteMulti write -> write(client, xid, request, write.multi());
            case Request.CloseSession close -> submit(client, wait(client, xid, request),
                    new Command.CloseSession(client.sessionId(), false));
            case Request.Sync sync -> {
                client.syncs++;
                syncs.ask(client, wait(client, xid, request));
            }
            case Request.Read read -> {
                Client.Pending pending = wait(client, xid, request);
                if (client.writes > 0) {
                    pending.replyBytes = replica.tree().replyBytes(read);
                    client.readBytes += pending.replyBytes;
                }
            }
            case Request.Unknown unknown -> wait(client, xid, request);
            case Request.Malformed malformed -> wait(client, xid, request);
        }
    }

    private void write(Client client, int xid, Request request, Command command) {
        if (room.refuses(command))
            wait(client, xid, NO_ROOM);
        else if (command instanceof Command.Reconfig && !settings.reconfigEnabled())
            wait(client, xid, RECONFIG_DISABLED);
        else
            submit(client, wait(client, xid, request), command);
    }

    private static Client.Pending wait(Client client, int xid, Request request) {
        Client.Pending pending = new Client.Pending(xid, request, client.caller);
        client.pending.add(pending);
        return pending;
    }

    /**
     * Hands a write on, unless something that the session asked before it would be answered from a tree that has it
     * already: a sync under way, or a read that waits for a quorum; or unless the session comes back on another
     * connection. Reads behind a write of the session are answered when that one is applied, so they hold up nothing,
     * unless their answers are long: then the client may have to read them first.
     */
    private void submit(Client client, Client.Pending pending, Command command) {
        drain(client);
        Client.Pending first = client.pending.element();
        if (client.holding || client.successors > 0 || client.syncs > 0 || first.request instanceof Request.Read
                || client.readBytes > LONG_READ_BYTES) {
            pending.held = command;
            client.holding = true;
        } else {
            forward(client, pending, command);
        }
    }

    private void forward(Client client, Client.Pending pending, Command command) {
        pending.forwarded = true;
        client.writes++;
        forwarder.submit(client.caller, command, (zxid, outcome) -> {
            pending.zxid = zxid;
            pending.outcome = outcome;
            drain(client, true);
        });
    }

    private void submitHeld(Client client) {
        if (client.successors > 0)
            return;
        boolean first = true;
        long readBytes = 0;
        for (Client.Pending pending : client.pending) {
            if (pending.request instanceof Request.Sync || (first && pending.request instanceof Request.Read))
                return;
            readBytes += pending.replyBytes;
            Command command = pending.held;
            if (command != null) {
                if (readBytes > LONG_READ_BYTES)
                    return;
                pending.held = null;
                forward(client, pending, command);
            }
            first = false;
        }
        client.holding = false;
    }

    private void ping(Client client) {
        if (lease.doubtful(client.hold, client.timeoutMs, clock.monotonicMs())) {
            close(client);
        } else {
            replies.reply(client, PING_XID, replica.tree().lastZxid(), DONE);
        }
    }

    private void authenticate(Client client, Request.Auth auth) {
        Caller caller = authentication.authenticate(client.caller, auth.scheme(), auth.proof());
        if (caller == null) {
            replies.reply(client, AUTH_XID, 0, new Response.Failed(ErrorCode.AUTH_FAILED));
            close(client);
            return;
        }
        client.caller = caller;
        replica.tree().identify(caller);
        replies.reply(client, AUTH_XID, 0, DONE);
    }

    @Override
    public void drained(ClientConnection connection) {
        Client client = byConnection.get(connection);
        if (client != null)
            drain(client);
    }

    @Override
    public void disconnected(ClientConnection connection) {
        Client client = byConnection.get(connection);
        if (client != null)
            forget(client);
    }

    // Answers.

    /** Answers, in order, what can be answered now. */
    private void drain(Client client) {
        drain(client, false);
    }

    /**
     * @param applied whether a write of the session has just been applied: the reads behind it do not wait any longer
     */
    private void drain(Client client, boolean applied) {
        boolean reads = serving || applied;
        for (Client.Pending next = client.pending.peek(); next != null && !client.closed
                && answer(client, next, reads);) {
            client.answered(next);
            client.pending.poll(); // none is left of a client that was let go with this answer
            next = client.pending.peek();
        }
        if (client.holding)
            submitHeld(client);
    }

    /** Whether the request was answered. */
    private boolean answer(Client client, Client.Pending pending, boolean reads) {
        Outcome outcome = pending.outcome;
        switch (pending.request) {
            case Request.Write write -> {
                if (outcome == null)
                    return false;
                answerWrite(client, pending, outcome, () -> Response.of(write, outcome));
            }
            case Request.WriteMulti write -> {
                if (outcome == null)
                    return false;
                answerWrite(client, pending, outcome, () -> Response.of(write, outcome));
            }
            case Request.CloseSession closing -> {
                if (outcome == null)
                    return false;
                // A session that another member has taken over by now goes on there.
                Response answer = outcome instanceof Outcome.Failed failed ? new Response.Failed(failed.error()) : DONE;
                replies.reply(client, pending.xid, pending.zxid, answer);
                close(client);
            }
            case Request.Sync sync -> {
                if (!pending.released)
                    return false;
                client.syncs--;
                replies.reply(client, pending.xid, replica.tree().lastZxid(), new Response.Synced(sync.path()));
            }
            case Request.Read read -> {
                // What a write behind it has been submitted for can't wait: it must not see that one.
                if (!reads || (client.writes == 0 && client.connection.isFull()))
                    return false;
                Response response = replica.tree().read(read, pending.caller, settings.reads());
                replies.reply(client, pending.xid, replica.tree().lastZxid(), response);
                if (read instanceof Request.SetWatches && response instanceof Response.Failed)
                    close(client);
            }
            case Request.Unknown unknown -> fail(client, pending, ErrorCode.UNIMPLEMENTED);
            case Request.Malformed malformed -> fail(client, pending, malformed.error());
            case Request.Ping ping -> throw new IllegalStateException("pings don't wait");
            case Request.Auth auth -> throw new IllegalStateException("auth packets don't wait");
        }
        return true;
    }

    private void answerWrite(Client client, Client.Pending pending, Outcome outcome, Supplier<Response> response) {
        boolean moved = outcome instanceof Outcome.Failed failed && failed.error() == ErrorCode.SESSION_MOVED;
        // ZooKeeper lets the connection go without an answer when the session has moved on.
        if (moved)
            close(client);
        else
            replies.reply(client, pending.xid, pending.zxid, response.get());
    }

    private void fail(Client client, Client.Pending pending, ErrorCode error) {
        replies.reply(client, pending.xid, replica.tree().lastZxid(), new Response.Failed(error));
    }

    /** An event of a session's watch. */
    void fired(WatchEvent event) {
        Client client = bySession.get(event.sessionId());
        if (client == null)
            return;
        client.connection.event(event);
        replies.changed(client);
    }

    /** A sync is due, or something else changed for this client. */
    void released(Client client) {
        drain(client);
    }

    /** Ends a batch: writes what was queued and gives admission back. */
    void flush() {
        replies.flush();
    }

    // What happens to sessions.

    /** The session was closed or moved to another member: its connection here ends, but for the one that asked. */
    void sessionLeft(long sessionId) {
        Client client = bySession.get(sessionId);
        if (client == null)
            return;
        Client.Pending last = client.pending.peekLast();
        boolean ownRequest = last != null && last.request instanceof Request.CloseSession;
        if (!ownRequest)
            close(client);
    }

    private void touch(Client client) {
        client.heardMs = clock.monotonicMs();
        heard.add(client);
    }

    /** The path to the leader changed: what was heard since the last report that counts is reported again. */
    void reportAgain() {
        lease.forgetReports();
        for (Client client : bySession.values()) {
            if (client.heardMs >= client.hold.reportedMs())
                heard.add(client);
        }
    }

    /** For the leader: the sessions that were heard since the last report. */
    Message.Touch report(long nowMs) {
        return heard.report(lease, room.isShort(), nowMs);
    }

    /** On the leader itself, which takes note at once: the sessions that were heard since it was last asked. */
    long[] heard(long nowMs) {
        return heard.reported(nowMs);
    }

    /** Whether this member is in sync with a quorum now; reads wait while it is not. */
    void serving(boolean now) {
        if (serving)
            servedUntilMs = clock.monotonicMs();
        if (now && !serving) {
            serving = true;
            servedUntilMs = clock.monotonicMs();
            new ArrayList<>(byConnection.values()).forEach(this::drain);
        }
        serving = now;
    }

    /** Time passed: lets go of clients that may not be kept any longer. */
    void tick() {
        long nowMs = clock.monotonicMs();
        if (serving)
            servedUntilMs = nowMs;
        if (nowMs - servedUntilMs > settings.noQuorumLimitMs())
            closeAll();
        else if (lease.doubtful(0, settings.minSessionTimeoutMs(), nowMs)) {
            for (Client client : new ArrayList<>(bySession.values())) {
                if (lease.doubtful(client.sinceMs, client.timeoutMs, nowMs))
                    close(client);
            }
        }
    }

    /** Lets all clients go, and admits none before this member serves again; their sessions live on. */
    void closeAll() {
        serving = false;
        servedUntilMs = LONG_AGO_MS;
        new ArrayList<>(byConnection.values()).forEach(this::close);
    }

    private void close(Client client) {
        if (client.closed)
            return;
        client.connection.close();
        replies.changed(client);
        forget(client);
    }

    private void forget(Client client) {
        client.closed = true;
        client.pending.clear();
        byConnection.remove(client.connection);
        if (bySession.remove(client.sessionId(), client)) {
            replica.tree().disconnected(client.sessionId());
        }
    }
}
