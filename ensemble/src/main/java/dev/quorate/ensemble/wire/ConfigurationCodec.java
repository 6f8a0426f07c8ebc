package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Membership;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.PendingChange;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configurations and their members as bytes, in entries and snapshots. */
final class ConfigurationCodec {
    private static final int SMALLEST_MEMBER_BYTES = 17;

    private ConfigurationCodec() {}

    static void write(Configuration configuration, ByteWriter out) {
        out.writeLong(configuration.version());
        out.writeInt(configuration.level());
        out.writeInt(configuration.highestId());
        writeMembers(configuration.members(), out);
        List<ConfigMember> next = configuration.next();
        out.writeBoolean(next != null);
        if (next != null) {
            writeMembers(next, out);
        }
    }

    static Configuration read(ByteReader in) throws MalformedPacket {
        long version = in.readLong();
        int level = in.readInt();
        int highestId = in.readInt();
        List<ConfigMember> members = readMembers(in);
        List<ConfigMember> next = in.readBoolean() ? readMembers(in) : null;
        try {
            return new Configuration(version, level, highestId, members, next);
        } catch (IllegalArgumentException e) {
            throw new MalformedPacket("not a configuration: " + e.getMessage());
        }
    }

    static void writeNullable(@Nullable Membership membership, ByteWriter out) {
        out.writeBoolean(membership != null);
        if (membership != null) {
            write(membership.configuration(), out);
            out.writeLong(membership.jointFor());
            PendingChange change = membership.pending();
            out.writeBoolean(change != null);
            if (change != null) {
                out.writeLong(change.zxid());
                out.writeInt(change.origin().id());
                out.writeLong(change.origin().incarnation());
                out.writeLong(change.origin().boot());
                out.writeLong(change.seq());
                out.writeInt(change.level());
                writeMembers(change.members(), out);
            }
        }
    }

    static @Nullable Membership readNullable(ByteReader in) throws MalformedPacket {
        return in.readBoolean()
                ? new Membership(read(in), in.readLong(), in.readBoolean() ? readChange(in) : null)
                : null;
    }

    private static PendingChange readChange(ByteReader in) throws MalformedPacket {
        long zxid = in.readLong();
        Origin origin = new Origin(in.readInt(), in.readLong(), in.readLong());
        return new PendingChange(zxid, origin, in.readLong(), in.readInt(), readMembers(in));
    }

    static void writeMembers(List<ConfigMember> members, ByteWriter out) {
        out.writeInt(members.size());
        for (ConfigMember member : members) {
            out.writeInt(member.id());
            out.writeLong(member.incarnation());
            out.writeBoolean(member.voter());
            out.writeString(member.address());
        }
    }

    static List<ConfigMember> readMembers(ByteReader in) throws MalformedPacket {
        int count = in.readCount(SMALLEST_MEMBER_BYTES);
        List<ConfigMember> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(new ConfigMember(in.readInt(), in.readLong(), in.readBoolean(), in.readString()));
        }
        return members;
    }
}
