package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Identity;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactions as the bytes that are logged and sent between members: format (1 byte), origin id (4), incarnation (8),
 * boot (8), seq (8), session (8), then the caller's identities and the command. What decoding yields may share the
 * payload's array.
 */
public final class TxnCodec {
    private static final byte FORMAT = 1;
    private static final int ID_AT = 1;
    private static final int INCARNATION_AT = 5;
    private static final int BOOT_AT = 13;
    private static final int SEQ_AT = 21;
    private static final int SESSION_AT = 29;
    private static final int HEADER_BYTES = 37;

    private static final int FOUND = 1;
    private static final int CREATE = 2;
    private static final int DELETE = 3;
    private static final int SET_DATA = 4;
    private static final int SET_ACL = 5;
    private static final int CHECK = 6;
    private static final int MULTI = 7;
    private static final int CREATE_SESSION = 8;
    private static final int ATTACH_SESSION = 9;
    private static final int CLOSE_SESSION = 10;
    private static final int DELETE_CONTAINER = 11;
    private static final int RECONFIG = 12;
    private static final int RAISE_LEVEL = 13;
    private static final int JOINT = 14;
    private static final int FINAL = 15;
    private static final int ABANDON = 16;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private TxnCodec() {}

    public static Payload encode(Txn txn) {
        ByteWriter out = new ByteWriter(HEADER_BYTES + 64 + estimate(txn.command()));
        out.writeByte(FORMAT);
        out.writeInt(txn.origin().id());
        out.writeLong(txn.origin().incarnation());
        out.writeLong(txn.origin().boot());
        out.writeLong(txn.seq());
        out.writeLong(txn.caller().sessionId());
        List<Identity> identities = txn.caller().identities();
        out.writeInt(identities.size());
        for (int i = 0; i < identities.size(); i++) {
            out.writeIdentity(identities.get(i));
        }
        writeCommand(txn.command(), out);
        return new Payload(out.toArray());
    }

