package dev.quorate.ensemble.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.EventType;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.ReconfigRequest;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.SetWatches;
import org.apache.zookeeper.proto.WatcherEvent;
import org.junit.jupiter.api.Test;

/** The bytes of the client protocol, compared with those that ZooKeeper's own classes make. */
class ClientCodecTest {
    private static final byte[] PASSWORD = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @Test
    void aConnectRequestIsReadWithAndWithoutTheByteOfReadOnly() throws Exception {
        byte[] full = ReferenceServer.jute(
                new org.apache.zookeeper.proto.ConnectRequest(0, 5, 30_000, 77, PASSWORD, true));
        assertThat(ClientCodec.decodeConnect(Unpooled.wrappedBuffer(full)))
                .isEqualTo(new ConnectRequest(0, 5, 30_000, 77, new Bytes(PASSWORD), true, true));
        byte[] old = Arrays.copyOf(full, full.length - 1);
        assertThat(ClientCodec.decodeConnect(Unpooled.wrappedBuffer(old)))
                .isEqualTo(new ConnectRequest(0, 5, 30_000, 77, new Bytes(PASSWORD), false, false));
    }

    @Test
    void aConnectResponseIsZooKeepersAndOldClientsGetOneByteLess() throws IOException {
        byte[] expected = ReferenceServer.jute(
                new org.apache.zookeeper.proto.ConnectResponse(0, 4_000, 9, PASSWORD, false));
        ByteBuf out = Unpooled.buffer();
        ClientCodec.encodeConnect(new ConnectResponse(4_000, 9, new Bytes(PASSWORD), true), out);
        assertThat(unframed(out)).isEqualTo(expected);
        ClientCodec.encodeConnect(new ConnectResponse(4_000, 9, new Bytes(PASSWORD), false), out);
        assertThat(unframed(out)).isEqualTo(Arrays.copyOf(expected, expected.length - 1));
    }

    @Test
    void anEventIsZooKeepers() throws IOException {
        ByteBuf out = Unpooled.buffer();
        ClientCodec.encodeEvent(new WatchEvent(1, EventType.CHILDREN_CHANGED, "/ä", 0x500000002L), out);
        byte[] header = ReferenceServer.jute(new ReplyHeader(-1, 0x500000002L, 0));
        byte[] body = ReferenceServer.jute(new WatcherEvent(Watcher.Event.EventType.NodeChildrenChanged.getIntValue(),
                Watcher.Event.KeeperState.SyncConnected.getIntValue(), "/ä"));
        byte[] expected = Arrays.copyOf(header, header.length + body.length);
        System.arraycopy(body, 0, expected, header.length, body.length);
        assertThat(unframed(out)).isEqualTo(expected);
    }

    @Test
    void aFailureIsAHeaderWithoutABody() throws IOException {
        ByteBuf out = Unpooled.buffer();
        ClientCodec.encodeReply(7, 3, new Response.Failed(ErrorCode.NO_NODE), out);
        assertThat(unframed(out)).isEqualTo(ReferenceServer.jute(new ReplyHeader(7, 3, -101)));
    }

    @Test
    void theOlderSetWatchesHasNoPersistentOnes() throws Exception {
        byte[] packet = ReferenceServer.request(-8, OpCode.setWatches,
                new SetWatches(5, List.of("/a"), List.of(), List.of("/c")));
        assertThat(decode(packet)).isEqualTo(new Request.SetWatches(5, List.of("/a"), List.of(), List.of("/c"),
                List.of(), List.of()));
    }

    @Test
    void aReconfigurationIsADifferenceOrAWholeList() throws Exception {
        assertThat(decode(ReferenceServer.request(1, OpCode.reconfig,
                new ReconfigRequest("server.4=a:1:2;3", null, null, -1)))).isEqualTo(new Request.Write(
                        new Command.Reconfig("server.4=a:1:2;3", "", null, -1), Request.ReplyShape.PLAIN));
        assertThat(decode(ReferenceServer.request(1, OpCode.reconfig, new ReconfigRequest(null, "4", "", 7))))
                .isEqualTo(new Request.Write(new Command.Reconfig("", "4", "", 7), Request.ReplyShape.PLAIN));
    }

