package dev.quorate.ensemble.net;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client that sends whatever bytes a test wants. */
public final class RawClient implements AutoCloseable {
    public static final int PING_XID = -2;

    private static final int PING = 11;
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    public RawClient(InetSocketAddress server) throws IOException {
        this(server, 0);
    }

    /** @param receiveBufferBytes a small one makes a client that does not read noticed early; 0 for the usual */
    RawClient(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoLinger(true, 0); // many connections in a row would use up the ports
        socket.connect(server, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A reply's head; {@code body} is what follows. */
    public record Reply(int xid, long zxid, int error, byte[] body) {}

    /** Asks for a new session; gives its id, 0 when the server refused. */
    public long handshake() throws IOException {
        send(connectRequest());
        var answer = receive();
        return answer == null ? 0 : ByteBuffer.wrap(answer).getLong(8);
    }

    /** The packet that asks for a new session. */
    public static byte[] connectRequest() {
        return ByteBuffer.allocate(45).putInt(0).putLong(0).putInt(10_000).putLong(0).putInt(16).put(new byte[17])
                .array();
    }

    /** A request without a body. */
    static byte[] request(int xid, int opcode) {
        return ByteBuffer.allocate(8).putInt(xid).putInt(opcode).array();
    }

    /** Sends a packet with its length before it. */
    public void send(byte[] packet) throws IOException {
        sendBytes(ByteBuffer.allocate(4 + packet.length).putInt(packet.length).put(packet).array());
    }

    /** Sends bytes as they are. */
    public void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Says that nothing more comes; answers can still be received. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    public void ping() throws IOException {
        send(request(PING_XID, PING));
    }

    /** The next packet without its length; null when the server closed the connection. */
    public byte @Nullable [] receive() throws IOException {
        try {
            byte[] packet = new byte[in.readInt()];
            in.readFully(packet);
            return packet;
        } catch (EOFException | SocketException closed) {
            return null;
        }
    }

    /** The next reply or event; null when the server closed the connection. */
    public @Nullable Reply reply() throws IOException {
        var packet = receive();
        if (packet == null) {
            return null;
        }
        var head = ByteBuffer.wrap(packet);
        int xid = head.getInt();
        long zxid = head.getLong();
        int error = head.getInt();
        byte[] body = new byte[head.remaining()];
        head.get(body);
        return new Reply(xid, zxid, error, body);
    }

    /** All that the server sends until it closes the connection. */
    String text() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
