package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.zab.Payload;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the fields of a message between members; every length is checked before anything is allocated. */
final class PeerReader {
    private final ByteBuf in;

    PeerReader(ByteBuf in) {
        this.in = in;
    }

    /** Reads one element of a list. */
    interface Element<T> {
        T read(PeerReader in) throws MalformedPacket;
    }

    int u8() throws MalformedPacket {
        need(1);
        return in.readUnsignedByte();
    }

    boolean bool() throws MalformedPacket {
        int value = u8();
        if (value > 1) {
            throw new MalformedPacket("a peer's message has " + value + " where 0 or 1 must be");
        }
        return value == 1;
    }

    int i32() throws MalformedPacket {
        need(Integer.BYTES);
        return in.readInt();
    }

    long i64() throws MalformedPacket {
        need(Long.BYTES);
        return in.readLong();
    }

    Payload payload() throws MalformedPacket {
        byte[] bytes = new byte[count(1)];
        in.readBytes(bytes);
        return new Payload(bytes);
    }

    long[] longs() throws MalformedPacket {
        long[] values = new long[count(Long.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readLong();
        }
        return values;
    }

    <T> List<T> list(int minElementBytes, Element<T> element) throws MalformedPacket {
        int count = count(minElementBytes);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.read(this));
        }
        return Collections.unmodifiableList(list);
    }

    void end() throws MalformedPacket {
        if (in.isReadable()) {
            throw new MalformedPacket("a peer's message has " + in.readableBytes() + " bytes too many");
        }
    }

    /** A count of elements that can be there at all: each takes up at least so many of the bytes left. */
    private int count(int minElementBytes) throws MalformedPacket {
        int count = i32();
        if (count < 0 || count > in.readableBytes() / minElementBytes) {
            throw new MalformedPacket("a peer's message names " + count + " elements, but only " + in.readableBytes()
                    + " bytes are left");
        }
        return count;
    }

    private void need(int bytes) throws MalformedPacket {
        if (in.readableBytes() < bytes) {
            throw new MalformedPacket("a peer's message ends too early: " + bytes + " more bytes were expected, "
                    + in.readableBytes() + " are there");
        }
    }
}
