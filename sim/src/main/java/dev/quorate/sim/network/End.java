package dev.quorate.sim.network;

import dev.quorate.ensemble.member.Transport;
import dev.quorate.ensemble.zab.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One process's end of a connection, with what it sent that is still under way. */
final class End {
    /** What the sockets on both sides hold; only more than that counts as queued in the process. */
    private static final long SOCKET_BYTES = 64 << 10;
    private static final long LOW_WATER_BYTES = 1 << 20;

    private final SimNetwork network;
    private final Connection connection;
    private final SimTransport transport;
    private final long link;
    private @Nullable End far;
    private List<Message> unflushed = new ArrayList<>();
    private final Deque<Parcel> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private boolean aboveLowWater;
    private long lastArrivalNs;
    private boolean closed;
    private boolean corruptsNext;

    /** For people. */
    private record Mail(int from, Message message) {
        @Override
        public String toString() {
            return "from m" + from + ": " + message;
        }
    }

    /** What one flush sent, or where members are. Without either it is the end of the stream. */
    private static final class Parcel {
        final List<Message> messages;
        final Transport.@Nullable Directory directory;
        final long bytes;
        final long checksum;
        boolean waits;
        boolean lost;
        boolean corrupt;

        Parcel(PeerWire.Packed packed, Transport.@Nullable Directory directory) {
            this.directory = directory;
            this.messages = packed.messages();
            this.bytes = packed.bytes();
            this.checksum = packed.checksum();
        }
    }

    End(SimNetwork network, Connection connection, SimTransport transport) {
        this.network = network;
        this.connection = connection;
        this.transport = transport;
        this.link = transport.nextLink();
    }

    void connect(End other) {
        far = other;
    }

    int member() {
        return transport.host().id();
    }

    int peer() {
        return far().member();
    }

    long link() {
        return link;
    }

    boolean closed() {
        return closed;
    }

    long queuedBytes() {
        return Math.max(0, bytesUnderWay - SOCKET_BYTES);
    }

    private End far() {
        if (far == null) {
            throw new IllegalStateException("the connection has one end");
        }
        return far;
    }

    /** The handshake is done: the link is up here. */
    void announce() {
        transport.add(this);
        Transport.LocalInfo info = far().transport.self();
        transport.host().post("link up", link, "to " + peer() + " as " + link,
                () -> transport.listener().linkUp(peer(), link, info.info(), info.clusterId(), info.clientAddress()));
        tellDirectory();
    }

    /** Tells the other side where members are. */
    void tellDirectory() {
        if (!closed) {
            send(PeerWire.Packed.END, transport.directory());
        }
    }

    /** Returns whether this is the first message since the last flush. */
    boolean queue(Message message) {
        unflushed.add(message);
        return unflushed.size() == 1;
    }

    void flush() {
        if (!unflushed.isEmpty() && !closed) {
            List<Message> messages = unflushed;
            unflushed = new ArrayList<>();
            send(network.wire().pack(messages));
        }
    }

    private void send(PeerWire.Packed packed) {
        send(packed, null);
    }

    private void send(PeerWire.Packed packed, Transport.@Nullable Directory directory) {
        Parcel parcel = new Parcel(packed, directory);
        parcel.corrupt = corruptsNext;
        corruptsNext = false;
        underWay.add(parcel);
        bytesUnderWay += parcel.bytes;
        aboveLowWater |= queuedBytes() > LOW_WATER_BYTES;
        dispatch(parcel);
    }

    private void dispatch(Parcel parcel) {
        if (network.isBlocked(member(), peer())) {
            parcel.waits = true;
            return;
        }
        parcel.waits = false;
        lastArrivalNs = Math.max(lastArrivalNs, network.arrivalNs(member(), peer()));
        network.scheduler().at(lastArrivalNs, () -> arrive(parcel));
    }

    void release() {
        for (Parcel parcel : underWay) {
            if (parcel.waits) {
                dispatch(parcel);
            }
        }
    }

    void corruptNext() {
        corruptsNext = true;
    }

    private void arrive(Parcel parcel) {
        if (parcel.lost) {
            return;
        }
        underWay.remove(parcel);
        bytesUnderWay -= parcel.bytes;
        if (aboveLowWater && queuedBytes() <= LOW_WATER_BYTES && !closed) {
            aboveLowWater = false;
            transport.host().post("drained", link, "to " + peer(), () -> transport.listener().drained(peer(), link));
        }
        if (parcel.messages.isEmpty() && parcel.directory == null) {
            far().ended();
        } else if (parcel.corrupt) {
            far().close();
        } else {
            far().receive(parcel);
        }
    }

    private void receive(Parcel parcel) {
        if (closed) {
            return;
        }
        Transport.Directory directory = parcel.directory;
        if (directory != null) {
            transport.host().post("heard of", directory.version(), directory,
                    () -> transport.listener().heardOf(peer(), directory));
        }
        for (Message message : parcel.messages) {
            transport.host().post("received", parcel.checksum, new Mail(peer(), message),
                    () -> transport.listener().received(peer(), link, message));
        }
    }

    /** This process closes it: the other end hears of it after what was sent before. */
    void close() {
        if (!closed) {
            flush();
            ended();
            send(PeerWire.Packed.END);
        }
    }

    /** Any suffix of what is under way from here is lost. */
    void loseSuffix() {
        int kept = underWay.isEmpty() ? 0 : network.dice().below(underWay.size() + 1);
        Iterator<Parcel> parcels = underWay.iterator();
        for (int i = 0; parcels.hasNext(); i++) {
            Parcel parcel = parcels.next();
            if (i >= kept) {
                parcel.lost = true;
                bytesUnderWay -= parcel.bytes;
                parcels.remove();
            }
        }
    }

    /** The reset arrives here after what was not lost; nothing sent until then arrives anywhere. */
    void breakLater() {
        Parcel end = new Parcel(PeerWire.Packed.END, null);
        far().underWay.add(end);
        far().lastArrivalNs = Math.max(far().lastArrivalNs, network.scheduler().nowNs() + 1);
        network.scheduler().at(far().lastArrivalNs, () -> {
            far().loseAfterwards();
            ended();
        });
    }

    private void loseAfterwards() {
        for (Parcel parcel : underWay) {
            parcel.lost = true;
        }
        underWay.clear();
        bytesUnderWay = 0;
    }

    /** The process of this end is gone. */
    void die(boolean silently) {
        loseSuffix();
        closed = true;
        transport.remove(this);
        if (!silently) {
            send(PeerWire.Packed.END);
        }
    }

    /** A newer connection takes its place here. */
    void replaced(boolean lateNews) {
        closed = true;
        transport.remove(this);
        long delayNs = lateNews ? network.dice().between(1, 50_000_000) : 0;
        if (delayNs == 0) {
            postDown();
        } else {
            network.scheduler().after(delayNs, this::postDown);
        }
    }

    private void ended() {
        if (!closed) {
            closed = true;
            transport.remove(this);
            postDown();
            network.closed(connection);
        }
    }

    private void postDown() {
        transport.host().post("link down", link, "to " + peer() + " as " + link,
                () -> transport.listener().linkDown(peer(), link));
    }
}
