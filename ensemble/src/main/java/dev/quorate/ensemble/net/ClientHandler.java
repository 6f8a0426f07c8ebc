package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Clients.ClientRequest;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.wire.ClientCodec;
import dev.quorate.ensemble.wire.ConnectResponse;
import dev.quorate.ensemble.wire.MalformedPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The network's end of a client connection. Requests of one read go to the loop as one batch; output is encoded only as
 * fast as the client reads, so a client that does not read costs references to values, not copies of them. All methods
 * run on the channel's own thread, save {@link #deliver} and {@link #resumeLater}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is told as such
final class ClientHandler extends ChannelInboundHandlerAdapter {
    private static final int CHUNK_BYTES = 64 << 10;

    /** Where a connection is in its life; a packet means something else in each. */
    private enum Phase {
        NEW,
        /** A four-letter word is being answered; then it ends, even if the client has sent its last byte. */
        ANSWERING,
        CONNECTING,
        CONNECTED,
        CLOSING
    }

    private final ClientServer server;
    private final Channel channel;
    private final LoopConnection connection;
    private final Arrivals arrivals = new Arrivals();
    private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();
    private List<ClientRequest> batch = new ArrayList<>();
    private long batchBytes;
    private int outstanding;
    private long outstandingBytes;
    private Phase phase = Phase.NEW;
    private boolean knownToLoop;
    private boolean withReadOnly;
    private boolean awaitingAdmission;
    private boolean slow;

    ClientHandler(ClientServer server, Channel channel, String remoteAddress) {
        this.server = server;
        this.channel = channel;
        this.connection = new LoopConnection(this, server.unread(), remoteAddress);
    }

