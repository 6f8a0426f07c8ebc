package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** A {@link Directory} as bytes: version, number of members, then id, port and host of each. */
final class PeerDirectory {
    private static final int MAX_MEMBERS = 1000;

    private PeerDirectory() {}

    static byte[] encode(Directory directory) {
        var out = Unpooled.buffer();
        out.writeLong(directory.version());
        out.writeShort(directory.members().size());
        for (var member : directory.members()) {
            byte[] host = member.host().getBytes(StandardCharsets.UTF_8);
            out.writeInt(member.id());
            out.writeShort(member.port());
            out.writeShort(host.length);
            out.writeBytes(host);
        }
        return ByteBufUtil.getBytes(out);
    }

    /** @throws CorruptedFrameException when the bytes are not a directory */
    static Directory decode(ByteBuf in) {
        try {
            long version = in.readLong();
            int count = in.readUnsignedShort();
            if (count > MAX_MEMBERS) {
                throw new CorruptedFrameException("a directory of " + count + " members");
            }
            var members = new ArrayList<PeerAddress>();
            for (int i = 0; i < count; i++) {
                int id = in.readInt();
                int port = in.readUnsignedShort();
                members.add(new PeerAddress(id, in.readString(in.readUnsignedShort(), StandardCharsets.UTF_8), port));
            }
            return new Directory(version, members);
        } catch (IndexOutOfBoundsException tooShort) {
            throw new CorruptedFrameException("a directory that ends too early", tooShort);
        }
    }
}
