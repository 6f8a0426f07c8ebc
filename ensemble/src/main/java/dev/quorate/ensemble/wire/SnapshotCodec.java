package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Loader;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.OriginSeq;
import dev.quorate.ensemble.tree.Session;
import dev.quorate.ensemble.tree.SnapshotRecord;
import dev.quorate.ensemble.tree.SnapshotSink;
import dev.quorate.ensemble.tree.WatchSink;
import java.util.Arrays;
import java.util.List;

/**
 * Snapshots as bytes: record after record, each with its length (4 bytes) and its type (1 byte). The stream may be cut
 * into pieces anywhere; whoever stores the pieces guards them with checksums.
 */
public final class SnapshotCodec {
    private static final int FORMAT = 1;
    private static final int FIRST_CAPACITY = 8 * 1024;

    /** No record is longer than the largest data that a client may send, by far. */
    private static final int MAX_RECORD_BYTES = 256 * 1024 * 1024;

    private static final int HEADER = 1;
    private static final int ORIGIN = 2;
    private static final int SESSION = 3;
    private static final int ZNODE = 4;
    private static final int END = 5;

    private SnapshotCodec() {}

    /** Turns the records of a walk into bytes, to be taken whenever enough have gathered. */
    public static final class Writer implements SnapshotSink {
        private ByteWriter out = new ByteWriter(FIRST_CAPACITY);

        @Override
        public void record(SnapshotRecord record) {
            int start = out.size();
            out.writeInt(0);
            write(record, out);
            out.setInt(start, out.size() - start - 4);
        }

        /** Bytes that were not taken yet. */
        public int size() {
            return out.size();
        }

        /** What was written since the last call. */
        public byte[] take() {
            byte[] bytes = out.toArray();
            out = new ByteWriter(bytes.length);
            return bytes;
        }
    }

    /** Builds a tree from the bytes of a snapshot, piece by piece. */
    public static final class Reader {
        private final Loader loader;
        private byte[] rest = new byte[0];

        public Reader(WatchSink watchSink, Levels levels) {
            loader = new Loader(watchSink, levels);
        }

        /** @throws MalformedPacket when the bytes are not a snapshot's */
        public void accept(byte[] piece) throws MalformedPacket {
            byte[] bytes = piece;
            if (rest.length > 0) {
                bytes = Arrays.copyOf(rest, rest.length + piece.length);
                System.arraycopy(piece, 0, bytes, rest.length, piece.length);
            }
            int at = 0;
            while (bytes.length - at >= 4) {
                int length = new ByteReader(bytes, at, bytes.length).readInt();
                if (length < 1 || length > MAX_RECORD_BYTES) {
                    throw new MalformedPacket("a record of " + length + " bytes in a snapshot");
                }
                if (bytes.length - at - 4 < length) {
                    break;
                }
                load(new ByteReader(bytes, at + 4, at + 4 + length));
                at += 4 + length;
            }
            rest = Arrays.copyOfRange(bytes, at, bytes.length);
        }

        /** @throws MalformedPacket when the snapshot is not whole, or not the tree that its digest says */
        public DataTree finish() throws MalformedPacket {
            if (rest.length > 0) {
                throw new MalformedPacket("the snapshot ends within a record");
            }
            try {
                return loader.finish();
            } catch (IllegalArgumentException e) {
                throw new MalformedPacket(String.valueOf(e.getMessage()));
            }
        }

        private void load(ByteReader in) throws MalformedPacket {
            SnapshotRecord record = read(in);
            if (in.remaining() > 0) {
                throw new MalformedPacket(in.remaining() + " bytes behind a record of a snapshot");
            }
            try {
                loader.load(record);
            } catch (IllegalArgumentException e) {
                throw new MalformedPacket(String.valueOf(e.getMessage()));
            }
        }
    }

