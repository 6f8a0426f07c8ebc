package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import io.netty.buffer.ByteBuf;

/** ZooKeeper's client protocol (jute). Encoders write a whole packet, its length included. */
public final class ClientCodec {
    /** The number of packets that nobody asked for. */
    public static final int EVENT_XID = -1;
    public static final int PING_XID = -2;
    public static final int AUTH_XID = -4;
    public static final int SET_WATCHES_XID = -8;

    private static final int SYNC_CONNECTED = 3;

    private ClientCodec() {}

    /** A request with the client's number for it, which the reply repeats. */
    public record Packet(int xid, Request request) {}

    /**
     * Reads the first packet of a connection.
     *
     * @param packet the packet without its length; read to its end
     */
    public static ConnectRequest decodeConnect(ByteBuf packet) throws MalformedPacket {
        ByteReader in = reader(packet);
        int protocolVersion = in.readInt();
        long lastZxidSeen = in.readLong();
        int timeoutMs = in.readInt();
        long sessionId = in.readLong();
        Bytes password = in.readNullableBytes();
        boolean hasReadOnly = in.remaining() > 0;
        boolean readOnly = hasReadOnly && in.readBoolean();
        return new ConnectRequest(protocolVersion, lastZxidSeen, timeoutMs, sessionId,
                password == null ? Bytes.EMPTY : password, readOnly, hasReadOnly);
    }

    public static void encodeConnect(ConnectResponse response, ByteBuf out) {
        int start = begin(out);
        out.writeInt(0);
        out.writeInt(response.timeoutMs());
        out.writeLong(response.sessionId());
        JuteWriter.bytes(response.password(), out);
        if (response.withReadOnly()) {
            out.writeBoolean(false);
        }
        end(start, out);
    }

    /**
     * Reads a request. A body that can't be read makes a {@link Request.Malformed}, so that it is answered in its turn.
     *
     * @param packet the packet without its length; nothing of the request refers to it afterwards
     * @throws MalformedPacket when not even xid and opcode are there
     */
    public static Packet decodeRequest(ByteBuf packet) throws MalformedPacket {
        ByteReader in = reader(packet);
        int xid = in.readInt();
        int opcode = in.readInt();
        return new Packet(xid, RequestReader.read(opcode, in));
    }

    /**
     * Writes the reply to a request.
     *
     * @param zxid the server's last applied zxid
     */
    public static void encodeReply(int xid, long zxid, Response response, ByteBuf out) {
        int start = begin(out);
        out.writeInt(xid);
        out.writeLong(zxid);
        out.writeInt(response instanceof Response.Failed failed ? failed.error().code() : 0);
        ResponseWriter.write(response, out);
        end(start, out);
    }

    public static void encodeEvent(WatchEvent event, ByteBuf out) {
        int start = begin(out);
        out.writeInt(EVENT_XID);
        out.writeLong(event.zxid());
        out.writeInt(0);
        out.writeInt(event.type().code());
        out.writeInt(SYNC_CONNECTED);
        JuteWriter.string(event.path(), out);
        end(start, out);
    }

    /** One copy of the whole packet: what is decoded from it shares that array. */
    private static ByteReader reader(ByteBuf packet) {
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        return new ByteReader(bytes, 0, bytes.length);
    }

    private static int begin(ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(0);
        return start;
    }

    private static void end(int start, ByteBuf out) {
        out.setInt(start, out.writerIndex() - start - 4);
    }
}
