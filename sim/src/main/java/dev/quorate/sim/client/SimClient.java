package dev.quorate.sim.client;

import dev.quorate.ensemble.tree.EventType;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.Errors;
import dev.quorate.sim.history.Fired;
import dev.quorate.sim.history.Grant;
import dev.quorate.sim.history.Op;
import dev.quorate.sim.history.Result;
import dev.quorate.sim.history.Watching;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.SimMember;
import dev.quorate.sim.member.SimProcess;
import dev.quorate.sim.member.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client as ZooKeeper's libraries are: one session, one connection at a time, pings, gives a silent connection up at
 * two thirds of its timeout, goes to another member and takes its session along, sets its watches again; begins anew
 * when it is told that its session is gone.
 */
public final class SimClient implements SimConnection.Inbound {
    private static final int AUTH_XID = -4;
    private static final int SET_WATCHES_XID = -8;
    private static final long RETRY_NS = 100_000_000;

    private final World world;
    private final List<SimMember> members;
    private final Dice dice;
    private final ClientOptions options;
    private final Workload workload;
    private final History history;
    private final String user;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final TreeSet<String> dataWatches = new TreeSet<>();
    private final TreeSet<String> existWatches = new TreeSet<>();
    private final TreeSet<String> childWatches = new TreeSet<>();
    private final TreeSet<String> persistentWatches = new TreeSet<>();
    private final TreeSet<String> recursiveWatches = new TreeSet<>();
    private @Nullable SimConnection connection;
    private boolean established;
    private boolean quiet;
    private int dropped;
    private long sessionId;
    private byte[] password = new byte[16];
    private int timeoutMs;
    private long lastZxid;
    private long heardNs;
    private int nextXid;
    private Deque<Call> script = new ArrayDeque<>();

    private record Waiting(int xid, long invokedNs, Call call) {}

    public SimClient(World world, List<SimMember> members, Dice dice, ClientOptions options, int number,
            History history) {
        this.world = world;
        this.members = members;
        this.dice = dice;
        this.options = options;
        this.workload = new Workload(dice.split(), options, number);
        this.history = history;
        this.user = options.aclShare() > 0 ? Workload.user(number) : Grant.ANYONE;
        this.timeoutMs = options.timeoutMs();
    }

    public void start() {
        soon(0, this::connect);
        think();
        beat();
    }

    /** From now on it asks nothing new, or works again. */
    public void quiet(boolean now) {
        quiet = now;
    }

    /** Has these asked one after the other, even while it is quiet. */
    public void ask(List<Call> calls) {
        script.addAll(calls);
    }

    /** Whether it has a session, and everything it asked was answered. */
    public boolean idle() {
        return established && waiting.isEmpty() && script.isEmpty();
    }

    /** It breaks its connection and goes to some member, unless it is quiet. */
    public void leave() {
        if (!quiet) {
            cut();
        }
    }

    /** It is over: what was not answered never will be. */
    public void end() {
        SimConnection last = connection;
        if (last != null) {
            closed(last);
        }
    }

    /** How often a member that lives closed its connection, and it had not asked for that. */
    public int dropped() {
        return dropped;
    }

    private void cut() {
        SimConnection broken = connection;
        if (broken != null) {
            broken.hangUp();
            leave(broken);
        }
    }

    /** The connection, when it is to this process, breaks: the process is gone. */
    public void processEnded(SimProcess process) {
        SimConnection broken = connection;
        if (broken != null && broken.process().equals(process)) {
            soon(1_000_000, broken::breakNow);
        }
    }

    private void soon(long meanNs, Runnable action) {
        world.scheduler().after(dice.exponential(meanNs + 1_000), action);
    }

    private void connect() {
        SimProcess process = dice.pick(members).process();
        if (connection != null) {
            return;
        }
        if (process == null || !process.running()) {
            soon(RETRY_NS, this::connect);
            return;
        }
        heardNs = world.scheduler().nowNs();
        SimConnection made = new SimConnection(world, dice, process, this);
        connection = made;
        made.open(lastZxid, options.timeoutMs(), sessionId, password);
    }

    private void think() {
        soon(options.thinkMeanNs(), () -> {
            if (established && waiting.size() < options.inFlight() && !closing()) {
                Call scripted = script.poll();
                if (scripted != null) {
                    send(scripted);
                } else if (!quiet) {
                    send(workload.next());
                }
            }
            think();
        });
    }

    /** Nothing is asked behind the end of a session. */
    private boolean closing() {
        Waiting last = waiting.peekLast();
        return last != null && last.call instanceof Call.CloseSession;
    }

    private void send(Call call) {
        if (connection != null) {
            waiting.add(new Waiting(++nextXid, world.scheduler().nowNs(), call));
            connection.send(nextXid, Translation.request(call));
        }
    }

    /** Pings, and gives up a connection that has been silent too long. */
    private void beat() {
        world.scheduler().after(timeoutMs * 1_000_000L / 6, () -> {
            SimConnection current = connection;
            long limitNs = timeoutMs * 1_000_000L * 2 / 3;
            if (current != null && world.scheduler().nowNs() - heardNs > limitNs) {
                cut();
            } else if (current != null && established) {
                current.send(SimConnection.PING_XID, new Request.Ping());
            }
            beat();
        });
    }

