package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The messages between members as bytes: one byte of {@link Kind}, then the fields in the order of the record. Numbers
 * are big-endian; a list is its length (4 bytes) and its elements; payloads are their length (4 bytes) and their bytes.
 * Length and checksum of a frame belong to the transport.
 */
public final class PeerCodec {
    private static final int FOUNDING_MEMBER_BYTES = 12;
    private static final int ENTRY_HEADER_BYTES = 20;

    /** What a message is; the code, which is also its place here, is its first byte. */
    private enum Kind {
        FOUNDING_PROPOSAL(0),
        FOUNDING_SET(1),
        BALLOT(2),
        LOYAL(3),
        LEAD(4),
        RESIGNED(5),
        LEARNER_INFO(6),
        NEW_EPOCH(7),
        ACK_EPOCH(8),
        DIFF(9),
        TRUNC(10),
        SNAP(11),
        SYNC_FROM(12),
        PROPOSE(13),
        NEW_LEADER(14),
        ACK_NEW_LEADER(15),
        UP_TO_DATE(16),
        ACK(17),
        COMMIT(18),
        HEARTBEAT(19),
        HEARTBEAT_ACK(20),
        FORWARD(21),
        TOUCH(22),
        TOUCH_ACK(23),
        SYNC_REQUEST(24),
        SYNC_REPLY(25),
        SNAPSHOT_CHUNK(26),
        HAND_OVER(27),
        FETCH(28),
        RECORDS(29);

        private static final List<Kind> ALL = List.of(values());

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    private PeerCodec() {}

    /** Appends the message to {@code out}. */
    public static void encode(Message message, ByteBuf out) {
        switch (message) {
            case Message.Protocol protocol -> encodeProtocol(protocol, out);
            case Message.Shell shell -> encodeShell(shell, out);
        }
    }

    /**
     * How many bytes {@link #encode} will about write, never fewer: so that a buffer is made once in the right size.
     */
    public static int sizeHint(Message message) {
        return switch (message) {
            case Message.Propose m -> 16 + sum(m.entries(), e -> ENTRY_HEADER_BYTES + e.payload().size());
            case Message.Records m -> 16 + sum(m.entries(), e -> ENTRY_HEADER_BYTES + e.payload().size());
            case Message.Forward m -> 16 + sum(m.payloads(), p -> Integer.BYTES + p.size());
            case Message.Touch m -> 16 + m.sessions().length * Long.BYTES;
            case Message.SnapshotChunk m -> 32 + m.bytes().size();
            case Message.FoundingProposal m -> 16 + m.members().size() * FOUNDING_MEMBER_BYTES;
            case Message.FoundingSet m -> 16 + m.members().size() * FOUNDING_MEMBER_BYTES;
            case Message.Ballot m -> 32 + m.heard().size() * Integer.BYTES;
            case Message.Protocol unused -> 48;
            case Message.Shell unused -> 32;
        };
    }

    private static <T> int sum(List<T> list, ToIntFunction<T> size) {
        int sum = 0;
        for (T element : list) {
            sum += size.applyAsInt(element);
        }
        return sum;
    }

