package dev.quorate.ensemble.member;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, counted in buckets four to a power of two, so a quantile is right to about a fifth.
 * Recording allocates nothing and takes no lock; any thread may record and read.
 */
public final class Histogram {
    private static final int STEPS_BITS = 2;
    private static final int STEPS = 1 << STEPS_BITS;
    private static final int BUCKETS = 64 * STEPS;

    private final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);
    private final AtomicLong sum = new AtomicLong();
    private final AtomicLong max = new AtomicLong();
    private final AtomicLong min = new AtomicLong(Long.MAX_VALUE);

    /** Counts one; a negative value counts as 0. */
    public void record(long value) {
        record(value, 1);
    }

    /** Counts the same value several times. */
    public void record(long value, int times) {
        long counted = Math.max(0, value);
        buckets.getAndAdd(bucket(counted), times);
        sum.getAndAdd(counted * times);
        if (counted > max.get()) {
            max.accumulateAndGet(counted, Math::max);
        }
        if (counted < min.get()) {
            min.accumulateAndGet(counted, Math::min);
        }
    }

    /** How many were counted. */
    public long count() {
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += buckets.get(i);
        }
        return count;
    }

    /** The sum of all values. */
    public long sum() {
        return sum.get();
    }

    /** The largest value, 0 while there is none. */
    public long max() {
        return max.get();
    }

    /** The smallest value, 0 while there is none. */
    public long min() {
        long smallest = min.get();
        return smallest == Long.MAX_VALUE ? 0 : smallest;
    }

    /**
     * A value that the given share of all does not exceed: the upper end of its bucket, and never more than {@link
     * #max}.
     *
     * @param share in 0..1
     */
    public long quantile(double share) {
        long wanted = (long) Math.ceil(share * count());
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += buckets.get(i);
            if (seen >= wanted && seen > 0) {
                return Math.min(max(), highestOf(i));
            }
        }
        return max();
    }

    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(value);
        int step = (int) (value >>> (exponent - STEPS_BITS)) & (STEPS - 1);
        return ((exponent - STEPS_BITS + 1) << STEPS_BITS) + step;
    }

    private static long highestOf(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = (bucket >>> STEPS_BITS) - 1;
        return ((long) (STEPS + (bucket & (STEPS - 1)) + 1) << shift) - 1;
    }
}
