package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport.PeerAddress;
import dev.quorate.ensemble.tree.ServerLine;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where other members reach this one: as the config file says at the start, then as the configuration in force says.
 * Only the loop touches it.
 */
final class PeerPort {
    private static final Logger LOG = LoggerFactory.getLogger(PeerPort.class);
    private static final int RETRY_MS = 1000;

    private final Network network;
    private final @Nullable String bind;
    private final Executor loop;
    private final ChannelInitializer<Channel> accepting;
    private @Nullable InetSocketAddress wanted;
    private volatile @Nullable Channel listening;
    private volatile boolean closed;

    /** @param bind the address to listen on, whatever the configuration says; null when that decides */
    PeerPort(Network network, @Nullable String bind, Executor loop, ChannelInitializer<Channel> accepting) {
        this.network = network;
        this.bind = bind;
        this.loop = loop;
        this.accepting = accepting;
    }

    /** @throws IOException when the address is taken or is not one of this machine */
    void listen(InetSocketAddress address) throws IOException {
        wanted = address;
        var bound = bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen for members on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        listening = bound.channel();
    }

    /**
     * The configuration names this address for this member: listens there too, and on the former one until that has
     * succeeded, where both can be.
     */
    void follow(PeerAddress self) {
        var host = bind != null ? bind : ServerLine.isLoopback(self.host()) ? self.host() : null;
        var address = host == null ? new InetSocketAddress(self.port()) : new InetSocketAddress(host, self.port());
        if (wanted == null || !covers(wanted, address)) {
            wanted = address;
            move(address);
        }
    }

    /** From the thread that ends the process. */
    void close() {
        closed = true;
        var channel = listening;
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }

    private void move(InetSocketAddress address) {
        if (closed || !address.equals(wanted)) {
            return;
        }
        var former = listening;
        if (former == null || !excludes((InetSocketAddress) former.localAddress(), address)) {
            open(address);
        } else {
            listening = null;
            former.close().addListener(closed -> loop.execute(() -> open(address)));
        }
    }

    private void open(InetSocketAddress address) {
        bind(address).addListener((ChannelFuture bound) -> loop.execute(() -> moved(address, bound)));
    }

    /**
     * Whether a socket that listens there must be closed before one can listen at {@code address}: all of a port
     * includes each part.
     */
    private static boolean excludes(InetSocketAddress listened, InetSocketAddress address) {
        return listened.getPort() == address.getPort() && address.getAddress().isAnyLocalAddress();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when the former port is closed
    private void moved(InetSocketAddress address, ChannelFuture bound) {
        if (bound.isSuccess()) {
            LOG.info("listens for members on {}", address);
            var former = listening;
            listening = bound.channel();
            if (former != null) {
                former.close();
            }
            if (closed) {
                bound.channel().close();
            }
        } else {
            LOG.warn("the configuration says that this member is reached at {}, but it can't listen there: {}", address,
                    bound.cause().getMessage());
            network.peers().schedule(() -> loop.execute(() -> move(address)), RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private ChannelFuture bind(InetSocketAddress address) {
        return new ServerBootstrap().group(network.peers()).channel(network.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true).childHandler(accepting).bind(address);
    }

    private static boolean covers(InetSocketAddress listened, InetSocketAddress address) {
        return listened.equals(address)
                || (listened.getPort() == address.getPort() && listened.getAddress().isAnyLocalAddress());
    }
}
