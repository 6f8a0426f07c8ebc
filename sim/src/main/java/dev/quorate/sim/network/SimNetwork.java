package dev.quorate.sim.network;

import dev.quorate.ensemble.member.Transport;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.kernel.Scheduler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network between members 1 to n: who can reach whom, and one connection at a time between any two, of whom at
 * least one knows that the other is to be called. A member is found under its id, whatever its address says.
 */
public final class SimNetwork {
    private final Scheduler scheduler;
    private final Dice dice;
    private final NetworkOptions options;
    private final int members;
    private final @Nullable SimTransport[] transports;
    /** Whether a direction is cut, and until when it is clogged, by from * (members + 1) + to. */
    private final boolean[] blocked;
    private final long[] cloggedUntilNs;
    private final List<Connection> connections = new ArrayList<>();
    private final boolean[] dialing;
    private final PeerWire wire = new PeerWire();

    public SimNetwork(Scheduler scheduler, Dice dice, NetworkOptions options, int members) {
        this.scheduler = scheduler;
        this.dice = dice;
        this.options = options;
        this.members = members;
        this.transports = new SimTransport[members + 1];
        this.blocked = new boolean[(members + 1) * (members + 1)];
        this.cloggedUntilNs = new long[blocked.length];
        this.dialing = new boolean[blocked.length];
    }

    /** The port of a process that starts. */
    public Transport attach(Host host) {
        SimTransport transport = new SimTransport(this, host);
        transports[host.id()] = transport;
        return transport;
    }

    /**
     * A process has ended.
     *
     * @param silently whether its machine went with it, so that nobody is told; else its system closes its connections
     */
    public void detach(int member, boolean silently) {
        transports[member] = null;
        for (Connection connection : List.copyOf(connections)) {
            End end = connection.endOf(member);
            if (end != null && !end.closed()) {
                end.die(silently);
            }
        }
        forgetClosed();
    }

    /** Nothing sent by one reaches the other until {@link #heal}; the connection stays and what was sent waits. */
    public void block(int from, int to) {
        blocked[index(from, to)] = true;
    }

    /** Ends all cuts; what waited goes on its way. */
    public void heal() {
        Arrays.fill(blocked, false);
        for (Connection connection : List.copyOf(connections)) {
            connection.release();
        }
    }

    /** What is sent in this direction is late by up to the rest of this time. */
    public void clog(int from, int to, long untilNs) {
        cloggedUntilNs[index(from, to)] = untilNs;
    }

    /** Breaks the connection between two members: in each direction any suffix of what is under way is lost. */
    public void reset(int one, int other) {
        for (Connection connection : List.copyOf(connections)) {
            if (connection.joins(one, other)) {
                connection.reset();
            }
        }
    }

    /**
     * A byte of what one sends next to the other changes on its way: its checksum says so, and the connection is
     * closed.
     */
    public void corrupt(int from, int to) {
        for (Connection connection : connections) {
            End end = connection.endOf(from);
            if (end != null && connection.joins(from, to) && from != to) {
                end.corruptNext();
            }
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    PeerWire wire() {
        return wire;
    }

    Dice dice() {
        return dice;
    }

    boolean isBlocked(int from, int to) {
        return blocked[index(from, to)];
    }

    /** When something sent now arrives, at the earliest. */
    long arrivalNs(int from, int to) {
        long delay = options.delayMinNs() + dice.exponential(options.delayMeanNs());
        return Math.max(scheduler.nowNs(), cloggedUntilNs[index(from, to)]) + delay;
    }

    /** A member begins to call another one. */
    void call(int member, int other) {
        redial(member, other);
    }

    /** A transport started to listen: whoever calls it will reach it. */
    void started(int member) {
        for (int other = 1; other <= members; other++) {
            if (other != member) {
                redial(member, other);
            }
        }
    }

    /** An end was closed: the members will try again. */
    void closed(Connection connection) {
        forgetClosed();
        redial(connection.one().member(), connection.other().member());
    }

    private void forgetClosed() {
        connections.removeIf(Connection::isOver);
    }

    private void redial(int one, int other) {
        int pair = index(Math.min(one, other), Math.max(one, other));
        if (!dialing[pair]) {
            dialing[pair] = true;
            scheduler.after(dice.between(options.delayMinNs(), options.redialMaxNs()), () -> {
                dialing[pair] = false;
                dial(one, other);
            });
        }
    }

    private void dial(int one, int other) {
        SimTransport first = transports[one];
        SimTransport second = transports[other];
        if (first == null || second == null || !first.started() || !second.started()) {
            return; // the one that starts later dials
        }
        if (!first.calls(other) && !second.calls(one)) {
            return; // the one that comes to know of the other dials
        }
        for (Connection connection : connections) {
            if (connection.joins(one, other) && !connection.one().closed() && !connection.other().closed()) {
                return;
            }
        }
        if (isBlocked(one, other) || isBlocked(other, one) || !first.accepting() || !second.accepting()) {
            redial(one, other);
            return;
        }
        List<Connection> old = connections.stream().filter(connection -> connection.joins(one, other)).toList();
        Connection connection = new Connection(this, first, second);
        connections.add(connection);
        connection.open(old);
        forgetClosed();
    }

    private int index(int from, int to) {
        return from * (members + 1) + to;
    }
}
