package dev.quorate.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.proto.ConnectRequest;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.RequestHeader;
import org.apache.zookeeper.proto.SetDataRequest;
import org.apache.zookeeper.proto.SyncRequest;
import org.junit.jupiter.api.Test;

/** The generator's frames are, byte by byte, those of ZooKeeper's own classes. */
class RequestBytesTest {
    private static final byte[] DATA = Znodes.data(100);

    @Test
    void connect() throws IOException {
        byte[] password = Znodes.data(16);
        assertThat(RequestBytes.connect(30_000, 0x1234_5678_9abcL, password))
                .isEqualTo(frame(new ConnectRequest(0, 0, 30_000, 0x1234_5678_9abcL, password, false)));
    }

    @Test
    void create() throws IOException {
        assertThat(RequestBytes.create("/a/ü", DATA)).isEqualTo(frame(new RequestHeader(0, OpCode.create),
                new CreateRequest("/a/ü", DATA, Ids.OPEN_ACL_UNSAFE, 0)));
    }

    @Test
    void getData() throws IOException {
        assertThat(RequestBytes.getData("/a/b"))
                .isEqualTo(frame(new RequestHeader(0, OpCode.getData), new GetDataRequest("/a/b", false)));
    }

    @Test
    void setData() throws IOException {
        assertThat(RequestBytes.setData("/a/b", DATA))
                .isEqualTo(frame(new RequestHeader(0, OpCode.setData), new SetDataRequest("/a/b", DATA, -1)));
    }

    @Test
    void sync() throws IOException {
        assertThat(RequestBytes.sync("/")).isEqualTo(frame(new RequestHeader(0, OpCode.sync), new SyncRequest("/")));
    }

    @Test
    void closeSession() throws IOException {
        assertThat(RequestBytes.closeSession()).isEqualTo(frame(new RequestHeader(0, OpCode.closeSession)));
    }

    @Test
    void theXidIsWrittenOverTheFirst() throws IOException {
        ByteBuffer out = ByteBuffer.wrap(RequestBytes.getData("/a"));
        RequestBytes.putXid(out, 0, 77);
        assertThat(out.array())
                .isEqualTo(frame(new RequestHeader(77, OpCode.getData), new GetDataRequest("/a", false)));
    }

    private static byte[] frame(Record... records) throws IOException {
        var body = new ByteArrayOutputStream();
        BinaryOutputArchive archive = BinaryOutputArchive.getArchive(body);
        for (Record one : List.of(records)) {
            one.serialize(archive, "");
        }
        var frame = new ByteArrayOutputStream();
        var out = new DataOutputStream(frame);
        out.writeInt(body.size());
        body.writeTo(out);
        return frame.toByteArray();
    }
}
