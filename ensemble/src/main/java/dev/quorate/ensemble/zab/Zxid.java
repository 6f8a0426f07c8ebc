package dev.quorate.ensemble.zab;

/**
 * A zxid is a {@code long}: the epoch in the upper 32 bits, a counter in the lower 32. Zxids are compared as signed
 * longs; epochs stay below 2³¹. This class names what one does with them.
 */
public final class Zxid {
    /** Before everything: nothing was ever logged. */
    public static final long NONE = 0;

    /** The largest counter of an epoch. */
    public static final long MAX_COUNTER = 0xFFFFFFFFL;

    private Zxid() {}

    /** The zxid of the given epoch and counter. */
    public static long of(long epoch, long counter) {
        return (epoch << 32) | counter;
    }

    public static long epoch(long zxid) {
        return zxid >>> 32;
    }

    public static long counter(long zxid) {
        return zxid & MAX_COUNTER;
    }

    /** Whether {@code next} may directly follow {@code last}: the next counter, or the first of a later epoch. */
    public static boolean follows(long last, long next) {
        return epoch(next) == epoch(last) ? next == last + 1 : epoch(next) > epoch(last) && counter(next) == 1;
    }

    /** As people write it: hexadecimal, {@code 0x100000003}. */
    public static String text(long zxid) {
        return "0x" + Long.toHexString(zxid);
    }
}