    @Override
    public void connected(SimConnection from, int negotiatedMs, long id, byte[] newPassword) {
        heardNs = world.scheduler().nowNs();
        if (negotiatedMs == 0) {
            world.trace().event(heardNs, from.process().id(), "client told: session gone", sessionId, null);
            forgetSession();
            return;
        }
        sessionId = id;
        password = newPassword.clone();
        timeoutMs = negotiatedMs;
        established = true;
        world.trace().event(heardNs, from.process().id(), "connected", sessionId, "0x" + Long.toHexString(lastZxid));
        if (!user.equals(Grant.ANYONE)) {
            history.belongs(id, user);
            from.send(AUTH_XID, Users.proof(user));
        }
        if (!dataWatches.isEmpty() || !existWatches.isEmpty() || !childWatches.isEmpty() || watchesPersistently()) {
            from.send(SET_WATCHES_XID,
                    new Request.SetWatches(lastZxid, List.copyOf(dataWatches), List.copyOf(existWatches),
                            List.copyOf(childWatches), List.copyOf(persistentWatches), List.copyOf(recursiveWatches)));
        }
    }

    private boolean watchesPersistently() {
        return !persistentWatches.isEmpty() || !recursiveWatches.isEmpty();
    }

    private void forgetSession() {
        sessionId = 0;
        password = new byte[16];
        dataWatches.clear();
        existWatches.clear();
        childWatches.clear();
        persistentWatches.clear();
        recursiveWatches.clear();
    }

    @Override
    public void reply(SimConnection from, int xid, long zxid, Response response) {
        heardNs = world.scheduler().nowNs();
        if (xid != SimConnection.PING_XID) {
            lastZxid = Math.max(lastZxid, zxid);
        }
        if (xid == SET_WATCHES_XID && watchesPersistently()) {
            history.add(new Watching(sessionId, history.nextOrder(), zxid));
        }
        if (xid < 0) {
            return;
        }
        Waiting first = waiting.remove();
        if (first.xid != xid) {
            throw new IllegalStateException("answer " + xid + " came before answer " + first.xid);
        }
        int error = Translation.error(response);
        Result result = error == 0 ? Translation.result(response) : Result.NONE;
        Op op = new Op(sessionId, history.nextOrder(), first.invokedNs, first.call,
                new Op.Done(heardNs, zxid, error, result));
        history.add(op);
        world.trace().event(heardNs, from.process().id(), "answered", zxid, op);
        learn(first.call, error, result);
        if (first.call instanceof Call.CloseSession) {
            forgetSession();
        }
    }

    private void learn(Call call, int error, Result result) {
        if (call instanceof Call.Read read && read.watch()) {
            watch(read, error);
        }
        if (call instanceof Call.Watch watch && error == 0) {
            (watch.recursive() ? recursiveWatches : persistentWatches).add(watch.path());
        }
        if (call instanceof Call.GetData get && result instanceof Result.Data data) {
            workload.saw(get.path(), data.stat().version());
        } else if (call instanceof Call.SetData set && result instanceof Result.Stated stated) {
            workload.saw(set.path(), stated.stat().version());
        } else if (result instanceof Result.Created created) {
            workload.created(created.path());
        }
    }

    private void watch(Call.Read read, int error) {
        switch (read) {
            case Call.GetChildren get -> addIf(error == 0, childWatches, get.path());
            case Call.GetData get -> addIf(error == 0, dataWatches, get.path());
            case Call.Exists exists -> {
                addIf(error == 0, dataWatches, exists.path());
                addIf(error == Errors.NO_NODE, existWatches, exists.path());
            }
        }
    }

    private static void addIf(boolean condition, Set<String> set, String path) {
        if (condition) {
            set.add(path);
        }
    }

    @Override
    public void event(SimConnection from, WatchEvent event) {
        heardNs = world.scheduler().nowNs();
        String path = event.path();
        Fired.Kind kind = event.type() == EventType.CHILDREN_CHANGED
                ? Fired.Kind.CHILDREN
                : event.type() == EventType.DELETED ? Fired.Kind.DELETED : Fired.Kind.NODE;
        if (kind != Fired.Kind.CHILDREN) {
            dataWatches.remove(path);
            existWatches.remove(path);
        }
        if (kind != Fired.Kind.NODE) {
            childWatches.remove(path);
        }
        history.add(new Fired(sessionId, history.nextOrder(), path, kind, event.zxid()));
        world.trace().event(heardNs, from.process().id(), "fired", event.zxid(), event);
    }

    @Override
    public void closed(SimConnection from) {
        if (connection == from) {
            if (from.closedByMember() && sessionId != 0) {
                dropped++;
                world.trace().event(world.scheduler().nowNs(), from.process().id(), "let go", sessionId, null);
            }
            leave(from);
        }
    }

    private void leave(SimConnection from) {
        if (connection != from) {
            return;
        }
        connection = null;
        established = false;
        if (watchesPersistently()) {
            history.add(new Watching(sessionId, history.nextOrder(), Watching.GONE));
        }
        for (Waiting lost : new ArrayList<>(waiting)) {
            if (lost.call instanceof Call.Write) {
                history.add(new Op(sessionId, history.nextOrder(), lost.invokedNs, lost.call, null));
            }
        }
        waiting.clear();
        soon(RETRY_NS, this::connect);
    }
}