    /** @throws MalformedPacket when the bytes are not a transaction */
    public static Txn decode(Payload payload) throws MalformedPacket {
        ByteReader in = new ByteReader(payload.bytes(), 0, payload.size());
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new MalformedPacket("a transaction of format " + format + "; this build knows " + FORMAT);
        }
        Origin origin = new Origin(in.readInt(), in.readLong(), in.readLong());
        long seq = in.readLong();
        long sessionId = in.readLong();
        int count = in.readCount(8);
        List<Identity> identities = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            identities.add(in.readIdentity());
        }
        Txn txn = new Txn(origin, seq, new Caller(sessionId, identities), readCommand(in));
        if (in.remaining() != 0) {
            throw new MalformedPacket(in.remaining() + " bytes behind the end of a transaction");
        }
        return txn;
    }

    /** The origin alone, without decoding the rest; the payload must be one that {@link #encode} made. */
    public static Origin origin(Payload payload) {
        byte[] bytes = payload.bytes();
        return new Origin((int) INT.get(bytes, ID_AT), (long) LONG.get(bytes, INCARNATION_AT),
                (long) LONG.get(bytes, BOOT_AT));
    }

    /** The origin's member id, without decoding the rest. */
    public static int originId(Payload payload) {
        return (int) INT.get(payload.bytes(), ID_AT);
    }

    /** The origin's number of the transaction, without decoding the rest. */
    public static long seq(Payload payload) {
        return (long) LONG.get(payload.bytes(), SEQ_AT);
    }

    /**
     * What an entry says of the members, without decoding the others: only the leader itself, origin 0, speaks of them.
     *
     * @throws IllegalStateException when the entry can't be read
     */
    public static @Nullable Configuration configuration(Entry entry) {
        if (originId(entry.payload()) != 0) {
            return null;
        }
        try {
            return switch (decode(entry.payload()).command()) {
                case Command.Found found -> found.configuration(entry.zxid());
                case Command.Joint joint -> joint.configuration();
                case Command.Final done -> done.configuration(entry.zxid());
                default -> null;
            };
        } catch (MalformedPacket e) {
            throw new IllegalStateException("an entry with a good checksum can't be read", e);
        }
    }

    /** The session whose client comes to another member with this transaction; 0 when it is about something else. */
    public static long attachedSession(Payload payload) {
        // Who connects has no session yet; most transactions need no further look.
        if ((long) LONG.get(payload.bytes(), SESSION_AT) != 0) {
            return 0;
        }
        ByteReader in = new ByteReader(payload.bytes(), HEADER_BYTES, payload.size());
        try {
            for (int i = in.readCount(8); i > 0; i--) {
                in.readIdentity();
            }
            return in.readByte() == ATTACH_SESSION ? in.readLong() : 0;
        } catch (MalformedPacket e) {
            throw new IllegalArgumentException("not a transaction", e);
        }
    }

    private static int estimate(Command command) {
        return switch (command) {
            case Command.Create create -> 64 + create.path().length() + length(create.data());
            case Command.SetData set -> 16 + set.path().length() + length(set.data());
            default -> 64;
        };
    }

    private static int length(@Nullable Bytes bytes) {
        return bytes == null ? 0 : bytes.length();
    }

    private static void writeMulti(Command.Multi multi, ByteWriter out) {
        out.writeByte(MULTI);
        out.writeInt(multi.ops().size());
        for (Command.Op op : multi.ops()) {
            writeOp(op, out);
        }
    }

    private static void writeCommand(Command command, ByteWriter out) {
        switch (command) {
            case Command.Op op -> writeOp(op, out);
            case Command.Multi multi -> writeMulti(multi, out);
            case Command.SetAcl set -> {
                out.writeByte(SET_ACL);
                out.writeString(set.path());
                out.writeAcl(set.acl());
                out.writeInt(set.version());
            }
            case Command.CreateSession create -> {
                out.writeByte(CREATE_SESSION);
                out.writeInt(create.timeoutMs());
            }
            case Command.AttachSession attach -> {
                out.writeByte(ATTACH_SESSION);
                out.writeLong(attach.sessionId());
                out.writeBytes(attach.password());
            }
            case Command.CloseSession close -> {
                out.writeByte(CLOSE_SESSION);
                out.writeLong(close.sessionId());
                out.writeBoolean(close.expired());
            }
            case Command.DeleteContainer delete -> {
                out.writeByte(DELETE_CONTAINER);
                out.writeString(delete.path());
            }
            case Command.Reconfig reconfig -> {
                out.writeByte(RECONFIG);
                out.writeString(reconfig.joining());
                out.writeString(reconfig.leaving());
                out.writeBoolean(reconfig.newMembers() != null);
                out.writeString(reconfig.newMembers() == null ? "" : reconfig.newMembers());
                out.writeLong(reconfig.fromVersion());
            }
            case Command.RaiseLevel raise -> {
                out.writeByte(RAISE_LEVEL);
                out.writeInt(raise.level());
            }
            case Command.Joint joint -> {
                out.writeByte(JOINT);
                out.writeLong(joint.change());
                ConfigurationCodec.write(joint.configuration(), out);
            }
            case Command.Final done -> {
                out.writeByte(FINAL);
                out.writeLong(done.change());
                out.writeInt(done.level());
                out.writeInt(done.highestId());
                ConfigurationCodec.writeMembers(done.members(), out);
            }
            case Command.Abandon abandon -> {
                out.writeByte(ABANDON);
                out.writeLong(abandon.change());
                out.writeInt(abandon.error().code());
            }
            case Command.Found found -> {
                out.writeByte(FOUND);
                out.writeInt(found.level());
                out.writeString(found.clusterId());
                out.writeBytes(found.clusterKey());
                ConfigurationCodec.writeMembers(found.members(), out);
            }
        }
    }

    private static void writeOp(Command.Op op, ByteWriter out) {
        switch (op) {
            case Command.Create create -> {
                out.writeByte(CREATE);
                out.writeString(create.path());
                out.writeBytes(create.data());
                out.writeAcl(create.acl());
                out.writeByte(create.mode().flag());
            }
            case Command.Delete delete -> {
                out.writeByte(DELETE);
                out.writeString(delete.path());
                out.writeInt(delete.version());
            }
            case Command.SetData set -> {
                out.writeByte(SET_DATA);
                out.writeString(set.path());
                out.writeBytes(set.data());
                out.writeInt(set.version());
            }
            case Command.Check check -> {
                out.writeByte(CHECK);
                out.writeString(check.path());
                out.writeInt(check.version());
            }
        }
    }

    private static Command readCommand(ByteReader in) throws MalformedPacket {
        int type = in.readByte();
        return switch (type) {
            case FOUND -> new Command.Found(in.readInt(), in.readString(), in.readBytes(),
                    ConfigurationCodec.readMembers(in));
            case SET_ACL -> new Command.SetAcl(in.readString(), in.readAcl(), in.readInt());
            case CREATE_SESSION -> new Command.CreateSession(in.readInt());
            case ATTACH_SESSION -> new Command.AttachSession(in.readLong(), in.readBytes());
            case CLOSE_SESSION -> new Command.CloseSession(in.readLong(), in.readBoolean());
            case DELETE_CONTAINER -> new Command.DeleteContainer(in.readString());
            case RECONFIG -> reconfig(in.readString(), in.readString(), in.readBoolean(), in.readString(),
                    in.readLong());
            case RAISE_LEVEL -> new Command.RaiseLevel(in.readInt());
            case JOINT -> new Command.Joint(in.readLong(), ConfigurationCodec.read(in));
            case FINAL -> new Command.Final(in.readLong(), in.readInt(), in.readInt(),
                    ConfigurationCodec.readMembers(in));
            case ABANDON -> new Command.Abandon(in.readLong(), error(in.readInt()));
            case MULTI -> {
                int count = in.readCount(9);
                List<Command.Op> ops = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    ops.add(readOp(in.readByte(), in));
                }
                yield new Command.Multi(ops);
            }
            default -> readOp(type, in);
        };
    }

    private static ErrorCode error(int code) throws MalformedPacket {
        ErrorCode error = ErrorCode.of(code);
        if (error == null) {
            throw new MalformedPacket("no error has code " + code);
        }
        return error;
    }

    private static Command.Reconfig reconfig(String joining, String leaving, boolean all, String members, long from) {
        return new Command.Reconfig(joining, leaving, all ? members : null, from);
    }

    private static Command.Op readOp(int type, ByteReader in) throws MalformedPacket {
        return switch (type) {
            case CREATE -> {
                String path = in.readString();
                Bytes data = in.readNullableBytes();
                List<Acl> acl = in.readAcl();
                byte flag = in.readByte();
                CreateMode mode = CreateMode.ofFlag(flag);
                if (mode == null) {
                    throw new MalformedPacket("no create mode has flag " + flag);
                }
                yield new Command.Create(path, data, acl, mode);
            }
            case DELETE -> new Command.Delete(in.readString(), in.readInt());
            case SET_DATA -> new Command.SetData(in.readString(), in.readNullableBytes(), in.readInt());
            case CHECK -> new Command.Check(in.readString(), in.readInt());
            default -> throw new MalformedPacket("no command has type " + type);
        };
    }
}