    @Test
    void whatIsNotOfferedIsUnknown() throws Exception {
        for (int opcode : List.of(OpCode.sasl, OpCode.check, OpCode.deleteContainer, 4711)) {
            assertThat(decode(ReferenceServer.request(1, opcode, null))).isEqualTo(new Request.Unknown(opcode));
        }
    }

    @Test
    void aBadBodyIsAnsweredAndABadHeaderIsNot() throws Exception {
        byte[] packet = ReferenceServer.request(1, OpCode.getData, new GetDataRequest("/a", true));
        for (int length = 8; length < packet.length; length++) {
            assertThat(decode(Arrays.copyOf(packet, length))).isInstanceOfSatisfying(Request.Malformed.class,
                    malformed -> assertThat(malformed.error()).isEqualTo(ErrorCode.MARSHALLING_ERROR));
        }
        for (int length = 0; length < 8; length++) {
            byte[] cut = Arrays.copyOf(packet, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(MalformedPacket.class);
        }
    }

    @Test
    void aHugeCountAllocatesNothing() throws Exception {
        ByteBuf packet = Unpooled.buffer();
        packet.writeInt(1).writeInt(OpCode.setWatches).writeLong(0).writeInt(Integer.MAX_VALUE).writeInt(1);
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        assertThat(decode(bytes)).isInstanceOfSatisfying(Request.Malformed.class,
                malformed -> assertThat(malformed.reason()).contains("elements"));
    }

    @Test
    void randomAndDamagedPacketsNeverDoMoreThanFail() throws Exception {
        Random random = new Random(1);
        RandomRequests requests = new RandomRequests(1);
        byte[] multi = ReferenceServer.request(3, OpCode.multi,
                new MultiOperationRecord(List.of(Op.delete("/a", 1), Op.check("/b", 2))));
        int decoded = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] packet = multi;
            if (i % 4 != 0) {
                RandomRequests.Sample sample = requests.next(i);
                packet = ReferenceServer.request(i, sample.opcode(), sample.body());
            }
            decoded += survives(damage(random, packet)) ? 1 : 0;
        }
        assertThat(decoded).isPositive();
    }

    private static byte[] damage(Random random, byte[] packet) {
        byte[] damaged = Arrays.copyOf(packet,
                random.nextInt(3) == 0 ? random.nextInt(packet.length + 8) : packet.length);
        for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
        }
        if (random.nextInt(10) == 0) {
            random.nextBytes(damaged);
        }
        return damaged;
    }

    /** Whether it was a packet; nothing but a MalformedPacket may come out otherwise. */
    private static boolean survives(byte[] packet) {
        try {
            ClientCodec.decodeConnect(Unpooled.wrappedBuffer(packet));
        } catch (MalformedPacket e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        try {
            return !(decode(packet) instanceof Request.Malformed);
        } catch (MalformedPacket e) {
            return false;
        }
    }

    @Test
    void aWriteKeepsItsShape() throws Exception {
        byte[] packet = ReferenceServer.request(1, OpCode.multi, new MultiOperationRecord(List.of(
                Op.create("/a", null, org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE, 4), Op.delete("/b", 3))));
        assertThat(decode(packet)).isInstanceOfSatisfying(Request.WriteMulti.class, multi -> {
            assertThat(multi.shapes()).hasSize(2);
            assertThat(multi.multi().ops().get(1)).isEqualTo(new Command.Delete("/b", 3));
        });
    }

    private static Request decode(byte[] packet) throws MalformedPacket {
        return ClientCodec.decodeRequest(Unpooled.wrappedBuffer(packet)).request();
    }

    private static byte[] unframed(ByteBuf out) {
        byte[] packet = new byte[out.readInt()];
        out.readBytes(packet);
        assertThat(out.isReadable()).isFalse();
        out.clear();
        return packet;
    }
}
