package dev.quorate.sim.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happened: a hash over everything, the last events in full. Details are formatted only when they are read, since
 * a run has millions of events and prints almost none.
 */
public final class Trace {
    private static final int KEPT = 1024;
    private static final int PRINTED = 150;
    private static final int WIDTH = 220;

    private static final Pattern DULL = Pattern.compile("Heartbeat|HeartbeatAck|Touch|  (log|request)$");
    private static final Pattern ZXID = Pattern.compile("([zZ]xid=)(\\d+)");
    private static final Pattern INCARNATION = Pattern
            .compile(" incarnation=-?\\d+,| identities=\\[Identity\\[[^]]*]]");

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

    /** The last events that tell something, oldest first: the beat of heartbeats is left out. */
    public List<String> last() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            String line = line((int) (i % KEPT));
            if (!DULL.matcher(line).find()) {
                lines.add(line);
            }
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - PRINTED), lines.size()));
    }

    private String line(int at) {
        Object detail = details[at];
        String line = "%12.6f  %s  %s%s".formatted(times[at] / 1e9, members[at] == 0 ? "-" : "m" + members[at],
                names[at], detail == null ? "" : "  " + readable(detail.toString()));
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH) + "...";
    }

    /** Zxids as epoch and counter, and no words that say nothing. */
    private static String readable(String detail) {
        String zxids = ZXID.matcher(detail).replaceAll(found -> {
            long zxid = Long.parseLong(found.group(2));
            return found.group(1) + (zxid >>> 32) + ":" + (zxid & 0xFFFF_FFFFL);
        });
        return INCARNATION.matcher(zxids).replaceAll("");
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 29);
    }
}
