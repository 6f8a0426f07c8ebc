package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Identity;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} wrote; never beyond the end, never allocating more than is there. */
final class ByteReader {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] array;
    private final int end;
    private int at;

    ByteReader(byte[] array, int from, int end) {
        this.array = array;
        this.at = from;
        this.end = end;
    }

    int remaining() {
        return end - at;
    }

    byte readByte() throws MalformedPacket {
        need(1, "a byte");
        return array[at++];
    }

    /** Anything but 0 is true, as in jute. */
    boolean readBoolean() throws MalformedPacket {
        return readByte() != 0;
    }

    int readInt() throws MalformedPacket {
        need(4, "an int");
        int value = (int) INT.get(array, at);
        at += 4;
        return value;
    }

    long readLong() throws MalformedPacket {
        need(8, "a long");
        long value = (long) LONG.get(array, at);
        at += 8;
        return value;
    }

    /** The bytes stay in this array: whoever keeps them keeps the array. */
    @Nullable
    Bytes readNullableBytes() throws MalformedPacket {
        int length = readInt();
        return length == -1 ? null : slice(length);
    }

    Bytes readBytes() throws MalformedPacket {
        return slice(readInt());
    }

    private Bytes slice(int length) throws MalformedPacket {
        need(length, "bytes");
        at += length;
        return new Bytes(array, at - length, length);
    }

    String readString() throws MalformedPacket {
        int length = readInt();
        need(length, "a text");
        at += length;
        return new String(array, at - length, length, StandardCharsets.UTF_8);
    }

    /** A text that may be missing: then it is empty. */
    String readNullableString() throws MalformedPacket {
        Bytes bytes = readNullableBytes();
        return bytes == null ? "" : bytes.text();
    }

    /** A list of texts; a missing one is empty. */
    List<String> readStrings() throws MalformedPacket {
        int count = readCountOrNone(4);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(readString());
        }
        return texts;
    }

    Identity readIdentity() throws MalformedPacket {
        return new Identity(readString(), readString());
    }

    /**
     * The number of elements of a list.
     *
     * @param leastBytes what each of them takes at least
     */
    int readCount(int leastBytes) throws MalformedPacket {
        int count = readInt();
        if (count < 0 || count > remaining() / leastBytes) {
            throw new MalformedPacket(count + " elements can't be in the " + remaining() + " bytes left");
        }
        return count;
    }

    List<Acl> readAcl() throws MalformedPacket {
        return readAcl(readCount(12));
    }

    /** An access list; a missing one is empty. */
    List<Acl> readNullableAcl() throws MalformedPacket {
        return readAcl(readCountOrNone(12));
    }

    private int readCountOrNone(int leastBytes) throws MalformedPacket {
        if (remaining() >= 4 && (int) INT.get(array, at) == -1) {
            at += 4;
            return 0;
        }
        return readCount(leastBytes);
    }

    private List<Acl> readAcl(int count) throws MalformedPacket {
        List<Acl> acl = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            acl.add(new Acl(readInt(), readIdentity()));
        }
        return acl;
    }

    private void need(int length, String what) throws MalformedPacket {
        if (length < 0 || length > end - at) {
            throw new MalformedPacket(what + " of " + length + " bytes at byte " + at + " of " + end);
        }
    }
}
