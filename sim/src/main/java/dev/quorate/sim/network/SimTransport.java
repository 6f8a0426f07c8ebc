package dev.quorate.sim.network;

import dev.quorate.ensemble.member.Transport;
import dev.quorate.ensemble.zab.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The transport of one process. */
final class SimTransport implements Transport {
    private final SimNetwork network;
    private final Host host;
    private final List<End> ends = new ArrayList<>();
    private final List<End> dirty = new ArrayList<>();
    private @Nullable Listener listener;
    private @Nullable LocalInfo self;
    private Directory directory = Directory.EMPTY;
    private Set<Integer> called = Set.of();
    private long links;

    SimTransport(SimNetwork network, Host host) {
        this.network = network;
        this.host = host;
    }

    @Override
    public void start(Listener newListener, LocalInfo newSelf) {
        listener = newListener;
        self = newSelf;
        network.started(host.id());
    }

    @Override
    public void update(LocalInfo newSelf) {
        self = newSelf;
    }

    @Override
    public void contacts(Directory own, List<PeerAddress> peers) {
        directory = own;
        ends.forEach(End::tellDirectory);
        called = peers.stream().map(PeerAddress::id).collect(Collectors.toUnmodifiableSet());
        for (PeerAddress peer : peers) {
            if (peer.id() != host.id()) {
                network.call(host.id(), peer.id());
            }
        }
    }

    /** Whether it tries to reach this member while there is no connection. */
    boolean calls(int member) {
        return called.contains(member);
    }

    /** What it tells others of where members are. */
    Directory directory() {
        return directory;
    }

    @Override
    public void send(int peer, long link, Message message) {
        End end = find(peer, link);
        if (end != null) {
            if (end.queue(message)) {
                dirty.add(end);
            }
        }
    }

    @Override
    public void flush() {
        for (End end : dirty) {
            end.flush();
        }
        dirty.clear();
    }

    @Override
    public long queuedBytes(int peer, long link) {
        End end = find(peer, link);
        return end == null ? 0 : end.queuedBytes();
    }

    @Override
    public void disconnect(int peer, long link, String reason) {
        End end = find(peer, link);
        if (end != null) {
            end.close();
        }
    }

    Host host() {
        return host;
    }

    boolean started() {
        return listener != null && host.running();
    }

    boolean accepting() {
        return host.accepting();
    }

    Listener listener() {
        if (listener == null) {
            throw new IllegalStateException("the transport was not started");
        }
        return listener;
    }

    LocalInfo self() {
        if (self == null) {
            throw new IllegalStateException("the transport was not started");
        }
        return self;
    }

    long nextLink() {
        return ++links;
    }

    void add(End end) {
        ends.add(end);
    }

    void remove(End end) {
        ends.remove(end);
        dirty.remove(end);
    }

    private @Nullable End find(int peer, long link) {
        for (End end : ends) {
            if (end.peer() == peer && end.link() == link) {
                return end;
            }
        }
        return null;
    }
}
