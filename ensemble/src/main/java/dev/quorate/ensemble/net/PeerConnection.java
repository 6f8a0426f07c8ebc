package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport.LocalInfo;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.PeerCodec;
import dev.quorate.ensemble.zab.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The network's end of a connection between two members, whichever of them dialed. Both greet at once; each answers the
 * other's greeting with its proof; the member with the larger id then says that the connection is to be the link. Since
 * one side alone decides, two connections that were opened at the same moment can't both be given up.
 *
 * <p>All methods run on the channel's own thread, save those that say so.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is told as such
final class PeerConnection extends ChannelInboundHandlerAdapter {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int MIN_HANDSHAKE_MS = 2000;
    private static final long MAX_UNPROCESSED_BYTES = 16 << 20;

    private enum Phase {
        GREETED,
        PROVING,
        AWAITING_ADOPTION,
        OPEN,
        CLOSED
    }

    private final PeerTransport transport;
    private final Channel channel;
    private final PeerFrames frames;
    private final int dialed;
    private final AtomicLong unprocessedBytes = new AtomicLong();
    private volatile boolean held;
    private final byte[] ownHello;
    private byte[] otherHello = {};
    private Phase phase = Phase.GREETED;
    private List<Message> batch = new ArrayList<>();
    private long batchBytes;
    private volatile String closeReason = "the connection broke";
    private volatile @Nullable LocalInfo other;

    /** The loop's own: the link that this connection became. */
    @Nullable
    PeerLink link;

    /**
     * @param dialed id of the member that was called; 0 when this connection was accepted
     * @param hello what this member says of itself
     */
    PeerConnection(PeerTransport transport, Channel channel, PeerFrames frames, int dialed, PeerHello hello) {
        this.transport = transport;
        this.channel = channel;
        this.frames = frames;
        this.dialed = dialed;
        var body = Unpooled.buffer();
        hello.encode(body);
        this.ownHello = ByteBufUtil.getBytes(body);
    }

    /** Id of the member that was called; 0 when this connection was accepted. */
    int dialed() {
        return dialed;
    }

    /** Who is on the other side, once it has proved it. */
    LocalInfo other() {
        var known = other;
        if (known == null) {
            throw new IllegalStateException("the other side is not authenticated yet");
        }
        return known;
    }

