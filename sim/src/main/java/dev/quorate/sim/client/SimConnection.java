package dev.quorate.sim.client;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.member.Clients.ClientRequest;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import dev.quorate.sim.member.SimProcess;
import dev.quorate.sim.member.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A client's connection to one process: in order in both directions, each flush with its own delay. */
final class SimConnection implements ClientConnection {
    /** No client looks at the zxid of the answer to a ping. */
    static final int PING_XID = -2;

    private static final long DELAY_MIN_NS = 50_000;
    private static final long DELAY_MEAN_NS = 500_000;

    private final Scheduler scheduler;
    private final Dice dice;
    private final World world;
    private final SimProcess process;
    private final Inbound client;
    private final Set<Integer> writes = new HashSet<>();
    private List<Runnable> queued = new ArrayList<>();
    private long lastToClientNs;
    private long lastToMemberNs;
    private long session;
    private boolean closed;
    private boolean closing;

    /** What arrives at the client. */
    interface Inbound {
        void connected(SimConnection connection, int timeoutMs, long sessionId, byte[] password);

        void reply(SimConnection connection, int xid, long zxid, Response response);

        void event(SimConnection connection, WatchEvent event);

        void closed(SimConnection connection);
    }

    SimConnection(World world, Dice dice, SimProcess process, Inbound client) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.dice = dice;
        this.process = process;
        this.client = client;
    }

    SimProcess process() {
        return process;
    }

    // Towards the member.

    void open(long lastZxid, int timeoutMs, long sessionId, byte[] password) {
        toMember("connect", sessionId,
                () -> process.clients().connect(this, lastZxid, timeoutMs, sessionId, password));
    }

    void send(int xid, Request request) {
        boolean ordered = request instanceof Request.Write || request instanceof Request.WriteMulti;
        if (ordered) {
            writes.add(xid);
        }
        toMember("request", xid, () -> process.clients().requests(this, List.of(new ClientRequest(xid, request))));
    }

    /** The client's side ends it. What is under way to the member may still arrive. */
    void hangUp() {
        if (!closed) {
            closed = true;
            toMember("hang up", 0, () -> process.clients().disconnected(this));
        }
    }

    private void toMember(String what, long number, Runnable action) {
        lastToMemberNs = Math.max(lastToMemberNs, scheduler.nowNs() + delayNs());
        scheduler.at(lastToMemberNs, () -> process.post(what, number, null, action));
    }

    // Towards the client.

    @Override
    public String remoteAddress() {
        return "10.0.0.1";
    }

    @Override
    public void connected(int timeoutMs, long sessionId, byte[] password) {
        session = sessionId;
        queued.add(() -> client.connected(this, timeoutMs, sessionId, password));
    }

    @Override
    public void reply(int xid, long zxid, Response response) {
        if (writes.remove(xid) && Translation.error(response) == 0) {
            world.invariants().acknowledged(process.id(), zxid);
        }
        if (xid == PING_XID) {
            world.sessions().pinged(process.id(), session, scheduler.nowNs());
        } else {
            world.invariants().shown(zxid);
        }
        queued.add(() -> client.reply(this, xid, zxid, response));
    }

    @Override
    public void event(WatchEvent event) {
        queued.add(() -> client.event(this, event));
    }

    @Override
    public void flush() {
        if (!queued.isEmpty()) {
            List<Runnable> batch = queued;
            queued = new ArrayList<>();
            lastToClientNs = Math.max(lastToClientNs, scheduler.nowNs() + delayNs());
            scheduler.at(lastToClientNs, () -> deliver(batch));
        }
    }

    private void deliver(List<Runnable> batch) {
        for (Runnable message : batch) {
            if (!closed) {
                message.run();
            }
        }
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            queued.add(this::breakNow);
            flush();
            process.post("client gone", 0, null, () -> process.clients().disconnected(this));
        }
    }

    boolean closedByMember() {
        return closing;
    }

    /** The connection ends without a word from either side. */
    void breakNow() {
        if (!closed) {
            closed = true;
            client.closed(this);
        }
    }

    @Override
    public boolean isFull() {
        return false; // the client bounds by itself what it has in flight
    }

    @Override
    public void credit(int requests) {
        // the client bounds by itself what it has in flight
    }

    private long delayNs() {
        return DELAY_MIN_NS + dice.exponential(DELAY_MEAN_NS);
    }
}
