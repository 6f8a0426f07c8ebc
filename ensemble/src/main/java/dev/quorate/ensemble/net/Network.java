package dev.quorate.ensemble.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The threads that all sockets of a member share, and which kind of socket they work with: epoll where it is there,
 * else NIO. The first thread is also the loop's and has the links to the other members, so that a proposal, an
 * acknowledgment or a commit wakes one thread a member and no more; clients have the others, or the first where it is
 * the only one.
 */
public final class Network implements AutoCloseable {
    private final EventLoopGroup home;
    private final EventLoopGroup clients;
    private final boolean epoll;

    /** @param threads how many, from 1 */
    public Network(int threads) {
        this.epoll = Epoll.isAvailable();
        this.home = group(1, "loop");
        this.clients = threads == 1 ? home : group(threads - 1, "net");
    }

    private EventLoopGroup group(int threads, String name) {
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name), handlers);
    }

    /** The thread that the loop shares with the links to other members. */
    public ScheduledExecutorService loop() {
        return home.next();
    }

    EventLoop peers() {
        return home.next();
    }

    EventLoopGroup clients() {
        return clients;
    }

    Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends SocketChannel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Closes every channel that is left and ends the threads. */
    @Override
    public void close() {
        var clientsEnded = clients.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS);
        home.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
        clientsEnded.awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