    private static void encodeProtocol(Message.Protocol message, ByteBuf out) {
        switch (message) {
            case Message.FoundingProposal m -> writeMembers(Kind.FOUNDING_PROPOSAL, m.members(), out);
            case Message.FoundingSet m -> writeMembers(Kind.FOUNDING_SET, m.members(), out);
            case Message.Ballot m -> writeBallot(m, out);
            case Message.Loyal m -> begin(Kind.LOYAL, out).writeInt(m.leader()).writeLong(m.epoch());
            case Message.Lead m ->
                begin(Kind.LEAD, out).writeLong(m.epoch()).writeBoolean(m.active()).writeLong(m.currentEpoch())
                        .writeLong(m.lastZxid());
            case Message.Resigned unused -> begin(Kind.RESIGNED, out);
            case Message.LearnerInfo m -> begin(Kind.LEARNER_INFO, out).writeLong(m.acceptedEpoch());
            case Message.NewEpoch m -> begin(Kind.NEW_EPOCH, out).writeLong(m.epoch());
            case Message.AckEpoch m ->
                begin(Kind.ACK_EPOCH, out).writeLong(m.epoch()).writeBoolean(m.promised()).writeLong(m.currentEpoch())
                        .writeLong(m.lastZxid()).writeLong(m.intactZxid());
            case Message.Diff m -> writeLongs(Kind.DIFF, m.epoch(), m.afterZxid(), out);
            case Message.Trunc m -> writeLongs(Kind.TRUNC, m.epoch(), m.zxid(), out);
            case Message.Snap m -> begin(Kind.SNAP, out).writeLong(m.epoch());
            case Message.SyncFrom m ->
                writeLongs(Kind.SYNC_FROM, m.epoch(), m.lastZxid(), out).writeBoolean(m.snapshotNeeded());
            case Message.Propose m -> writeEntries(Kind.PROPOSE, m.epoch(), m.entries(), out);
            case Message.NewLeader m -> writeLongs(Kind.NEW_LEADER, m.epoch(), m.zxid(), out);
            case Message.AckNewLeader m -> writeLongs(Kind.ACK_NEW_LEADER, m.epoch(), m.zxid(), out);
            case Message.UpToDate m -> writeLongs(Kind.UP_TO_DATE, m.epoch(), m.committedZxid(), out);
            case Message.Ack m -> writeLongs(Kind.ACK, m.epoch(), m.zxid(), out);
            case Message.Commit m -> writeLongs(Kind.COMMIT, m.epoch(), m.zxid(), out);
            case Message.HandOver m -> begin(Kind.HAND_OVER, out).writeLong(m.epoch()).writeInt(m.successor());
            case Message.Heartbeat m -> writeLongs(Kind.HEARTBEAT, m.epoch(), m.round(), out);
            case Message.Fetch m -> writeLongs(Kind.FETCH, m.afterZxid(), m.toZxid(), out);
            case Message.Records m -> writeEntries(Kind.RECORDS, m.afterZxid(), m.entries(), out);
            case Message.HeartbeatAck m -> writeLongs(Kind.HEARTBEAT_ACK, m.epoch(), m.round(), out);
        }
    }

    private static void encodeShell(Message.Shell message, ByteBuf out) {
        switch (message) {
            case Message.Forward m -> {
                begin(Kind.FORWARD, out).writeLong(m.firstSeq()).writeInt(m.payloads().size());
                for (Payload payload : m.payloads()) {
                    writePayload(payload, out);
                }
            }
            case Message.Touch m -> {
                begin(Kind.TOUCH, out).writeLong(m.round()).writeBoolean(m.diskShort()).writeInt(m.sessions().length);
                for (long session : m.sessions()) {
                    out.writeLong(session);
                }
            }
            case Message.TouchAck m -> begin(Kind.TOUCH_ACK, out).writeLong(m.round()).writeBoolean(m.refusing());
            case Message.SyncRequest m -> begin(Kind.SYNC_REQUEST, out).writeLong(m.token());
            case Message.SyncReply m -> writeLongs(Kind.SYNC_REPLY, m.token(), m.zxid(), out);
            case Message.SnapshotChunk m -> {
                writeLongs(Kind.SNAPSHOT_CHUNK, m.zxid(), m.offset(), out).writeBoolean(m.last());
                writePayload(m.bytes(), out);
            }
        }
    }

    private static ByteBuf begin(Kind kind, ByteBuf out) {
        return out.writeByte(kind.code);
    }

    private static ByteBuf writeLongs(Kind kind, long first, long second, ByteBuf out) {
        return begin(kind, out).writeLong(first).writeLong(second);
    }

    private static void writePayload(Payload payload, ByteBuf out) {
        out.writeInt(payload.size()).writeBytes(payload.bytes());
    }

    private static void writeMembers(Kind kind, List<FoundingMember> members, ByteBuf out) {
        begin(kind, out).writeInt(members.size());
        for (FoundingMember member : members) {
            out.writeInt(member.id()).writeLong(member.incarnation());
        }
    }

    private static void writeBallot(Message.Ballot m, ByteBuf out) {
        writeLongs(Kind.BALLOT, m.currentEpoch(), m.lastZxid(), out).writeBoolean(m.viable()).writeInt(m.vote())
                .writeInt(m.heard().size());
        for (int id : m.heard()) {
            out.writeInt(id);
        }
    }

