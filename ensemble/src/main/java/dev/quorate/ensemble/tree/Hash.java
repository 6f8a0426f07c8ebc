package dev.quorate.ensemble.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The hash functions of the tree's index and digest: fixed for ever within a level, the same on every machine. */
final class Hash {
    /** The hash of the root's path. */
    static final long ROOT = 0x9E3779B97F4A7C15L;

    private static final long PRIME = 0x100000001B3L;
    private static final long FACTOR = 0xC2B2AE3D27D4EB4FL;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Hash() {}

    /** Spreads every bit over all bits (the finalizer of MurmurHash3). */
    static long mix(long value) {
        long z = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
        z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return z ^ (z >>> 33);
    }

    /** Two values into one; the order counts. */
    static long mix(long first, long second) {
        return mix(first * FACTOR + second);
    }

    /** The hash of a name (FNV-1a, 64 bits). */
    static long name(byte[] bytes, int from, int to) {
        long hash = 0xCBF29CE484222325L;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * PRIME;
        }
        return hash;
    }

    static long bytes(byte[] array, int from, int to) {
        long hash = (to - from) * FACTOR;
        int at = from;
        for (; at <= to - 8; at += 8) {
            hash = (hash ^ (long) LONG.get(array, at)) * FACTOR;
            hash ^= hash >>> 32;
        }
        for (; at < to; at++) {
            hash = (hash ^ array[at]) * PRIME;
        }
        return mix(hash);
    }

    static long text(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return mix(hash);
    }
}
