package dev.quorate.sim.network;

import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.PeerCodec;
import dev.quorate.ensemble.zab.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Takes messages through their bytes, so that what arrives is what the codec makes of it. */
final class PeerWire {
    private final ByteBuf buffer = Unpooled.buffer(4096);

    /**
     * What one flush sends.
     *
     * @param bytes how much they are on the wire
     * @param checksum of these bytes
     */
    record Packed(List<Message> messages, long bytes, long checksum) {
        /** The end of the stream. */
        static final Packed END = new Packed(List.of(), 0, 0);
    }

    Packed pack(List<Message> messages) {
        List<Message> decoded = new ArrayList<>(messages.size());
        CRC32C checksum = new CRC32C();
        long bytes = 0;
        for (Message message : messages) {
            buffer.clear();
            PeerCodec.encode(message, buffer);
            int size = buffer.readableBytes();
            if (size > PeerCodec.sizeHint(message)) {
                throw new IllegalStateException("the size hint is too small for " + message);
            }
            bytes += size;
            checksum.update(buffer.array(), buffer.arrayOffset(), size);
            decoded.add(decode(message));
            if (buffer.isReadable()) {
                throw new IllegalStateException("the codec left bytes of " + message);
            }
        }
        return new Packed(decoded, bytes, checksum.getValue());
    }

    private Message decode(Message original) {
        try {
            return PeerCodec.decode(buffer);
        } catch (MalformedPacket malformed) {
            throw new IllegalStateException("the codec does not read what it wrote: " + original, malformed);
        }
    }
}
