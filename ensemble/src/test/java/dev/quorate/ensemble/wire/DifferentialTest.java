package dev.quorate.ensemble.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Identity;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.tree.WatchEvent;
import dev.quorate.ensemble.wire.RandomRequests.Sample;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import dev.quorate.ensemble.zab.ConfigMember;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.jute.BinaryInputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.MultiResponse;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.AuthPacket;
import org.apache.zookeeper.proto.Create2Response;
import org.apache.zookeeper.proto.CreateResponse;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.ExistsResponse;
import org.apache.zookeeper.proto.GetACLResponse;
import org.apache.zookeeper.proto.GetAllChildrenNumberResponse;
import org.apache.zookeeper.proto.GetChildren2Response;
import org.apache.zookeeper.proto.GetChildrenResponse;
import org.apache.zookeeper.proto.GetDataResponse;
import org.apache.zookeeper.proto.GetEphemeralsResponse;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.SetACLResponse;
import org.apache.zookeeper.proto.SetDataResponse;
import org.apache.zookeeper.proto.SyncResponse;
import org.apache.zookeeper.proto.WatcherEvent;
import org.apache.zookeeper.proto.WhoAmIResponse;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same bytes to Apache ZooKeeper's server and to our codec and tree: what comes back, replies, zxids, stats and
 * watch events, must say the same.
 */
class DifferentialTest {
    private static final int REQUESTS = Boolean.getBoolean("quorate.full") ? 20_000 : 1_500;
    private static final Origin ORIGIN = new Origin(1, 1, 1);

    private final List<WatchEvent> events = new ArrayList<>();
    private final DataTree tree = new DataTree(events::add, Levels.KNOWN);
    private Caller caller = Caller.ENSEMBLE;
    private long zxid;
    private long seq;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyReplyAndEventIsZooKeepers(long seed, @TempDir Path folder) throws Exception {
        try (ReferenceServer reference = new ReferenceServer(folder)) {
            apply(new Command.Found(1, "c", Bytes.utf8("key"), List.of(new ConfigMember(1, 1, true, ""))));
            Outcome session = apply(new Command.CreateSession(30_000));
            caller = new Caller(((Outcome.SessionCreated) session).sessionId(),
                    List.of(new Identity("ip", "127.0.0.1")));
            // Ours has an entry more, the founding one: ZooKeeper's catches up with a delete that fails.
            ask(reference, ReferenceServer.request(1, OpCode.delete, new DeleteRequest("/none", -1)));
            RandomRequests requests = new RandomRequests(seed);
            for (int i = 0; i < REQUESTS; i++) {
                if (i == REQUESTS / 2) {
                    authenticate(reference);
                }
                Sample sample = requests.next(zxid);
                compare(reference, i, sample);
            }
        }
    }

    private void compare(ReferenceServer reference, int number, Sample sample) throws IOException, MalformedPacket {
        byte[] packet = ReferenceServer.request(number + 2, sample.opcode(), sample.body());
        List<String> theirs = readable(sample.opcode(), ask(reference, packet));
        events.clear();
        List<byte[]> replies = answer(packet, theirs);
        List<String> ours = readable(sample.opcode(), replies);
        assertThat(ours).as("request %d: opcode %d %s", number, sample.opcode(), sample.body()).isEqualTo(theirs);
    }

    /**
     * What the reference sends until the reply; events of persistent watches may repeat in any order within a request.
     */
    private static List<byte[]> ask(ReferenceServer reference, byte[] packet) throws IOException {
        reference.send(packet);
        List<byte[]> packets = new ArrayList<>();
        byte[] reply = reference.receive();
        while (header(reply).getXid() == ClientCodec.EVENT_XID) {
            packets.add(reply);
            reply = reference.receive();
        }
        packets.add(reply);
        return packets;
    }

    private List<byte[]> answer(byte[] packet, List<String> theirs) throws MalformedPacket {
        ClientCodec.Packet decoded = ClientCodec.decodeRequest(Unpooled.wrappedBuffer(packet));
        Response response = switch (decoded.request()) {
            case Request.Read read -> tree.read(read, caller, new ReadLimits(1 << 20, 1 << 20, 1 << 20));
            case Request.Write write -> Response.of(write, apply(write.command()));
            case Request.WriteMulti multi -> Response.of(multi, apply(multi.multi()));
            case Request.Sync sync -> new Response.Synced(sync.path());
            case Request.Malformed malformed -> {
                // ZooKeeper gives even these a zxid when they would have been writes.
                if (theirs.getLast().contains("," + (zxid + 1) + ",")) {
                    apply(new Command.DeleteContainer("/none"));
                }
                yield new Response.Failed(malformed.error());
            }
            case Request.Unknown unknown -> new Response.Failed(ErrorCode.UNIMPLEMENTED);
            case Request.Ping ping -> throw new AssertionError("not asked");
            case Request.Auth auth -> throw new AssertionError("not asked");
            case Request.CloseSession close -> throw new AssertionError("not asked");
        };
        List<byte[]> packets = new ArrayList<>();
        ByteBuf out = Unpooled.buffer();
        for (WatchEvent event : events) {
            ClientCodec.encodeEvent(event, out);
            packets.add(unframed(out));
        }
        ClientCodec.encodeReply(decoded.xid(), tree.lastZxid(), response, out);
        packets.add(unframed(out));
        return packets;
    }

