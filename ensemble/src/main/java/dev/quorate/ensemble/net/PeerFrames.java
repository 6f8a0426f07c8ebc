package dev.quorate.ensemble.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Frames between members: four bytes length of the body, four bytes CRC32C of it, the body, whose first byte is its
 * {@link Kind}. TCP's own checksum misses too much for data that is to be kept. Strangers can't make a member wait for
 * a long frame: until the other side has proved who it is, a frame is short.
 */
final class PeerFrames extends LengthFieldBasedFrameDecoder {
    /** What a body is. */
    enum Kind {
        HELLO(1),
        PROOF(2),
        ADOPT(3),
        MESSAGE(4),
        KEEPALIVE(5),
        DIRECTORY(6);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /**
     * The longest body. It holds the longest request that {@code jute.maxbuffer} can allow, 64 MiB, with what stands
     * around it.
     */
    static final int MAX_BODY_BYTES = 80 << 20;

    /** The longest body before the other side is authenticated. */
    static final int MAX_HANDSHAKE_BYTES = 1024;

    private static final int LENGTH_BYTES = 4;
    private static final int CRC_BYTES = 4;
    private static final Kind[] KINDS = Kind.values();

    private boolean authenticated;

    PeerFrames() {
        super(MAX_BODY_BYTES + LENGTH_BYTES + CRC_BYTES, 0, LENGTH_BYTES, CRC_BYTES, LENGTH_BYTES);
    }

    /** From now on frames may be long. */
    void authenticated() {
        authenticated = true;
    }

    @Override
    protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
        if (!authenticated && in.readableBytes() >= LENGTH_BYTES
                && in.getUnsignedInt(in.readerIndex()) > MAX_HANDSHAKE_BYTES) {
            throw new TooLongFrameException("a frame that is longer than a handshake");
        }
        var frame = (ByteBuf) super.decode(context, in);
        if (frame == null) {
            return null;
        }
        int expected = frame.readInt();
        if (!frame.isReadable() || expected != crc(frame, frame.readerIndex(), frame.readableBytes())) {
            frame.release();
            throw new CorruptedFrameException("a frame with a wrong checksum");
        }
        return frame;
    }

    /** The kind of a body, which stands before the rest of it. */
    static Kind kind(ByteBuf body) {
        int code = body.readUnsignedByte();
        for (var kind : KINDS) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new CorruptedFrameException("a frame of unknown kind " + code);
    }

    /** Begins a frame; what is written after it is the body's rest. Gives what {@link #end} needs. */
    static int begin(Kind kind, ByteBuf out) {
        int start = out.writerIndex();
        out.writeZero(LENGTH_BYTES + CRC_BYTES);
        out.writeByte(kind.code);
        return start;
    }

    /** Ends a frame: fills in its length and checksum. */
    static void end(int start, ByteBuf out) {
        int body = start + LENGTH_BYTES + CRC_BYTES;
        int length = out.writerIndex() - body;
        if (length > MAX_BODY_BYTES) {
            throw new IllegalStateException("a message of " + length + " bytes is too long for a frame");
        }
        out.setInt(start, length);
        out.setInt(start + LENGTH_BYTES, crc(out, body, length));
    }

    private static int crc(ByteBuf buffer, int index, int length) {
        var crc = new CRC32C();
        for (var part : buffer.nioBuffers(index, length)) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }
}
