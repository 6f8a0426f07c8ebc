package dev.quorate.bench.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Cuts the replies out of one connection's bytes and checks what every one of them must satisfy: the xids come back in
 * the order in which they were sent, zxids never fall, and no request failed.
 */
final class ReplyReader {
    private static final int HEADER_BYTES = 16;
    private static final int LENGTH_BYTES = 4;
    private static final int LARGEST_REPLY = 1 << 20;

    private int lastXid;
    private long lastZxid;

    /** The xid of the last reply taken. */
    int lastXid() {
        return lastXid;
    }

    /**
     * Takes the next whole reply from {@code in}, which stands at a reply's first byte.
     *
     * @return whether there was a whole one; if not, {@code in} stays where it is
     * @throws IOException when the reply is not the one that must come next, or tells of an error
     */
    boolean take(ByteBuffer in) throws IOException {
        int at = in.position();
        if (in.remaining() < LENGTH_BYTES) {
            return false;
        }
        int length = in.getInt(at);
        if (length < HEADER_BYTES || length > LARGEST_REPLY) {
            throw new IOException("A reply of " + length + " bytes: not the client protocol.");
        }
        if (in.remaining() < LENGTH_BYTES + length) {
            return false;
        }
        checkHeader(in.getInt(at + 4), in.getLong(at + 8), in.getInt(at + 16));
        in.position(at + LENGTH_BYTES + length);
        return true;
    }

    private void checkHeader(int xid, long zxid, int error) throws IOException {
        if (xid != lastXid + 1) {
            throw new IOException("Reply " + xid + " came where " + (lastXid + 1) + " must come.");
        }
        if (error != 0) {
            throw new IOException("Request " + xid + " failed with error " + error + ".");
        }
        if (zxid < lastZxid) {
            throw new IOException("The zxid fell from " + lastZxid + " to " + zxid + ".");
        }
        lastXid = xid;
        lastZxid = zxid;
    }
}
