package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Identity;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes our own formats (log and snapshot) into an array that grows. */
final class ByteWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array;
    private int size;

    ByteWriter(int capacity) {
        array = new byte[capacity];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** What was written, in an array of exactly that length; the writer is done with it. */
    byte[] toArray() {
        return size == array.length ? array : Arrays.copyOf(array, size);
    }

    void writeByte(int value) {
        reserve(1);
        array[size++] = (byte) value;
    }

    void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    void writeInt(int value) {
        reserve(4);
        INT.set(array, size, value);
        size += 4;
    }

    void writeLong(long value) {
        reserve(8);
        LONG.set(array, size, value);
        size += 8;
    }

    /** Puts an int where one was written before. */
    void setInt(int at, int value) {
        INT.set(array, at, value);
    }

    /** A null is written as length −1. */
    void writeBytes(@Nullable Bytes bytes) {
        if (bytes == null) {
            writeInt(-1);
            return;
        }
        writeInt(bytes.length());
        reserve(bytes.length());
        System.arraycopy(bytes.array(), bytes.offset(), array, size, bytes.length());
        size += bytes.length();
    }

    void writeString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        writeInt(utf8.length);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, array, size, utf8.length);
        size += utf8.length;
    }

    void writeIdentity(Identity identity) {
        writeString(identity.scheme());
        writeString(identity.id());
    }

    void writeAcl(List<Acl> acl) {
        writeInt(acl.size());
        for (int i = 0; i < acl.size(); i++) {
            writeInt(acl.get(i).perms());
            writeIdentity(acl.get(i).identity());
        }
    }

    private void reserve(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, Math.addExact(size, more)));
        }
    }
}
