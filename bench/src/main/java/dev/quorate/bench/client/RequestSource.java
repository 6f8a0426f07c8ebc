package dev.quorate.bench.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** The endless requests of one connection, copied from frames encoded before; only the xid, or a name, changes. */
final class RequestSource {
    /** Digits of a created znode's name. */
    private static final int NAME_BYTES = 8;
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** The frames that all connections of a load share, one for each znode. */
    record Frames(List<byte[]> reads, List<byte[]> writes) {
        static Frames of(Load load) {
            byte[] data = Znodes.data(load.dataBytes());
            List<String> paths = Znodes.paths(load.dataBytes());
            return new Frames(paths.stream().map(RequestBytes::getData).toList(),
                    paths.stream().map(path -> RequestBytes.setData(path, data)).toList());
        }
    }

    private final Load.Mix mix;
    private final byte[][] reads;
    private final byte[][] writes;
    private final byte[] create;
    private final int nameAt;
    private final int[] order;

    private RequestSource(Load.Mix mix, Frames frames, byte[] create, int nameAt, int[] order) {
        this.mix = mix;
        this.reads = frames.reads().toArray(byte[][]::new);
        this.writes = frames.writes().toArray(byte[][]::new);
        this.create = create;
        this.nameAt = nameAt;
        this.order = order;
    }

    /** The requests of the connection with this number to {@code member}. */
    static RequestSource of(Load load, Frames frames, int connection, InetSocketAddress member) throws IOException {
        int[] order = new SplittableRandom(connection).ints(1 << 12, 0, Znodes.COUNT).toArray();
        if (load.mix() != Load.Mix.CREATES) {
            return new RequestSource(load.mix(), frames, new byte[0], 0, order);
        }
        String parent = Znodes.newParent(member);
        byte[] create = RequestBytes.create(parent + "/" + "0".repeat(NAME_BYTES), Znodes.data(load.dataBytes()));
        int nameAt = RequestBytes.XID_AT + 4 + 4 + 4 + parent.length() + 1;
        return new RequestSource(load.mix(), frames, create, nameAt, order);
    }

    /** Appends the request with this xid to {@code out}. */
    void next(ByteBuffer out, int xid) {
        int at = out.position();
        if (create.length > 0) {
            out.put(create);
            putName(out, at + nameAt, xid);
        } else {
            int znode = order[xid & (order.length - 1)];
            out.put(mix.isRead(xid) ? reads[znode] : writes[znode]);
        }
        RequestBytes.putXid(out, at, xid);
    }

    private static void putName(ByteBuffer out, int at, int number) {
        for (int i = 0; i < NAME_BYTES; i++) {
            out.put(at + i, HEX[(number >>> (28 - 4 * i)) & 15]);
        }
    }
}
