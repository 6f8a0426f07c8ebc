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
        throw new UnsupportedOperationException();
    }

    public static void encodeConnect(ConnectResponse response, ByteBuf out) {
        throw new UnsupportedOperationException();
    }

    /** @param packet the packet without its length; nothing of the request refers to it afterwards */
    public static Packet decodeRequest(ByteBuf packet) throws MalformedPacket {
        throw new UnsupportedOperationException();
    }

    /** @param zxid the server's last applied zxid */
    public static void encodeReply(int xid, long zxid, Response response, ByteBuf out) {
        throw new UnsupportedOperationException();
    }

    public static void encodeEvent(WatchEvent event, ByteBuf out) {
        throw new UnsupportedOperationException();
    }
}
