package dev.quorate.ensemble.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.proto.ConnectRequest;
import org.apache.zookeeper.proto.RequestHeader;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.jspecify.annotations.Nullable;

/** Apache ZooKeeper's own server in this process, and one raw connection to it. */
final class ReferenceServer implements AutoCloseable {
    private final ServerCnxnFactory factory;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    ReferenceServer(Path folder) throws IOException, InterruptedException {
        System.setProperty("zookeeper.forceSync", "no");
        System.setProperty("zookeeper.admin.enableServer", "false");
        ZooKeeperServer server = new ZooKeeperServer(folder.toFile(), folder.toFile(), 3_000);
        factory = ServerCnxnFactory.createFactory(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        factory.startup(server);
        socket = new Socket(InetAddress.getLoopbackAddress(), factory.getLocalPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        send(jute(new ConnectRequest(0, 0, 30_000, 0, new byte[16], false)));
        receive();
    }

    void send(byte[] packet) throws IOException {
        out.writeInt(packet.length);
        out.write(packet);
        out.flush();
    }

    byte[] receive() throws IOException {
        byte[] packet = new byte[in.readInt()];
        in.readFully(packet);
        return packet;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        factory.shutdown();
    }

    /** A request as ZooKeeper's client writes it. */
    static byte[] request(int xid, int opcode, @Nullable Record body) throws IOException {
        byte[] header = jute(new RequestHeader(xid, opcode));
        byte[] rest = body == null ? new byte[0] : jute(body);
        byte[] packet = new byte[header.length + rest.length];
        System.arraycopy(header, 0, packet, 0, header.length);
        System.arraycopy(rest, 0, packet, header.length, rest.length);
        return packet;
    }

    static byte[] jute(Record record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        record.serialize(BinaryOutputArchive.getArchive(bytes), "record");
        return bytes.toByteArray();
    }
}
