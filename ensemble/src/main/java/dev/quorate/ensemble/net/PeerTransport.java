package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport;
import dev.quorate.ensemble.zab.Message;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links between members over TCP. A peer is known by its id and its proof, never by its address, and its name is
 * resolved anew for each connection. The newest authenticated connection to a peer is the link; an older one is
 * replaced, since its other end may be gone without having said so.
 */
public final class PeerTransport implements Transport, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTransport.class);
    private static final int MAX_STRANGERS = 64;
    private static final long MAX_MESSAGE_BYTES = 4 << 20;

    private final Network network;
    private final TransportSettings settings;
    private final Executor loop;
    private final @Nullable PeerProof proof;
    private final EventLoop scheduler;
    private final ExecutorService resolver;
    private final PeerCounters counters = new PeerCounters();
    private final RateLimitedLog strangers = new RateLimitedLog(LOG, 1000);
    private final AtomicInteger accepted = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, PeerDialer> dialers = new LinkedHashMap<>();
    private final Map<Integer, PeerLink> links = new LinkedHashMap<>();
    private final BooleanSupplier diskIsFull;
    /** Connections that bring more than the disk takes; none is read until that has caught up. */
    private final Set<PeerConnection> held = new LinkedHashSet<>();
    private final List<PeerLink> dirty = new ArrayList<>();
    private final PeerPort port;
    private byte[] directory = PeerDirectory.encode(Directory.EMPTY);
    private @Nullable Listener listener;
    private volatile @Nullable LocalInfo self;
    private volatile boolean closing;
    private volatile int called;
    private long lastLink;

    /**
     * @param loop runs on the loop what is handed to it, in order
     * @param diskIsFull whether a leader's entries should wait in the network, asked on the loop
     */
    public PeerTransport(Network network, TransportSettings settings, Executor loop, BooleanSupplier diskIsFull) {
        this.diskIsFull = diskIsFull;
        this.network = network;
        this.settings = settings;
        this.loop = loop;
        this.proof = settings.key() == null ? null : new PeerProof(settings.key());
        this.port = new PeerPort(network, settings.bind(), loop, new Connecting(0));
        this.scheduler = network.peers();
        // A name server that does not answer blocks its thread, and must block neither a channel nor another peer's
        // name.
        this.resolver = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("resolver-", 1).factory());
    }

    /**
     * Listens from now on; until {@link #start} whoever comes is sent away.
     *
     * @throws IOException when the address is taken or is not one of this machine
     */
    public void listen() throws IOException {
        if (settings.listen() == null) {
            return;
        }
        port.listen(settings.listen());
    }

    /** What the port has seen. */
    public PeerCounters counters() {
        return counters;
    }

    @Override
    public void start(Listener told, LocalInfo local) {
        listener = told;
        self = local;
    }

    @Override
    public void contacts(Directory own, List<PeerAddress> peers) {
        for (var member : own.members()) {
            if (member.id() == selfId()) {
                port.follow(member);
            }
        }
        directory = PeerDirectory.encode(own);
        links.values().forEach(link -> link.connection.tell(directory));
        var addresses = new LinkedHashMap<Integer, List<PeerAddress>>();
        for (var peer : peers) {
            if (peer.id() != selfId()) {
                addresses.computeIfAbsent(peer.id(), id -> new ArrayList<>()).add(peer);
            }
        }
        called = addresses.size();
        dialers.entrySet().removeIf(dialer -> stopUnlessIn(addresses, dialer.getKey(), dialer.getValue()));
        addresses.forEach(this::call);
    }

    private static boolean stopUnlessIn(Map<Integer, List<PeerAddress>> addresses, int peer, PeerDialer dialer) {
        if (addresses.containsKey(peer)) {
            return false;
        }
        dialer.stop();
        return true;
    }

    private void call(int peer, List<PeerAddress> addresses) {
        var dialer = dialers.get(peer);
        if (dialer == null) {
            dialer = new PeerDialer(this, addresses, links.containsKey(peer));
            dialers.put(peer, dialer);
            dialer.start();
        } else {
            dialer.moved(addresses);
        }
    }

    @Override
    public void update(LocalInfo local) {
        self = local;
    }

    @Override
    public void send(int peer, long link, Message message) {
        var to = links.get(peer);
        if (to == null || to.number != link) {
            return;
        }
        long size = PeerMessages.sizeOf(message);
        for (var part : PeerMessages.split(message, size, MAX_MESSAGE_BYTES)) {
            if (to.add(part, PeerMessages.sizeOf(part))) {
                dirty.add(to);
            }
        }
        if (to.queuedBytes() > settings.maxQueuedBytes()) {
            to.connection.close("it does not read: " + to.queuedBytes() + " bytes wait for it");
        }
    }

    @Override
    public void flush() {
        if (!dirty.isEmpty()) {
            dirty.forEach(PeerLink::flush);
            dirty.clear();
        }
        if (!held.isEmpty() && !diskIsFull.getAsBoolean()) {
            held.forEach(PeerConnection::readOn);
            held.clear();
        }
    }

    @Override
    public long queuedBytes(int peer, long link) {
        var to = links.get(peer);
        return to == null || to.number != link ? 0 : to.queuedBytes();
    }

    @Override
    public void disconnect(int peer, long link, String reason) {
        var to = links.get(peer);
        if (to != null && to.number == link) {
            to.flush();
            to.connection.close(reason);
        }
    }

    /** Ends all links and accepts nobody any more; from the thread that ends the process. */
    @Override
    public void close() {
        closing = true;
        resolver.shutdownNow();
        port.close();
    }

    Executor loop() {
        return loop;
    }

    EventLoop scheduler() {
        return scheduler;
    }

    TransportSettings settings() {
        return settings;
    }

    @Nullable
    PeerProof proof() {
        return proof;
    }

    int selfId() {
        return local().id();
    }

    /** Why this connection must not become a link; null when it may. */
    @Nullable
    String objection(PeerHello hello, int dialed) {
        var other = hello.member();
        var mine = local();
        if (other.id() == mine.id()) {
            return "it says that it is member " + mine.id() + ", which is this one: ids must differ";
        }
        if (dialed != 0 && other.id() != dialed) {
            return "it says that it is member " + other.id() + " where server." + dialed + " is expected";
        }
        if (!other.clusterId().isEmpty() && !mine.clusterId().isEmpty()
                && !other.clusterId().equals(mine.clusterId())) {
            return "it belongs to ensemble " + other.clusterId() + " and this member to " + mine.clusterId()
                    + ": correct the server lines of whichever is in the wrong place, or start it on the data of its own"
                    + " ensemble; members of two ensembles never mix";
        }
        if (hello.authenticates() != (proof != null)) {
            return proof == null
                    ? "it has a key and this member has none: set quorate.peerKeyFile here too"
                    : "it has no key: set quorate.peerKeyFile there too";
        }
        return null;
    }

    void refused(String who, String why) {
        counters.refused.increment();
        strangers.warn("connection with " + who + " is closed: " + why);
    }

    /** On the loop, where this member has the larger id: the other side has proved itself. */
    void authenticated(PeerConnection connection) {
        var present = links.get(connection.other().id());
        if (present != null && present.isYoungAndOf(connection.other(), settings.timeoutMs())) {
            connection.close("both sides dialed"); // or links would flap at every start
            return;
        }
        long order = lastLink + 1;
        connection.adopt(order);
        up(connection, order);
    }

    /** On the loop, where this member has the smaller id: the other side made this connection its link. */
    void adopted(PeerConnection connection, long order) {
        up(connection, order);
    }

    private void up(PeerConnection connection, long order) {
        var link = new PeerLink(++lastLink, connection.other(), connection, order);
        var older = links.get(link.peerId());
        if (older != null && link.isOlderThan(older)) {
            connection.close("a newer connection is there already");
            return;
        }
        if (older != null) {
            down(older, "a newer connection replaces it");
            older.connection.close("a newer connection replaces it");
        }
        links.put(link.peerId(), link);
        connection.link = link;
        connection.tell(directory);
        var dialer = dialers.get(link.peerId());
        if (dialer != null) {
            dialer.linkUp();
        }
        counters.linksUp.increment();
        LOG.info("link {} to member {} is up", link.number, link.peerId());
        listener().linkUp(link.peerId(), link.number, link.peer.info(), link.peer.clusterId(),
                link.peer.clientAddress());
    }

    /** On the loop: messages of a connection, in their order. */
    void received(PeerConnection connection, List<Message> messages, long bytes) {
        connection.processed(bytes);
        var link = connection.link;
        for (int i = 0; link != null && i < messages.size() && isCurrent(link); i++) {
            listener().received(link.peerId(), link.number, messages.get(i));
        }
        if (diskIsFull.getAsBoolean() && messages.stream().anyMatch(PeerMessages::isHistory)) {
            held.add(connection);
            connection.hold();
        }
    }

    /** On the loop: what a peer says of where members are. */
    void heardOf(PeerConnection connection, Directory theirs) {
        var link = connection.link;
        if (link != null && isCurrent(link)) {
            listener().heardOf(link.peerId(), theirs);
        }
    }

    void drained(PeerLink link) {
        if (isCurrent(link)) {
            listener().drained(link.peerId(), link.number);
        }
    }

    /** On the loop: a connection has ended, whether it was a link or not. */
    void closed(PeerConnection connection) {
        if (closing) {
            return;
        }
        held.remove(connection);
        var link = connection.link;
        if (link != null && isCurrent(link)) {
            down(link, connection.closeReason());
            var dialer = dialers.get(link.peerId());
            if (dialer != null) {
                dialer.linkDown((System.nanoTime() - link.upSinceNs) / 1_000_000);
            }
        } else if (connection.dialed() != 0 && link == null) {
            failed(connection.dialed());
        }
    }

    private void down(PeerLink link, String why) {
        LOG.info("link {} to member {} is down: {}", link.number, link.peerId(), why);
        links.remove(link.peerId());
        listener().linkDown(link.peerId(), link.number);
    }

    /** Calls a peer; {@link PeerDialer#failed} is told, on the loop, if it comes to nothing. */
    void dial(PeerAddress peer) {
        if (closing) {
            return;
        }
        resolver.execute(() -> {
            try {
                var addresses = InetAddress.getAllByName(peer.host());
                var address = addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
                connect(peer, new InetSocketAddress(address, peer.port()))
                        .addListener(done -> {
                            if (!done.isSuccess()) {
                                unreachable(peer, String.valueOf(done.cause().getMessage()));
                            }
                        });
            } catch (UnknownHostException unknown) {
                unreachable(peer, "its name can't be resolved");
            }
        });
    }

    private ChannelFuture connect(PeerAddress peer, InetSocketAddress address) {
        return new Bootstrap().group(network.peers()).channel(network.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, settings.timeoutMs()).handler(new Connecting(peer.id()))
                .connect(address);
    }

    private void unreachable(PeerAddress peer, String why) {
        LOG.debug("can't reach member {} at {}:{}: {}", peer.id(), peer.host(), peer.port(), why);
        loop.execute(() -> failed(peer.id()));
    }

    private boolean isCurrent(PeerLink link) {
        return links.get(link.peerId()) == link;
    }

    private void failed(int peer) {
        var dialer = dialers.get(peer);
        if (dialer != null) {
            dialer.failed();
        }
    }

    private LocalInfo local() {
        return Objects.requireNonNull(self);
    }

    private Listener listener() {
        return Objects.requireNonNull(listener);
    }

    /** Sets up a new connection, dialed or accepted. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when a channel is closed
    private final class Connecting extends ChannelInitializer<Channel> {
        private final int dialed;

        Connecting(int dialed) {
            this.dialed = dialed;
        }

        @Override
        protected void initChannel(Channel channel) {
            var local = self;
            if (local == null) {
                channel.close();
                return;
            }
            if (dialed == 0) {
                channel.closeFuture().addListener(closed -> accepted.decrementAndGet());
                if (accepted.incrementAndGet() > MAX_STRANGERS + called) {
                    refused(String.valueOf(channel.remoteAddress()), "too many connections to the peer port");
                    channel.close();
                    return;
                }
            }
            byte[] nonce = new byte[PeerHello.NONCE_BYTES];
            random.nextBytes(nonce);
            var frames = new PeerFrames();
            int timeoutMs = settings.timeoutMs();
            channel.pipeline().addLast(
                    new IdleStateHandler(2L * timeoutMs, Math.max(1, timeoutMs / 3), 0, TimeUnit.MILLISECONDS), frames,
                    new PeerConnection(PeerTransport.this, channel, frames, dialed,
                            new PeerHello(local, proof != null, nonce)));
        }
    }
}