    private static void write(SnapshotRecord record, ByteWriter out) {
        switch (record) {
            case SnapshotRecord.Header header -> {
                out.writeByte(HEADER);
                out.writeInt(FORMAT);
                out.writeLong(header.zxid());
                out.writeLong(header.timeMs());
                out.writeLong(header.digest());
                out.writeString(header.clusterId());
                out.writeBytes(header.clusterKey());
                ConfigurationCodec.writeNullable(header.membership(), out);
            }
            case SnapshotRecord.OriginRow row -> {
                out.writeByte(ORIGIN);
                out.writeInt(row.origin().origin().id());
                out.writeLong(row.origin().origin().incarnation());
                out.writeLong(row.origin().origin().boot());
                out.writeLong(row.origin().seq());
            }
            case SnapshotRecord.SessionRow row -> {
                out.writeByte(SESSION);
                out.writeLong(row.session().id());
                out.writeInt(row.session().timeoutMs());
                out.writeInt(row.session().owner());
            }
            case SnapshotRecord.Znode znode -> writeZnode(znode, out);
            case SnapshotRecord.End end -> {
                out.writeByte(END);
                out.writeLong(end.znodes());
                out.writeLong(end.sessions());
            }
        }
    }

    private static void writeZnode(SnapshotRecord.Znode znode, ByteWriter out) {
        out.writeByte(ZNODE);
        out.writeInt(znode.id());
        out.writeInt(znode.parent());
        out.writeBytes(znode.name());
        out.writeLong(znode.czxid());
        out.writeLong(znode.mzxid());
        out.writeLong(znode.pzxid());
        out.writeLong(znode.ctimeMs());
        out.writeLong(znode.mtimeMs());
        out.writeInt(znode.version());
        out.writeInt(znode.createdChildren());
        out.writeInt(znode.aversion());
        out.writeLong(znode.ephemeralOwner());
        out.writeBoolean(znode.container());
        boolean open = znode.acl().equals(Acl.OPEN);
        out.writeBoolean(open);
        if (!open) {
            out.writeAcl(znode.acl());
        }
        out.writeBytes(znode.data());
    }

    private static SnapshotRecord read(ByteReader in) throws MalformedPacket {
        int type = in.readByte();
        return switch (type) {
            case HEADER -> {
                int format = in.readInt();
                if (format != FORMAT) {
                    throw new MalformedPacket("a snapshot of format " + format + "; this build knows " + FORMAT);
                }
                yield new SnapshotRecord.Header(in.readLong(), in.readLong(), in.readLong(),
                        in.readString(), new Bytes(in.readBytes().toArray()),
                        ConfigurationCodec.readNullable(in));
            }
            case ORIGIN -> new SnapshotRecord.OriginRow(
                    new OriginSeq(new Origin(in.readInt(), in.readLong(), in.readLong()), in.readLong()));
            case SESSION -> new SnapshotRecord.SessionRow(new Session(in.readLong(), in.readInt(), in.readInt()));
            case ZNODE -> readZnode(in);
            case END -> new SnapshotRecord.End(in.readLong(), in.readLong());
            default -> throw new MalformedPacket("a record of type " + type + " in a snapshot");
        };
    }

    private static SnapshotRecord.Znode readZnode(ByteReader in) throws MalformedPacket {
        int id = in.readInt();
        int parent = in.readInt();
        Bytes name = in.readBytes();
        long czxid = in.readLong();
        long mzxid = in.readLong();
        long pzxid = in.readLong();
        long ctimeMs = in.readLong();
        long mtimeMs = in.readLong();
        int version = in.readInt();
        int createdChildren = in.readInt();
        int aversion = in.readInt();
        long ephemeralOwner = in.readLong();
        boolean container = in.readBoolean();
        List<Acl> acl = in.readBoolean() ? Acl.OPEN : in.readAcl();
        return new SnapshotRecord.Znode(id, parent, name, czxid, mzxid, pzxid, ctimeMs, mtimeMs, version,
                createdChildren, aversion, ephemeralOwner, container, acl, in.readNullableBytes());
    }
}