    /** The connection is open: it has to say soon what it wants. */
    void opened() {
        server.unread().entered(connection);
        channel.closeFuture().addListener(closed -> connection.closed());
        channel.eventLoop().schedule(() -> {
            if (phase == Phase.NEW) {
                channel.close();
            }
        }, server.limits().connections().handshakeTimeoutMs(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws MalformedPacket {
        if (message instanceof String word) {
            if (phase != Phase.NEW) {
                return;
            }
            phase = Phase.ANSWERING;
            server.words().answer(word, text -> channel.eventLoop().execute(() -> writeWord(text)));
            return;
        }
        var packet = (ByteBuf) message;
        try {
            switch (phase) {
                case NEW -> connect(packet);
                case CONNECTING, CONNECTED -> add(packet);
                case ANSWERING, CLOSING -> packet.skipBytes(packet.readableBytes());
            }
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        submit();
        regulate();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            drain();
        } else {
            watchProgress();
        }
        regulate();
    }

    /** Clients of words may close their side as soon as they have asked; from any other that is the end. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && phase != Phase.ANSWERING) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        phase = Phase.CLOSING;
        outgoing.clear();
        giveBack(outstanding);
        if (knownToLoop) {
            server.loop().execute(() -> server.clients().disconnected(connection));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var reason = cause instanceof DecoderException && cause.getCause() != null
                ? cause.getCause()
                : cause;
        switch (reason) {
            case TooLongFrameException tooLong -> server.refused(server.traffic().tooLarge, connection,
                    "sent a packet that is longer than jute.maxbuffer allows: " + tooLong.getMessage());
            case CorruptedFrameException bad -> server.refused(server.traffic().malformed, connection,
                    "sent bytes that are no packet: " + bad.getMessage());
            case MalformedPacket bad -> server.refused(server.traffic().malformed, connection,
                    "sent a malformed packet: " + bad.getMessage());
            case IOException broken -> server.broken(connection, broken);
            default -> server.failed(connection, reason);
        }
        phase = Phase.CLOSING;
        channel.close();
    }

    /** A client that missed an answer must not wait for it, nor get the ones behind it. */
    private void failed(Throwable cause) {
        server.failed(connection, cause);
        phase = Phase.CLOSING;
        channel.close();
    }

    /** From the loop: what a batch has for this client. */
    void deliver(Outgoing.Batch output) {
        try {
            channel.eventLoop().execute(() -> acceptOrClose(output));
        } catch (RejectedExecutionException ended) {
            server.broken(connection, ended); // the network has ended before the loop has
        }
    }

    /** From any thread: there is room for requests again. */
    void resumeLater() {
        channel.eventLoop().execute(() -> {
            awaitingAdmission = false;
            regulate();
        });
    }

    /** How long replies may be that wait for this client, before its reads do. */
    long maxUnreadBytes() {
        return server.limits().connections().maxUnreadBytes();
    }

    /** The client has read so much that its reads are answered again. */
    void drained() {
        server.loop().execute(() -> server.clients().drained(connection));
    }

    private void connect(ByteBuf packet) throws MalformedPacket {
        var request = ClientCodec.decodeConnect(packet);
        phase = Phase.CONNECTING;
        withReadOnly = request.hasReadOnly();
        knownToLoop = true;
        server.loop().execute(() -> server.clients().connect(connection, request.lastZxidSeen(), request.timeoutMs(),
                request.sessionId(), request.password().toArray()));
    }

    private void add(ByteBuf packet) throws MalformedPacket {
        batchBytes += packet.readableBytes();
        var decoded = ClientCodec.decodeRequest(packet);
        batch.add(new ClientRequest(decoded.xid(), decoded.request()));
    }

    /** Hands the requests to the loop, unless the session is not established yet: then they wait. */
    private void submit() {
        if (batch.isEmpty() || phase != Phase.CONNECTED) {
            return;
        }
        var requests = batch;
        batch = new ArrayList<>(Math.min(requests.size(), 64));
        outstanding += requests.size();
        outstandingBytes += batchBytes;
        server.admission().take(requests.size(), batchBytes);
        server.traffic().packetsReceived.add(requests.size());
        arrivals.add(requests.size(), System.nanoTime());
        batchBytes = 0;
        server.loop().execute(() -> server.clients().requests(connection, requests));
    }

    private void acceptOrClose(Outgoing.Batch output) {
        try {
            accept(output);
        } catch (Throwable failed) { // want of memory included: it is this client's answer that asked for it
            failed(failed);
        }
    }

    private void accept(Outgoing.Batch output) {
        giveBack(Math.min(output.credit(), outstanding));
        if (phase == Phase.CLOSING) {
            return;
        }
        outgoing.addAll(output.items());
        drain();
        if (outgoing.size() > server.limits().connections().maxQueued()) {
            cutOff(outgoing.size() + " replies and events wait for it and it does not read");
        }
        regulate();
    }

    private void giveBack(int requests) {
        if (requests == 0) {
            return;
        }
        long bytes = requests == outstanding ? outstandingBytes : outstandingBytes / outstanding * requests;
        outstanding -= requests;
        outstandingBytes -= bytes;
        server.admission().give(requests, bytes);
    }

    /** Encodes what waits, a chunk at a time, for as long as the socket takes it. */
    private void drain() {
        while (!outgoing.isEmpty() && channel.isWritable() && phase != Phase.CLOSING) {
            ByteBuf out = channel.alloc().ioBuffer(Math.min(CHUNK_BYTES, outgoing.size() * 128));
            long bytes;
            try {
                bytes = encodeChunk(out);
            } catch (Throwable failed) {
                out.release();
                throw failed;
            }
            var written = channel.writeAndFlush(out).addListener(done -> connection.sent(bytes));
            if (phase == Phase.CLOSING) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    /** About how much of what waited is in it. */
    private long encodeChunk(ByteBuf out) {
        long nowNs = System.nanoTime();
        long bytes = 0;
        while (!outgoing.isEmpty() && out.readableBytes() < CHUNK_BYTES && phase != Phase.CLOSING) {
            var next = outgoing.poll();
            bytes += next.bytes();
            encode(next, out, nowNs);
        }
        return bytes;
    }

    private void encode(Outgoing item, ByteBuf out, long nowNs) {
        switch (item) {
            case Outgoing.Connected connected -> {
                ClientCodec.encodeConnect(new ConnectResponse(connected.timeoutMs(), connected.sessionId(),
                        new Bytes(connected.password()), withReadOnly), out);
                if (connected.timeoutMs() > 0) {
                    phase = Phase.CONNECTED;
                    submit();
                }
            }
            case Outgoing.Reply reply -> {
                ClientCodec.encodeReply(reply.xid(), reply.zxid(), reply.response(), out);
                server.traffic().latencyNs().record(nowNs - arrivals.next(nowNs));
                server.traffic().packetsSent.increment();
            }
            case Outgoing.Event event -> {
                ClientCodec.encodeEvent(event.event(), out);
                server.traffic().packetsSent.increment();
            }
            case Outgoing.Close close -> phase = Phase.CLOSING;
        }
    }

    /** Reads on, or stops reading, as the limits say. */
    private void regulate() {
        boolean room = outstanding < server.limits().requests().perConnection() && outgoing.isEmpty()
                && channel.isWritable() && phase != Phase.CONNECTING;
        if (room && phase == Phase.CONNECTED && server.admission().isFullFor(outstanding)) {
            room = false;
            if (!awaitingAdmission) {
                awaitingAdmission = true;
                server.admission().await(this);
            }
        }
        if (channel.config().isAutoRead() != room) {
            channel.config().setAutoRead(room);
        }
    }

    /** The socket's buffer is full: if none of it has gone when the limit is over, the client is cut off. */
    private void watchProgress() {
        if (slow) {
            return;
        }
        slow = true;
        long pendingBytes = pendingBytes();
        channel.eventLoop().schedule(() -> {
            slow = false;
            if (!channel.isActive() || channel.isWritable()) {
                return;
            }
            if (pendingBytes() < pendingBytes) {
                watchProgress();
            } else {
                cutOff("it has not read anything for " + server.limits().connections().slowTimeoutMs() + " ms");
            }
        }, server.limits().connections().slowTimeoutMs(), TimeUnit.MILLISECONDS);
    }

    private long pendingBytes() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** From any thread. */
    void cutOffLater(String why) {
        channel.eventLoop().execute(() -> cutOff(why));
    }

    private void cutOff(String why) {
        server.refused(server.traffic().slowClosed, connection, "is cut off: " + why);
        phase = Phase.CLOSING;
        channel.close();
    }

    private void writeWord(String text) {
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