    private void authenticate(ReferenceServer reference) throws Exception {
        byte[] proof = "user:password".getBytes(StandardCharsets.UTF_8);
        ask(reference, ReferenceServer.request(ClientCodec.AUTH_XID, OpCode.auth, new AuthPacket(0, "digest", proof)));
        List<Identity> identities = new ArrayList<>(caller.identities());
        identities.add(new Identity("digest", DigestAuthenticationProvider.generateDigest("user:password")));
        caller = new Caller(caller.sessionId(), identities);
        tree.identify(caller);
    }

    private Outcome apply(Command command) {
        zxid++;
        return tree.apply(zxid, System.currentTimeMillis(), new Txn(ORIGIN, ++seq, caller, command));
    }

    private static byte[] unframed(ByteBuf out) {
        byte[] packet = new byte[out.readInt()];
        out.readBytes(packet);
        out.clear();
        return packet;
    }

    // Packets as text, without what can't be equal: times, session ids, the order of children.

    private static List<String> readable(int opcode, List<byte[]> packets) throws IOException {
        List<String> texts = new ArrayList<>();
        for (byte[] packet : packets) {
            BinaryInputArchive in = archive(packet);
            ReplyHeader header = new ReplyHeader();
            header.deserialize(in, "header");
            String body = "";
            if (header.getXid() == ClientCodec.EVENT_XID) {
                body = text(in, new WatcherEvent());
            } else if (header.getErr() == 0) {
                body = body(opcode, in);
            }
            texts.add(header.getXid() + "," + header.getZxid() + "," + header.getErr() + " " + body);
        }
        return texts;
    }

    private static ReplyHeader header(byte[] packet) throws IOException {
        ReplyHeader header = new ReplyHeader();
        header.deserialize(archive(packet), "header");
        return header;
    }

    private static BinaryInputArchive archive(byte[] packet) {
        return BinaryInputArchive.getArchive(new ByteArrayInputStream(packet));
    }

    private static String body(int opcode, BinaryInputArchive in) throws IOException {
        return switch (opcode) {
            case OpCode.create -> text(in, new CreateResponse());
            case OpCode.create2, OpCode.createContainer -> {
                Create2Response response = read(in, new Create2Response());
                yield response.getPath() + " " + stat(response.getStat());
            }
            case OpCode.exists -> stat(read(in, new ExistsResponse()).getStat());
            case OpCode.setData -> stat(read(in, new SetDataResponse()).getStat());
            case OpCode.setACL -> stat(read(in, new SetACLResponse()).getStat());
            case OpCode.getData -> {
                GetDataResponse response = read(in, new GetDataResponse());
                yield data(response.getData()) + " " + stat(response.getStat());
            }
            case OpCode.getChildren -> sorted(read(in, new GetChildrenResponse()).getChildren());
            case OpCode.getChildren2 -> {
                GetChildren2Response response = read(in, new GetChildren2Response());
                yield sorted(response.getChildren()) + " " + stat(response.getStat());
            }
            case OpCode.getACL -> {
                GetACLResponse response = read(in, new GetACLResponse());
                yield response.getAcl() + " " + stat(response.getStat());
            }
            case OpCode.getEphemerals -> sorted(read(in, new GetEphemeralsResponse()).getEphemerals());
            case OpCode.getAllChildrenNumber -> text(in, new GetAllChildrenNumberResponse());
            case OpCode.whoAmI -> sorted(read(in, new WhoAmIResponse()).getClientInfo().stream()
                    .map(info -> info.getAuthScheme() + ":" + info.getUser()).toList());
            case OpCode.sync -> text(in, new SyncResponse());
            case OpCode.multi, OpCode.multiRead -> multi(read(in, new MultiResponse()));
            case OpCode.addWatch -> Integer.toString(in.readInt("err"));
            case OpCode.delete, OpCode.setWatches2, OpCode.removeWatches, OpCode.checkWatches -> "";
            default -> throw new AssertionError("opcode " + opcode + " succeeded");
        };
    }

    private static String multi(MultiResponse response) {
        StringBuilder text = new StringBuilder();
        for (OpResult result : response.getResultList()) {
            text.append(result.getType()).append(':').append(switch (result) {
                case OpResult.CreateResult create -> create.getPath() + stat(create.getStat());
                case OpResult.SetDataResult set -> stat(set.getStat());
                case OpResult.GetDataResult get -> data(get.getData()) + stat(get.getStat());
                case OpResult.GetChildrenResult get -> sorted(get.getChildren());
                case OpResult.ErrorResult error -> Integer.toString(error.getErr());
                default -> "";
            }).append("; ");
        }
        return text.toString();
    }

    private static String stat(Stat stat) {
        if (stat == null) {
            return "";
        }
        return stat.getCzxid() + "," + stat.getMzxid() + "," + stat.getPzxid() + "," + stat.getVersion() + ","
                + stat.getCversion() + "," + stat.getAversion() + "," + (stat.getEphemeralOwner() != 0) + ","
                + stat.getDataLength() + "," + stat.getNumChildren();
    }

    private static String data(byte[] data) {
        return data == null ? "null" : new String(data, StandardCharsets.UTF_8);
    }

    private static String sorted(List<String> names) {
        List<String> sorted = new ArrayList<>(names);
        Collections.sort(sorted);
        return sorted.toString();
    }

    private static String text(BinaryInputArchive in, Record record) throws IOException {
        return read(in, record).toString().replace('\n', ' ');
    }

    private static <T extends Record> T read(BinaryInputArchive in, T record) throws IOException {
        record.deserialize(in, "record");
        return record;
    }
}
