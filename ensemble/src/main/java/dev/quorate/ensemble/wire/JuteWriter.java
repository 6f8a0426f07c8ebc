package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Names;
import dev.quorate.ensemble.tree.Stat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jute's types, written straight into the outgoing buffer. */
final class JuteWriter {
    private JuteWriter() {}

    static void string(String text, ByteBuf out) {
        int at = out.writerIndex();
        out.writeInt(0);
        out.setInt(at, ByteBufUtil.writeUtf8(out, text));
    }

    /** A null is written as length −1. */
    static void bytes(@Nullable Bytes bytes, ByteBuf out) {
        if (bytes == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(bytes.length());
            out.writeBytes(bytes.array(), bytes.offset(), bytes.length());
        }
    }

    static void names(Names names, ByteBuf out) {
        out.writeInt(names.count());
        Bytes packed = names.packed();
        out.writeBytes(packed.array(), packed.offset(), packed.length());
    }

    static void strings(List<String> texts, ByteBuf out) {
        out.writeInt(texts.size());
        for (String text : texts) {
            string(text, out);
        }
    }

    static void acl(List<Acl> acl, ByteBuf out) {
        out.writeInt(acl.size());
        for (Acl line : acl) {
            out.writeInt(line.perms());
            string(line.identity().scheme(), out);
            string(line.identity().id(), out);
        }
    }

    static void stat(Stat stat, ByteBuf out) {
        out.writeLong(stat.czxid());
        out.writeLong(stat.mzxid());
        out.writeLong(stat.ctimeMs());
        out.writeLong(stat.mtimeMs());
        out.writeInt(stat.version());
        out.writeInt(stat.cversion());
        out.writeInt(stat.aversion());
        out.writeLong(stat.ephemeralOwner());
        out.writeInt(stat.dataLength());
        out.writeInt(stat.numChildren());
        out.writeLong(stat.pzxid());
    }
}