    String closeReason() {
        return closeReason;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        send(PeerFrames.Kind.HELLO, ownHello);
        channel.eventLoop().schedule(() -> {
            if (phase != Phase.OPEN && channel.isActive()) {
                close("the handshake took too long");
            }
        }, Math.max(MIN_HANDSHAKE_MS, transport.settings().timeoutMs()), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws MalformedPacket {
        var frame = (ByteBuf) message;
        try {
            if (phase != Phase.CLOSED) {
                read(PeerFrames.kind(frame), frame);
            }
        } finally {
            frame.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (batch.isEmpty()) {
            return;
        }
        var messages = batch;
        long bytes = batchBytes;
        batch = new ArrayList<>();
        batchBytes = 0;
        if (unprocessedBytes.addAndGet(bytes) > MAX_UNPROCESSED_BYTES) {
            channel.config().setAutoRead(false);
        }
        transport.loop().execute(() -> transport.received(this, messages, bytes));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent idle)) {
            return;
        }
        if (idle.state() == IdleState.WRITER_IDLE && phase == Phase.OPEN) {
            send(PeerFrames.Kind.KEEPALIVE, new byte[0]);
        } else if (idle.state() == IdleState.READER_IDLE && channel.config().isAutoRead()) {
            close("it was silent for " + 2 * transport.settings().timeoutMs() + " ms");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        phase = Phase.CLOSED;
        transport.loop().execute(() -> transport.closed(this));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof DecoderException || reason instanceof MalformedPacket) {
            transport.counters().badFrames.increment();
            refuse("it sent " + reason.getMessage());
        } else {
            close(String.valueOf(reason.getMessage()));
        }
    }

    /** From the loop: messages in their order, {@code bytes} as the link counted them. */
    void write(PeerLink from, List<Message> messages, long bytes) {
        try {
            channel.eventLoop().execute(() -> encode(from, messages, bytes));
        } catch (RejectedExecutionException ended) {
            closeReason = "the network of this member has ended";
        }
    }

    /** From the loop: this much of what was received has been handled. */
    void processed(long bytes) {
        unprocessedBytes.addAndGet(-bytes);
        readOnIfThereIsRoom();
    }

    /** From the loop: nothing more is read until {@link #readOn}. */
    void hold() {
        held = true;
        channel.config().setAutoRead(false);
    }

    /** From the loop. */
    void readOn() {
        held = false;
        readOnIfThereIsRoom();
    }

    private void readOnIfThereIsRoom() {
        if (!held && unprocessedBytes.get() < MAX_UNPROCESSED_BYTES / 2 && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** From the loop of the member with the larger id: this connection is the link now. */
    void adopt(long order) {
        send(PeerFrames.Kind.ADOPT, Unpooled.copyLong(order).array());
    }

    /** From the loop: where the members of this member's configuration are. */
    void tell(byte[] directory) {
        send(PeerFrames.Kind.DIRECTORY, directory);
    }

    /** From any thread. */
    void close(String reason) {
        closeReason = reason;
        channel.close();
    }

    private void read(PeerFrames.Kind kind, ByteBuf body) throws MalformedPacket {
        switch (kind) {
            case HELLO -> greeted(body);
            case PROOF -> proved(ByteBufUtil.getBytes(body));
            case ADOPT -> adopted(body);
            case MESSAGE -> {
                require(phase == Phase.OPEN, "a message before the handshake was through");
                batchBytes += body.readableBytes();
                batch.add(PeerCodec.decode(body));
            }
            case DIRECTORY -> {
                require(phase == Phase.OPEN, "a directory before the handshake was through");
                var directory = PeerDirectory.decode(body);
                transport.loop().execute(() -> transport.heardOf(this, directory));
            }
            // The other side's link is open before its loop gets round to the adoption.
            case KEEPALIVE -> require(phase == Phase.OPEN || phase == Phase.AWAITING_ADOPTION,
                    "a keepalive before the handshake was through");
        }
    }

    private void greeted(ByteBuf body) {
        require(phase == Phase.GREETED, "a second greeting");
        otherHello = ByteBufUtil.getBytes(body);
        var hello = PeerHello.decode(body);
        var objection = transport.objection(hello, dialed);
        if (objection != null) {
            refuse(objection);
            return;
        }
        phase = Phase.PROVING;
        other = hello.member();
        var proof = transport.proof();
        send(PeerFrames.Kind.PROOF, proof == null ? new byte[0] : proof.of(dialed != 0, ownHello, otherHello));
    }

    private void proved(byte[] given) {
        require(phase == Phase.PROVING, "a proof out of turn");
        var proof = transport.proof();
        if (proof != null && !PeerProof.matches(proof.of(dialed == 0, otherHello, ownHello), given)) {
            transport.counters().authFailures.increment();
            refuse("its key is not ours: give all members the same quorate.peerKeyFile");
            return;
        }
        frames.authenticated();
        if (transport.selfId() > other().id()) {
            phase = Phase.OPEN;
            transport.loop().execute(() -> transport.authenticated(this));
        } else {
            phase = Phase.AWAITING_ADOPTION;
        }
    }

    private void adopted(ByteBuf body) {
        require(phase == Phase.AWAITING_ADOPTION && body.readableBytes() == Long.BYTES, "an adoption out of turn");
        phase = Phase.OPEN;
        long order = body.readLong();
        transport.loop().execute(() -> transport.adopted(this, order));
    }

    private void encode(PeerLink from, List<Message> messages, long bytes) {
        ByteBuf out = channel.alloc().ioBuffer((int) Math.min(CHUNK_BYTES, bytes));
        long left = bytes;
        long chunkBytes = 0;
        for (var message : messages) {
            int start = PeerFrames.begin(PeerFrames.Kind.MESSAGE, out);
            PeerCodec.encode(message, out);
            PeerFrames.end(start, out);
            chunkBytes += PeerMessages.sizeOf(message);
            if (out.readableBytes() >= CHUNK_BYTES) {
                write(from, out, chunkBytes);
                left -= chunkBytes;
                chunkBytes = 0;
                out = channel.alloc().ioBuffer(Math.clamp(left, 256, CHUNK_BYTES));
            }
        }
        write(from, out, chunkBytes);
        channel.flush();
    }

    private void write(PeerLink from, ByteBuf out, long bytes) {
        channel.write(out).addListener(done -> {
            if (from.written(bytes) && done.isSuccess()) {
                transport.loop().execute(() -> transport.drained(from));
            }
        });
    }

    private void send(PeerFrames.Kind kind, byte[] body) {
        var out = channel.alloc().ioBuffer(body.length + 16);
        int start = PeerFrames.begin(kind, out);
        out.writeBytes(body);
        PeerFrames.end(start, out);
        channel.writeAndFlush(out);
    }

    private void refuse(String why) {
        phase = Phase.CLOSED;
        var known = other;
        transport.refused(known == null ? String.valueOf(channel.remoteAddress()) : "member " + known.id(), why);
        close(why);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new CorruptedFrameException(otherwise);
        }
    }
}
