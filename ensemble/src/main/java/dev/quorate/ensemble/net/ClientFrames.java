package dev.quorate.ensemble.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a client's bytes into packets. The first four bytes may be a four-letter word instead of a length: no packet is
 * long enough to look like one. Until the connect request is through, no longer packet than that is waited for.
 */
final class ClientFrames extends LengthFieldBasedFrameDecoder {
    private static final int LENGTH_BYTES = 4;
    private static final int MAX_CONNECT_BYTES = 1024;

    private boolean first = true;

    ClientFrames(int maxPacketBytes) {
        super(Math.max(maxPacketBytes, MAX_CONNECT_BYTES) + LENGTH_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
    }

    /** A {@code String} is a word, a {@code ByteBuf} a packet without its length. */
    @Override
    protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
        if (!first) {
            return super.decode(context, in);
        }
        if (in.readableBytes() < LENGTH_BYTES) {
            return null;
        }
        if (startsWithWord(in)) {
            var word = in.readCharSequence(LENGTH_BYTES, StandardCharsets.US_ASCII).toString();
            in.skipBytes(in.readableBytes());
            return word;
        }
        int length = in.getInt(in.readerIndex());
        if (length > MAX_CONNECT_BYTES) {
            throw new TooLongFrameException("connect request of " + length + " bytes");
        }
        var connect = super.decode(context, in);
        first = connect == null;
        return connect;
    }

    private static boolean startsWithWord(ByteBuf in) {
        for (int i = 0; i < LENGTH_BYTES; i++) {
            int letter = in.getByte(in.readerIndex() + i);
            if (letter < 'a' || letter > 'z') {
                return false;
            }
        }
        return true;
    }
}