    private static void writeEntries(Kind kind, long first, List<Entry> entries, ByteBuf out) {
        begin(kind, out).writeLong(first).writeInt(entries.size());
        for (Entry entry : entries) {
            out.writeLong(entry.zxid()).writeLong(entry.timeMs());
            writePayload(entry.payload(), out);
        }
    }

    /**
     * Reads one message, which must take up all the readable bytes of {@code in}.
     *
     * @throws MalformedPacket if the bytes are no message; nothing larger than {@code in} is ever allocated
     */
    public static Message decode(ByteBuf in) throws MalformedPacket {
        PeerReader reader = new PeerReader(in);
        int kind = reader.u8();
        if (kind >= Kind.ALL.size()) {
            throw new MalformedPacket("a peer sent a message of the unknown kind " + kind);
        }
        Message message = decode(Kind.ALL.get(kind), reader);
        reader.end();
        return message;
    }

    private static Message decode(Kind kind, PeerReader in) throws MalformedPacket {
        return switch (kind) {
            case FOUNDING_PROPOSAL -> new Message.FoundingProposal(members(in));
            case FOUNDING_SET -> new Message.FoundingSet(members(in));
            case BALLOT ->
                new Message.Ballot(in.i64(), in.i64(), in.bool(), in.i32(), in.list(Integer.BYTES, PeerReader::i32));
            case LOYAL -> new Message.Loyal(in.i32(), in.i64());
            case LEAD -> new Message.Lead(in.i64(), in.bool(), in.i64(), in.i64());
            case RESIGNED -> new Message.Resigned();
            case LEARNER_INFO -> new Message.LearnerInfo(in.i64());
            case NEW_EPOCH -> new Message.NewEpoch(in.i64());
            case ACK_EPOCH -> new Message.AckEpoch(in.i64(), in.bool(), in.i64(), in.i64(), in.i64());
            case DIFF -> new Message.Diff(in.i64(), in.i64());
            case TRUNC -> new Message.Trunc(in.i64(), in.i64());
            case SNAP -> new Message.Snap(in.i64());
            case SYNC_FROM -> new Message.SyncFrom(in.i64(), in.i64(), in.bool());
            case PROPOSE -> new Message.Propose(in.i64(), in.list(ENTRY_HEADER_BYTES, PeerCodec::entry));
            case NEW_LEADER -> new Message.NewLeader(in.i64(), in.i64());
            case ACK_NEW_LEADER -> new Message.AckNewLeader(in.i64(), in.i64());
            case UP_TO_DATE -> new Message.UpToDate(in.i64(), in.i64());
            case ACK -> new Message.Ack(in.i64(), in.i64());
            case COMMIT -> new Message.Commit(in.i64(), in.i64());
            case HEARTBEAT -> new Message.Heartbeat(in.i64(), in.i64());
            case HEARTBEAT_ACK -> new Message.HeartbeatAck(in.i64(), in.i64());
            case FORWARD -> new Message.Forward(in.i64(), in.list(Integer.BYTES, PeerReader::payload));
            case TOUCH -> new Message.Touch(in.i64(), in.bool(), in.longs());
            case TOUCH_ACK -> new Message.TouchAck(in.i64(), in.bool());
            case SYNC_REQUEST -> new Message.SyncRequest(in.i64());
            case SYNC_REPLY -> new Message.SyncReply(in.i64(), in.i64());
            case SNAPSHOT_CHUNK -> snapshotChunk(in);
            case HAND_OVER -> new Message.HandOver(in.i64(), in.i32());
            case FETCH -> new Message.Fetch(in.i64(), in.i64());
            case RECORDS -> new Message.Records(in.i64(), in.list(ENTRY_HEADER_BYTES, PeerCodec::entry));
        };
    }

    private static List<FoundingMember> members(PeerReader in) throws MalformedPacket {
        return in.list(FOUNDING_MEMBER_BYTES, r -> new FoundingMember(r.i32(), r.i64()));
    }

    private static Entry entry(PeerReader in) throws MalformedPacket {
        return new Entry(in.i64(), in.i64(), in.payload());
    }

    private static Message snapshotChunk(PeerReader in) throws MalformedPacket {
        long zxid = in.i64();
        long offset = in.i64();
        boolean last = in.bool();
        return new Message.SnapshotChunk(zxid, offset, in.payload(), last);
    }
}
