package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.AddWatchMode;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Request.ReplyShape;
import dev.quorate.ensemble.tree.WatcherType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of requests. Bytes behind a body are ignored, as ZooKeeper does. */
final class RequestReader {
    private RequestReader() {}

    static Request read(int opcode, ByteReader in) {
        try {
            return body(opcode, in);
        } catch (MalformedPacket e) {
            return new Request.Malformed(ErrorCode.MARSHALLING_ERROR, "opcode " + opcode + ": " + e.getMessage());
        }
    }

    private static Request body(int opcode, ByteReader in) throws MalformedPacket {
        return switch (opcode) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL -> {
                Command.Create create = create(opcode, in);
                yield create == null
                        ? new Request.Malformed(ErrorCode.BAD_ARGUMENTS, "no such create mode")
                        : new Request.Write(create, shape(opcode));
            }
            case OpCode.DELETE, OpCode.SET_DATA -> new Request.Write(op(opcode, in), ReplyShape.PLAIN);
            case OpCode.SET_ACL -> new Request.Write(new Command.SetAcl(in.readString(), in.readNullableAcl(),
                    in.readInt()), ReplyShape.PLAIN);
            case OpCode.RECONFIG -> new Request.Write(new Command.Reconfig(in.readNullableString(),
                    in.readNullableString(), text(in.readNullableBytes()), in.readLong()), ReplyShape.PLAIN);
            case OpCode.MULTI -> multi(in);
            case OpCode.EXISTS -> new Request.Exists(in.readString(), in.readBoolean());
            case OpCode.GET_DATA -> new Request.GetData(in.readString(), in.readBoolean());
            case OpCode.GET_CHILDREN -> new Request.GetChildren(in.readString(), in.readBoolean(), false);
            case OpCode.GET_CHILDREN2 -> new Request.GetChildren(in.readString(), in.readBoolean(), true);
            case OpCode.GET_ACL -> new Request.GetAcl(in.readString());
            case OpCode.SYNC -> new Request.Sync(in.readString());
            case OpCode.PING -> new Request.Ping();
            case OpCode.CLOSE_SESSION -> new Request.CloseSession();
            case OpCode.AUTH -> new Request.Auth(in.readInt(), in.readString(), in.readNullableBytes());
            case OpCode.WHO_AM_I -> new Request.WhoAmI();
            case OpCode.GET_EPHEMERALS -> new Request.GetEphemerals(in.readNullableString());
            case OpCode.GET_ALL_CHILDREN_NUMBER -> new Request.GetAllChildrenNumber(in.readString());
            case OpCode.MULTI_READ -> multiRead(in);
            case OpCode.SET_WATCHES -> new Request.SetWatches(in.readLong(), in.readStrings(), in.readStrings(),
                    in.readStrings(), List.of(), List.of());
            case OpCode.SET_WATCHES2 -> new Request.SetWatches(in.readLong(), in.readStrings(), in.readStrings(),
                    in.readStrings(), in.readStrings(), in.readStrings());
            case OpCode.ADD_WATCH -> new Request.AddWatch(in.readString(), addWatchMode(in));
            case OpCode.REMOVE_WATCHES -> new Request.RemoveWatches(in.readString(), watcherType(in));
            case OpCode.CHECK_WATCHES -> new Request.CheckWatches(in.readString(), watcherType(in));
            default -> new Request.Unknown(opcode);
        };
    }

    private static @Nullable String text(@Nullable Bytes bytes) {
        return bytes == null ? null : bytes.text();
    }

    private static Request multi(ByteReader in) throws MalformedPacket {
        List<Command.Op> ops = new ArrayList<>();
        List<ReplyShape> shapes = new ArrayList<>();
        for (int opcode = multiHeader(in); opcode != OpCode.ERROR; opcode = multiHeader(in)) {
            ops.add(op(opcode, in));
            shapes.add(shape(opcode));
        }
        return new Request.WriteMulti(new Command.Multi(ops), shapes);
    }

    private static Request multiRead(ByteReader in) throws MalformedPacket {
        List<Request.ReadOp> ops = new ArrayList<>();
        for (int opcode = multiHeader(in); opcode != OpCode.ERROR; opcode = multiHeader(in)) {
            String path = in.readString();
            in.readBoolean();
            ops.add(switch (opcode) {
                case OpCode.GET_DATA -> new Request.GetData(path, false);
                case OpCode.GET_CHILDREN -> new Request.GetChildren(path, false, false);
                default -> throw new MalformedPacket("opcode " + opcode + " in a multiRead");
            });
        }
        return new Request.MultiRead(ops);
    }

    /** The opcode of the operation that follows; ERROR behind the last one. */
    private static int multiHeader(ByteReader in) throws MalformedPacket {
        int opcode = in.readInt();
        boolean done = in.readBoolean();
        in.readInt();
        if (!done && opcode == OpCode.ERROR) {
            throw new MalformedPacket("an operation of a multi without opcode");
        }
        return done ? OpCode.ERROR : opcode;
    }

    private static Command.Op op(int opcode, ByteReader in) throws MalformedPacket {
        return switch (opcode) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL -> {
                Command.Create create = create(opcode, in);
                if (create == null) {
                    throw new MalformedPacket("no such create mode in a multi");
                }
                yield create;
            }
            case OpCode.DELETE -> new Command.Delete(in.readString(), in.readInt());
            case OpCode.SET_DATA -> new Command.SetData(in.readString(), in.readNullableBytes(), in.readInt());
            case OpCode.CHECK -> new Command.Check(in.readString(), in.readInt());
            default -> throw new MalformedPacket("opcode " + opcode + " in a multi");
        };
    }

    /** Null when there is no mode of that flag. */
    private static Command.@Nullable Create create(int opcode, ByteReader in) throws MalformedPacket {
        String path = in.readString();
        Bytes data = in.readNullableBytes();
        List<Acl> acl = in.readNullableAcl();
        CreateMode mode = CreateMode.ofFlag(in.readInt());
        if (opcode == OpCode.CREATE_TTL) {
            in.readLong();
        }
        return mode == null ? null : new Command.Create(path, data, acl, mode);
    }

    private static ReplyShape shape(int opcode) {
        return switch (opcode) {
            case OpCode.CREATE2, OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL -> ReplyShape.WITH_STAT;
            default -> ReplyShape.PLAIN;
        };
    }

    private static AddWatchMode addWatchMode(ByteReader in) throws MalformedPacket {
        int mode = in.readInt();
        return switch (mode) {
            case 0 -> AddWatchMode.PERSISTENT;
            case 1 -> AddWatchMode.PERSISTENT_RECURSIVE;
            default -> throw new MalformedPacket("addWatch has no mode " + mode);
        };
    }

    private static WatcherType watcherType(ByteReader in) throws MalformedPacket {
        int code = in.readInt();
        WatcherType type = WatcherType.of(code);
        if (type == null) {
            throw new MalformedPacket("no watches have type " + code);
        }
        return type;
    }
}
