package dev.quorate.ensemble.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerCodecTest {
    private static final Payload PAYLOAD = new Payload(new byte[]{1, 2, 3});
    private static final List<FoundingMember> MEMBERS = List.of(new FoundingMember(1, Long.MIN_VALUE),
            new FoundingMember(2, 77));

    private static final List<Message> MESSAGES = List.of(
            new Message.FoundingProposal(MEMBERS), new Message.FoundingSet(MEMBERS),
            new Message.Ballot(3, 4, true, 2, List.of(1, 3)), new Message.Loyal(1, 9),
            new Message.Lead(5, true, 4, 0x400000001L), new Message.Resigned(), new Message.LearnerInfo(7),
            new Message.NewEpoch(8), new Message.AckEpoch(8, true, 7, 6, 3), new Message.Diff(8, 6),
            new Message.Trunc(8, 5), new Message.Snap(8), new Message.SyncFrom(8, 5, true),
            new Message.Propose(8, List.of(new Entry(1, 2, PAYLOAD), new Entry(2, 2, new Payload(new byte[0])))),
            new Message.NewLeader(8, 6), new Message.AckNewLeader(8, 6), new Message.UpToDate(8, 6),
            new Message.Ack(8, 9), new Message.Commit(8, 9), new Message.Heartbeat(8, 1),
            new Message.HeartbeatAck(8, 1), new Message.HandOver(8, 3),
            new Message.Fetch(5, 9),
            new Message.Records(5, List.of(new Entry(6, 2, PAYLOAD))),
            new Message.Forward(4, List.of(PAYLOAD, PAYLOAD)),
            new Message.TouchAck(3, true), new Message.SyncRequest(2), new Message.SyncReply(2, 11),
            new Message.SnapshotChunk(6, 1 << 20, PAYLOAD, true));

    private static ByteBuf encoded(Message message) {
        ByteBuf out = Unpooled.buffer();
        PeerCodec.encode(message, out);
        return out;
    }

    @Test
    void everyMessageComesBackAsItWas() throws MalformedPacket {
        for (Message message : MESSAGES) {
            ByteBuf bytes = encoded(message);
            assertThat(bytes.readableBytes()).as("%s", message).isLessThanOrEqualTo(PeerCodec.sizeHint(message));
            assertThat(PeerCodec.decode(bytes)).isEqualTo(message);
        }
        Message.Touch touch = new Message.Touch(5, true, new long[]{1, Long.MAX_VALUE});
        assertThat(PeerCodec.decode(encoded(touch))).isInstanceOfSatisfying(
                Message.Touch.class,
                t -> assertThat(t.sessions()).isEqualTo(touch.sessions()));
    }

    @Test
    void everyKindOfMessageIsTested() {
        List<Class<?>> kinds = new ArrayList<>(List.of(Message.Electing.class.getPermittedSubclasses()));
        kinds.addAll(List.of(Message.ToLearner.class.getPermittedSubclasses()));
        kinds.addAll(List.of(Message.ToLeader.class.getPermittedSubclasses()));
        kinds.addAll(List.of(Message.Repairing.class.getPermittedSubclasses()));
        kinds.addAll(List.of(Message.Shell.class.getPermittedSubclasses()));
        kinds.remove(Message.Touch.class);
        assertThat(MESSAGES).extracting(Message::getClass).containsExactlyInAnyOrderElementsOf(List.copyOf(kinds)
                .stream().<Class<? extends Message>>map(c -> c.asSubclass(Message.class)).toList());
    }

    @Test
    void aTruncatedMessageIsRefused() {
        for (Message message : MESSAGES) {
            ByteBuf bytes = encoded(message);
            for (int length = 0; length < bytes.readableBytes(); length++) {
                ByteBuf part = bytes.slice(0, length);
                assertThatThrownBy(() -> PeerCodec.decode(part)).as("%s", message).isInstanceOf(MalformedPacket.class);
            }
        }
    }

    @Test
    void trailingBytesAreRefused() {
        ByteBuf bytes = encoded(new Message.Ack(1, 2)).writeByte(0);
        assertThatThrownBy(() -> PeerCodec.decode(bytes)).isInstanceOf(MalformedPacket.class)
                .hasMessageContaining("too many");
    }

    @Test
    void aHugeCountIsRefusedBeforeAnythingIsAllocated() {
        for (int count : new int[]{-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 28}) {
            ByteBuf bytes = encoded(new Message.Propose(8, List.of()));
            bytes.setInt(bytes.writerIndex() - Integer.BYTES, count);
            assertThatThrownBy(() -> PeerCodec.decode(bytes)).isInstanceOf(MalformedPacket.class)
                    .hasMessageContaining("elements");
        }
    }

    @Test
    void randomBytesAreReadOrRefused() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) random.nextInt(30);
            }
            try {
                Message message = PeerCodec.decode(Unpooled.wrappedBuffer(bytes));
                assertThat(encoded(message).readableBytes()).isEqualTo(bytes.length);
            } catch (MalformedPacket expected) {
                assertThat(expected).hasMessageContaining("peer");
            }
        }
    }
}
