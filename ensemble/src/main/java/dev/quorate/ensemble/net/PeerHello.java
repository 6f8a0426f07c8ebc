package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport.LocalInfo;
import dev.quorate.ensemble.zab.PeerInfo;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;

/**
 * The first thing both sides of a link say.
 *
 * @param member who speaks
 * @param authenticates whether it has a key and so demands a proof
 * @param nonce random, different for each connection: a recorded proof is worth nothing
 */
record PeerHello(LocalInfo member, boolean authenticates, byte[] nonce) {
    static final int NONCE_BYTES = 32;

    private static final int MAGIC = 0x51525052; // "QRPR"
    private static final int VERSION = 1;
    private static final int MAX_TEXT_BYTES = 300;

    void encode(ByteBuf out) {
        out.writeInt(MAGIC);
        out.writeShort(VERSION);
        out.writeInt(member.id());
        out.writeLong(member.info().incarnation());
        out.writeLong(member.info().boot());
        out.writeBoolean(member.info().founded());
        out.writeInt(member.info().level());
        out.writeBoolean(authenticates);
        writeText(member.clusterId(), out);
        writeText(member.clientAddress(), out);
        out.writeBytes(nonce);
    }

    /** @throws CorruptedFrameException when the bytes are not a greeting of this version */
    static PeerHello decode(ByteBuf in) {
        try {
            if (in.readInt() != MAGIC) {
                throw new CorruptedFrameException("bytes that are not a member's greeting");
            }
            int version = in.readUnsignedShort();
            if (version != VERSION) {
                throw new CorruptedFrameException("version " + version + " of the peer protocol, this member knows "
                        + VERSION + ": run builds that know a version in common");
            }
            int id = in.readInt();
            var info = new PeerInfo(in.readLong(), in.readLong(), in.readBoolean(), in.readInt());
            boolean authenticates = in.readBoolean();
            var member = new LocalInfo(id, readText(in), info, readText(in));
            byte[] nonce = new byte[NONCE_BYTES];
            in.readBytes(nonce);
            return new PeerHello(member, authenticates, nonce);
        } catch (IndexOutOfBoundsException tooShort) {
            throw new CorruptedFrameException("a greeting that ends too early", tooShort);
        }
    }

    private static void writeText(String text, ByteBuf out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalStateException("longer than " + MAX_TEXT_BYTES + " bytes: " + text);
        }
        out.writeShort(bytes.length);
        out.writeBytes(bytes);
    }

    private static String readText(ByteBuf in) {
        int length = in.readUnsignedShort();
        if (length > MAX_TEXT_BYTES) {
            throw new CorruptedFrameException("a greeting with a text of " + length + " bytes");
        }
        return in.readString(length, StandardCharsets.UTF_8);
    }
}
