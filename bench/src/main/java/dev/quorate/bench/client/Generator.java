package dev.quorate.bench.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Puts a load on the members from one thread. Every connection keeps its requests in flight: what arrives in one turn
 * is replaced in one write. It must stay much cheaper than the members, which share the machine with it.
 */
public final class Generator {
    private static final long SILENCE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LONGEST_LATENCY_NANOS = TimeUnit.SECONDS.toNanos(120);
    /** Digits that latencies are kept with. */
    static final int LATENCY_DIGITS = 3;

    /** The phases of a run, in their order. */
    private enum Phase {
        WARM_UP,
        WINDOW,
        DRAIN
    }

    private final Load load;
    private final Target target;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final long warmUpEndNanos;
    /** Of the phase that is on; {@link #measured} keeps those of the window. */
    private Histogram latencies = newHistogram();
    private Histogram measured = latencies;
    private Phase phase = Phase.WARM_UP;
    private CpuTimes cpuAtStart;
    private CpuTimes cpuUsed = new CpuTimes(0, 0);
    private long startNanos;
    private long endNanos;
    private long lastReplyNanos;
    private int turn;

    private Generator(Load load, Target target, Selector selector) throws IOException {
        this.load = load;
        this.target = target;
        this.selector = selector;
        RequestSource.Frames frames = RequestSource.Frames.of(load);
        for (int i = 0; i < load.connectionsPerMember(); i++) {
            for (InetSocketAddress member : target.members()) {
                RequestSource source = RequestSource.of(load, frames, connections.size(), member);
                connections.add(Connection.open(member, selector, source));
            }
        }
        this.cpuAtStart = CpuTimes.read(target.cpuNanos());
        this.startNanos = System.nanoTime();
        this.lastReplyNanos = startNanos;
        this.warmUpEndNanos = startNanos + target.warmUp().toNanos();
    }

    private static Histogram newHistogram() {
        return new Histogram(LONGEST_LATENCY_NANOS, LATENCY_DIGITS);
    }

    /**
     * Runs the load through its warm-up and its window, and returns when every request is answered.
     *
     * @throws IOException when a connection breaks, a request fails, or no reply comes for 20 s
     */
    public static Measurement run(Load load, Target target) throws IOException {
        try (Selector selector = Selector.open()) {
            var generator = new Generator(load, target, selector);
            generator.begin();
            while (generator.turn()) {
            }
            return generator.finish();
        }
    }

    private void begin() throws IOException {
        for (Connection connection : load.alternating() ? connections.subList(0, 1) : connections) {
            for (int i = 0; i < load.inFlight(); i++) {
                connection.send(startNanos);
            }
            connection.flush();
        }
    }

    /** One round over the connections that have something to say; false when the run is over. */
    private boolean turn() throws IOException {
        selector.select(100);
        long now = System.nanoTime();
        advance(now);
        for (SelectionKey key : selector.selectedKeys()) {
            serve((Connection) key.attachment(), now);
        }
        selector.selectedKeys().clear();
        if (now - lastReplyNanos > SILENCE_LIMIT_NANOS) {
            throw new IOException("The members have not answered for 20 s.");
        }
        return phase != Phase.DRAIN || connections.stream().anyMatch(connection -> connection.inFlight() > 0);
    }

    private void advance(long now) {
        if (phase == Phase.WARM_UP && now >= warmUpEndNanos) {
            phase = Phase.WINDOW;
            latencies = newHistogram();
            cpuAtStart = CpuTimes.read(target.cpuNanos());
            startNanos = now;
        } else if (phase == Phase.WINDOW && now - startNanos >= target.window().toNanos()) {
            phase = Phase.DRAIN;
            measured = latencies;
            latencies = newHistogram();
            endNanos = now;
            cpuUsed = CpuTimes.read(target.cpuNanos()).minus(cpuAtStart);
        }
    }

    private void serve(Connection connection, long now) throws IOException {
        int received = connection.receive(latencies, now);
        if (received > 0) {
            lastReplyNanos = now;
        }
        if (phase != Phase.DRAIN) {
            Connection next = load.alternating() ? following(received) : connection;
            for (int i = 0; i < received; i++) {
                next.send(now);
            }
            next.flush();
        }
        connection.flush();
    }

    private Connection following(int received) {
        turn += received;
        return connections.get(turn % connections.size());
    }

    private Measurement finish() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
        return new Measurement(measured.getTotalCount(), endNanos - startNanos, measured, cpuUsed.generatorNanos(),
                cpuUsed.membersNanos());
    }
}
