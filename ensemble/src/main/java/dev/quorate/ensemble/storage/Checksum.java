package dev.quorate.ensemble.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over a part of a buffer that has a slot for its own checksum: while it is computed, the slot holds a seed.
 * With the checksum of the part before as the seed the parts form a chain, in which none can be missing, doubled or
 * out of place.
 */
final class Checksum {
    private final CRC32C crc = new CRC32C();

    /** Computes the checksum and leaves it in the slot. */
    int seal(ByteBuffer buffer, int from, int length, int slot, int seed) {
        buffer.putInt(slot, seed);
        int sum = of(buffer, from, length);
        buffer.putInt(slot, sum);
        return sum;
    }

    /** Whether the slot holds the right checksum; the buffer is as before when this returns. */
    boolean matches(ByteBuffer buffer, int from, int length, int slot, int seed) {
        int stored = buffer.getInt(slot);
        buffer.putInt(slot, seed);
        int sum = of(buffer, from, length);
        buffer.putInt(slot, stored);
        return sum == stored;
    }

    private int of(ByteBuffer buffer, int from, int length) {
        int position = buffer.position();
        int limit = buffer.limit();
        crc.reset();
        crc.update(buffer.limit(from + length).position(from));
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }
}
