package dev.quorate.e2e.chaos;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.apache.jute.BinaryInputArchive;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.proto.ConnectRequest;
import org.apache.zookeeper.proto.ConnectResponse;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * A session of ZooKeeper's client protocol, one request at a time, over one connection after the other. Unlike
 * ZooKeeper's own client it shows the zxid of every reply, by which a history is checked.
 */
final class RawSession implements AutoCloseable {
    static final int SESSION_TIMEOUT_MS = 15_000;
    /** As ZooKeeper's clients: time is left to go to another member. */
    private static final int REPLY_TIMEOUT_MS = SESSION_TIMEOUT_MS * 2 / 3;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int MAX_FRAME_BYTES = 4 << 20;

    private long id;
    private byte[] password = new byte[16];
    private long lastZxid;
    private int lastXid;
    private @Nullable Socket socket;

    /** @param body the record that follows the header; only when {@code error} is 0 */
    record Reply(long zxid, int error, BinaryInputArchive body) {}

    /** Known from the first connection on. */
    long id() {
        return id;
    }

    boolean isConnected() {
        return socket != null;
    }

    /**
     * Begins the session, or goes on with it at another member.
     *
     * @return false when the ensemble knows the session no more
     * @throws IOException when this member can't be reached or does not serve
     */
    boolean connect(InetSocketAddress member) throws IOException {
        disconnect();
        var connection = new Socket();
        boolean lives = false;
        try {
            connection.connect(member, CONNECT_TIMEOUT_MS);
            connection.setTcpNoDelay(true);
            connection.setSoTimeout(REPLY_TIMEOUT_MS);
            send(connection, new ConnectRequest(0, lastZxid, SESSION_TIMEOUT_MS, id, password, false), null);
            var answer = new ConnectResponse();
            answer.deserialize(receive(connection), "connect");
            lives = answer.getTimeOut() > 0;
            if (lives) {
                id = answer.getSessionId();
                password = answer.getPasswd();
                socket = connection;
            }
            return lives;
        } finally {
            if (!lives) {
                connection.close();
            }
        }
    }

    /** @throws IOException when the connection is lost; whether the request took place is not known then */
    Reply call(int type, @Nullable Record request) throws IOException {
        var connection = socket;
        if (connection == null) {
            throw new IOException("not connected");
        }
        try {
            int xid = ++lastXid;
            send(connection, new RequestHeader(xid, type), request);
            var body = receive(connection);
            var header = new ReplyHeader();
            header.deserialize(body, "header");
            if (header.getXid() != xid) {
                throw new IllegalStateException("asked " + xid + ", was answered " + header.getXid());
            }
            lastZxid = Math.max(lastZxid, header.getZxid());
            return new Reply(header.getZxid(), header.getErr(), body);
        } catch (IOException lost) {
            disconnect();
            throw lost;
        }
    }

    private static void send(Socket connection, Record first, @Nullable Record second) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var archive = BinaryOutputArchive.getArchive(bytes);
        first.serialize(archive, "first");
        if (second != null) {
            second.serialize(archive, "second");
        }
        var frame = new ByteArrayOutputStream(bytes.size() + Integer.BYTES);
        var out = new DataOutputStream(frame);
        out.writeInt(bytes.size());
        bytes.writeTo(out);
        frame.writeTo(connection.getOutputStream());
    }

    private static BinaryInputArchive receive(Socket connection) throws IOException {
        var in = new DataInputStream(connection.getInputStream());
        int length = in.readInt();
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new IllegalStateException("a frame of " + length + " bytes");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        return BinaryInputArchive.getArchive(new ByteArrayInputStream(frame));
    }

    private void disconnect() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    @Override
    public void close() throws IOException {
        disconnect();
    }
}
