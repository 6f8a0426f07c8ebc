package dev.quorate.bench.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.HdrHistogram.Histogram;

/** One pipelined connection of the {@link Generator}: non-blocking, its output gathered and written once a turn. */
final class Connection {
    /** More than any load keeps in flight on one connection; a power of two. */
    private static final int WINDOW = 256;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final RequestSource source;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);
    private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 18);
    private final ReplyReader replies = new ReplyReader();
    private final long[] sentNanos = new long[WINDOW];
    private int sentXid;

    private Connection(SocketChannel channel, Selector selector, RequestSource source) throws IOException {
        this.channel = channel;
        this.source = source;
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    static Connection open(InetSocketAddress member, Selector selector, RequestSource source) throws IOException {
        return new Connection(BlockingClient.open(member).detach(), selector, source);
    }

    int inFlight() {
        return sentXid - replies.lastXid();
    }

    /** Adds a request to the output; {@link #flush} sends it. */
    void send(long nowNanos) {
        sentXid++;
        sentNanos[sentXid & (WINDOW - 1)] = nowNanos;
        source.next(out, sentXid);
    }

    /** Writes what is gathered; what the socket does not take waits until it can. */
    void flush() throws IOException {
        if (out.position() == 0) {
            return;
        }
        out.flip();
        channel.write(out);
        out.compact();
        int wanted = out.position() == 0 ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    /** Takes all replies that have arrived, with their latencies in ns, and tells how many there were. */
    int receive(Histogram latencies, long nowNanos) throws IOException {
        if (channel.read(in) < 0) {
            throw new IOException("The member closed a connection under load.");
        }
        in.flip();
        int before = replies.lastXid();
        while (replies.take(in)) {
        }
        in.compact();
        record(latencies, nowNanos, before);
        return replies.lastXid() - before;
    }

    /** Requests that were sent together and answered together are recorded together, which is much cheaper. */
    private void record(Histogram latencies, long nowNanos, int before) {
        int first = before + 1;
        while (first <= replies.lastXid()) {
            long sent = sentNanos[first & (WINDOW - 1)];
            int next = first + 1;
            while (next <= replies.lastXid() && sentNanos[next & (WINDOW - 1)] == sent) {
                next++;
            }
            latencies.recordValueWithCount(nowNanos - sent, next - first);
            first = next;
        }
    }

    /** Ends the session and the connection; all replies have been taken. */
    void close() throws IOException {
        key.cancel();
        channel.configureBlocking(true);
        try (channel) {
            channel.write(ByteBuffer.wrap(RequestBytes.closeSession()));
        }
    }
}
