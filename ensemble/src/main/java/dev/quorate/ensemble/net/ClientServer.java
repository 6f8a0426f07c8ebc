package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Clients;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client port. It counts connections before it reads a byte of them, and whatever one of them sends concerns that
 * one alone.
 */
public final class ClientServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientServer.class);
    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final Network network;
    private final ClientLimits limits;
    private final Executor loop;
    private final Clients clients;
    private final Words words;
    private final Traffic traffic = new Traffic();
    private final Admission admission;
    private final Unread unread;
    private final RateLimitedLog strangers = new RateLimitedLog(LOG, 100);
    private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();
    private volatile int connectionsPerAddress;
    private @Nullable Channel listening;

    /** Answers four-letter words. */
    public interface Words {
        /** @param reply takes the whole answer, from any thread; the connection is closed after it */
        void answer(String word, Consumer<String> reply);
    }

    /**
     * @param loop runs on the loop what is handed to it, in order
     * @param clients told, on the loop, what clients do
     */
    public ClientServer(Network network, ClientLimits limits, Executor loop, Clients clients, Words words) {
        this.network = network;
        this.limits = limits;
        this.connectionsPerAddress = limits.connections().perAddress();
        this.loop = loop;
        this.clients = clients;
        this.words = words;
        this.admission = new Admission(limits.requests());
        this.unread = new Unread(limits.connections().maxUnreadInAllBytes());
    }

    /**
     * Listens from now on.
     *
     * @param address port 0 takes a free one
     * @return the address that is listened on
     * @throws IOException when the address is taken or is not one of this machine
     */
    public InetSocketAddress listen(InetSocketAddress address) throws IOException {
        var bound = new ServerBootstrap().group(network.clients()).channel(network.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true).childHandler(new Acceptor())
                .bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("can't listen for clients on " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        listening = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /**
     * Changes the limit for connections that come from now on; those that are open stay.
     *
     * @param limit how many one address may have; 0 for no limit
     */
    public void connectionsPerAddress(int limit) {
        connectionsPerAddress = limit;
    }

    /** What the port has seen. */
    public Traffic traffic() {
        return traffic;
    }

    /** Requests that are not answered yet. */
    public int outstanding() {
        return admission.outstanding();
    }

    /** Accepts nobody any more; open connections stay. */
    @Override
    public void close() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
    }

    ClientLimits limits() {
        return limits;
    }

    Executor loop() {
        return loop;
    }

    Clients clients() {
        return clients;
    }

    Words words() {
        return words;
    }

    Admission admission() {
        return admission;
    }

    Unread unread() {
        return unread;
    }

    /** A client did what it must not, and is closed. */
    void refused(LongAdder counter, LoopConnection connection, String why) {
        counter.increment();
        strangers.warn("client " + connection.remoteAddress() + " " + why);
    }

    void broken(LoopConnection connection, Exception cause) {
        LOG.debug("connection of client {} broke: {}", connection.remoteAddress(), cause.getMessage());
    }

    void failed(LoopConnection connection, Throwable cause) {
        LOG.error("connection of client {} is closed because of an internal error", connection.remoteAddress(), cause);
    }

    /** Lets a connection in, or closes it at once. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when a channel is closed
    private final class Acceptor extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            var from = channel.remoteAddress().getAddress();
            var why = enter(from);
            if (why != null) {
                traffic.rejected.increment();
                strangers.warn("client " + from.getHostAddress() + " is refused: " + why);
                channel.close();
                return;
            }
            channel.closeFuture().addListener(closed -> leave(from));
            var handler = new ClientHandler(ClientServer.this, channel, withoutZone(from));
            channel.pipeline().addLast(new ClientFrames(limits.requests().maxPacketBytes()), handler);
            handler.opened();
        }

        private @Nullable String enter(InetAddress from) {
            var connections = limits.connections();
            if (traffic.connections.incrementAndGet() > connections.total() && connections.total() > 0) {
                traffic.connections.decrementAndGet();
                return "there are " + connections.total() + " connections already (maxCnxns)";
            }
            int limit = connectionsPerAddress;
            if (perAddress.merge(from, 1, Integer::sum) > limit && limit > 0) {
                leave(from);
                return "there are " + limit + " from its address already (maxClientCnxns)";
            }
            return null;
        }

        private void leave(InetAddress from) {
            traffic.connections.decrementAndGet();
            perAddress.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
        }

        private static String withoutZone(InetAddress address) {
            var text = address.getHostAddress();
            int zone = text.indexOf('%');
            return zone < 0 ? text : text.substring(0, zone);
        }
    }
}
