package dev.quorate.bench.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * Whole frames (length first) of the few requests that the benchmark sends, encoded once and then sent many times with
 * another xid written over the first. The layout is that of {@code zookeeper.jute} in Apache ZooKeeper 3.9.
 */
final class RequestBytes {
    /** Where in a frame the xid stands, in bytes. */
    static final int XID_AT = 4;

    private static final int CREATE = 1;
    private static final int GET_DATA = 4;
    private static final int SET_DATA = 5;
    private static final int SYNC = 9;
    private static final int CLOSE_SESSION = -11;
    private static final int ALL_PERMISSIONS = 31;
    private static final int ANY_VERSION = -1;
    private static final int LARGEST_FRAME = 1 << 20;

    private final ByteBuffer out = ByteBuffer.allocate(LARGEST_FRAME).position(XID_AT);

    private RequestBytes() {}

    /** The first frame of a connection; a session id of 0 asks for a new session. It has no xid. */
    static byte[] connect(int timeoutMs, long sessionId, byte[] password) {
        var frame = new RequestBytes();
        frame.out.putInt(0).putLong(0).putInt(timeoutMs).putLong(sessionId);
        return frame.bytes(password).flag(false).finish();
    }

    /** Creates a persistent znode that anyone may do anything with. */
    static byte[] create(String path, byte[] data) {
        RequestBytes frame = header(CREATE).string(path).bytes(data);
        frame.out.putInt(1).putInt(ALL_PERMISSIONS);
        frame.string("world").string("anyone");
        frame.out.putInt(0);
        return frame.finish();
    }

    /** Reads a znode's data and stat, without a watch. */
    static byte[] getData(String path) {
        return header(GET_DATA).string(path).flag(false).finish();
    }

    /** Sets a znode's data, whatever its version. */
    static byte[] setData(String path, byte[] data) {
        RequestBytes frame = header(SET_DATA).string(path).bytes(data);
        frame.out.putInt(ANY_VERSION);
        return frame.finish();
    }

    /** Brings the member up to the leader. */
    static byte[] sync(String path) {
        return header(SYNC).string(path).finish();
    }

    /** Ends the session. */
    static byte[] closeSession() {
        return header(CLOSE_SESSION).finish();
    }

    /** Writes {@code xid} into a frame that begins at {@code frameAt} of {@code buffer}. */
    static void putXid(ByteBuffer buffer, int frameAt, int xid) {
        buffer.putInt(frameAt + XID_AT, xid);
    }

    private static RequestBytes header(int operation) {
        var frame = new RequestBytes();
        frame.out.putInt(0).putInt(operation);
        return frame;
    }

    private RequestBytes string(String value) {
        return bytes(value.getBytes(UTF_8));
    }

    private RequestBytes bytes(byte[] value) {
        out.putInt(value.length).put(value);
        return this;
    }

    private RequestBytes flag(boolean value) {
        out.put((byte) (value ? 1 : 0));
        return this;
    }

    private byte[] finish() {
        out.putInt(0, out.position() - XID_AT).flip();
        var frame = new byte[out.remaining()];
        out.get(frame);
        return frame;
    }
}
