package dev.quorate.ensemble.zab;

import java.util.Arrays;

/**
 * What an entry carries: the encoded bytes of a transaction. The protocol never looks into them; they are encoded once,
 * where the write came in, and logged and sent as they are. The array belongs to the payload and must not be changed.
 */
public final class Payload {
    private final byte[] bytes;

    public Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
