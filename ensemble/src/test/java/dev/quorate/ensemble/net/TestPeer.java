package dev.quorate.ensemble.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.Listener;
import dev.quorate.ensemble.member.Transport.LocalInfo;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.PeerInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A transport with a loop of its own and a listener that writes down what it hears. */
final class TestPeer implements Listener, AutoCloseable {
    static final int TIMEOUT_MS = 1000;

    final int id;
    final PeerTransport transport;
    final Map<Integer, Long> links = new ConcurrentHashMap<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<PeerAddress> members;
    final Map<Integer, Directory> directories = new ConcurrentHashMap<>();
    final List<Message> messages = new CopyOnWriteArrayList<>();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final Network network = new Network(1);

    /** Addresses for members 1..count, free a moment ago. */
    static List<InetSocketAddress> addresses(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        var addresses = new ArrayList<InetSocketAddress>();
        for (int i = 0; i < count; i++) {
            var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            addresses.add((InetSocketAddress) socket.getLocalSocketAddress());
        }
        for (var socket : sockets) {
            socket.close();
        }
        return addresses;
    }

    TestPeer(int id, List<InetSocketAddress> addresses, byte @Nullable [] key, long maxQueuedBytes)
            throws IOException {
        this.id = id;
        this.members = new ArrayList<>();
        for (int member = 1; member <= addresses.size(); member++) {
            members.add(new PeerAddress(member, "127.0.0.1", addresses.get(member - 1).getPort()));
        }
        this.transport = new PeerTransport(network,
                new TransportSettings(id <= addresses.size() ? addresses.get(id - 1) : null, null, key, TIMEOUT_MS,
                        maxQueuedBytes),
                loop, () -> false);
        transport.listen();
    }

    TestPeer(int id, List<InetSocketAddress> addresses, byte @Nullable [] key) throws IOException {
        this(id, addresses, key, 64 << 20);
    }

    TestPeer start(String clusterId) {
        startCallingNobody(id, clusterId);
        contacts(id, members);
        return this;
    }

    TestPeer startCallingNobody(int claimedId, String clusterId) {
        onLoop(() -> {
            transport.start(this, self(claimedId, clusterId));
            return 0;
        });
        return this;
    }

    private LocalInfo self(int claimedId, String clusterId) {
        return new LocalInfo(claimedId, clusterId, new PeerInfo(1000 + id, 7, true, 1), "client-" + id + ":2181");
    }

    /** The configuration names these members from now on. */
    void contacts(long version, List<PeerAddress> now) {
        onLoop(() -> {
            transport.contacts(new Directory(version, now), now);
            return 0;
        });
    }

    void send(int peer, Message message) {
        send(peer, List.of(message));
    }

    void send(int peer, List<? extends Message> batch) {
        onLoop(() -> {
            for (var message : batch) {
                transport.send(peer, link(peer), message);
            }
            transport.flush();
            return 0;
        });
    }

    /** The number of the link to a peer, 0 when there is none. */
    long link(int peer) {
        return links.getOrDefault(peer, 0L);
    }

    <T> T onLoop(Callable<T> task) {
        try {
            return loop.submit(task).get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    void awaitLink(int peer) {
        Awaitility.await().untilAsserted(() -> assertThat(links).containsKey(peer));
    }

    @Override
    public void linkUp(int peer, long link, PeerInfo info, String clusterId, String clientAddress) {
        links.put(peer, link);
        events.add("up " + peer + " " + info.incarnation() + " " + info.boot() + " " + clusterId + " " + clientAddress);
    }

    @Override
    public void linkDown(int peer, long link) {
        assertThat(links.remove(peer)).isEqualTo(link);
        events.add("down " + peer);
    }

    @Override
    public void received(int peer, long link, Message message) {
        assertThat(links.get(peer)).isEqualTo(link);
        messages.add(message);
    }

    @Override
    public void heardOf(int peer, Directory directory) {
        directories.put(peer, directory);
    }

    @Override
    public void drained(int peer, long link) {
        events.add("drained " + peer);
    }

    @Override
    public void close() {
        transport.close();
        network.close();
        loop.shutdown();
    }
}
