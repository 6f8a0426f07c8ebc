package dev.quorate.sim.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened: a hash over everything, the last events in full. Details are formatted only when they are read, since a
 * run has millions of events and prints almost none.
 */
public final class Trace {
    private static final int KEPT = 256;

    private final long[] times = new long[KEPT];
    private final int[] members = new int[KEPT];
    private final String[] names = new String[KEPT];
    private final @Nullable Object[] details = new @Nullable Object[KEPT];
    private final @Nullable Consumer<String> live;
    private long hash = 0x9E3779B97F4A7C15L;
    private long count;

    /** @param live gets every event as it happens; null for none */
    public Trace(@Nullable Consumer<String> live) {
        this.live = live;
    }

    /**
     * An event.
     *
     * @param member where, 0 when not at a member
     * @param what a constant name
     * @param number what goes into the hash besides time, member and name
     * @param detail for people
     */
    public void event(long timeNs, int member, String what, long number, @Nullable Object detail) {
        hash = mix(mix(mix(hash, timeNs), member + 31L * what.hashCode()), number);
        int at = (int) (count++ % KEPT);
        times[at] = timeNs;
        members[at] = member;
        names[at] = what;
        details[at] = detail;
        if (live != null) {
            live.accept(line(at));
        }
    }

    /** Equal for equal runs. */
    public long hash() {
        return hash;
    }

    /** How many events there were. */
    public long count() {
        return count;
    }

    /** The last events, oldest first. */
    public List<String> last(int most) {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - Math.min(most, KEPT)); i < count; i++) {
            lines.add(line((int) (i % KEPT)));
        }
        return lines;
    }

    private String line(int at) {
        Object detail = details[at];
        return "%12.6f  %s  %s%s".formatted(times[at] / 1e9, members[at] == 0 ? "-" : Integer.toString(members[at]),
                names[at], detail == null ? "" : "  " + detail);
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 29);
    }
}
