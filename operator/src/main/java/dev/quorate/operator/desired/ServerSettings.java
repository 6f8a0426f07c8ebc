package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the server that {@code spec.config} may hold. A server that starts with a value it refuses ends at
 * once, so whatever it would refuse is told before any member is given it: the numbers here are the server's own.
 */
public final class ServerSettings {
    /**
     * The whole numbers that a setting takes.
     *
     * @param min the least of them
     * @param max the greatest of them
     * @param unit what is counted
     */
    public record Range(long min, long max, String unit) {
        private boolean holds(String value) {
            return INTEGER.matcher(value).matches() && Long.parseLong(value) >= min && Long.parseLong(value) <= max;
        }
    }

    /**
     * The settings that a member takes up while it runs; all others take a restart. None of them decides the outcome of
     * a write.
     */
    public static final Set<String> LIVE = Collections
            .unmodifiableSet(new TreeSet<>(List.of("maxClientCnxns", "snapCount", "4lw.commands.whitelist")));

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,12}");
    private static final Pattern WORDS = Pattern.compile("\\*|[a-z]{4}( *, *[a-z]{4})*");
    private static final String WHITELIST = "4lw.commands.whitelist";
    private static final String TICK_TIME = "tickTime";
    private static final String MIN_SESSION_TIMEOUT = "minSessionTimeout";
    private static final String MAX_SESSION_TIMEOUT = "maxSessionTimeout";
    private static final String DEFAULT_TICK_TIME_MS = "2000";
    private static final int MIN_SESSION_TICKS = 2;
    private static final int MAX_SESSION_TICKS = 20;

    /** The settings that are numbers. */
    public static final SortedMap<String, Range> RANGES = Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(
            TICK_TIME, new Range(1, 3_600_000, "ms"),
            "maxClientCnxns", new Range(0, 10_000_000, "connections"),
            MIN_SESSION_TIMEOUT, new Range(-1, 86_400_000, "ms"),
            MAX_SESSION_TIMEOUT, new Range(-1, 86_400_000, "ms"),
            "snapCount", new Range(100, 1_000_000_000, "entries"),
            "autopurge.snapRetainCount", new Range(1, 1000, "snapshots"),
            "autopurge.purgeInterval", new Range(0, 1_000_000, "h"),
            "jute.maxbuffer", new Range(1024, 64 << 20, "bytes"),
            "quorate.peerTimeoutMs", new Range(50, 600_000, "ms"))));

    private ServerSettings() {}

    /** Those of the settings that a member takes up while it runs. */
    public static SortedMap<String, String> live(EnsembleSpec spec) {
        return part(spec, true);
    }

    /** Those of the settings that take a restart; null where there are none. */
    static @Nullable SortedMap<String, String> atStart(EnsembleSpec spec) {
        SortedMap<String, String> settings = part(spec, false);
        return settings.isEmpty() ? null : settings;
    }

    private static SortedMap<String, String> part(EnsembleSpec spec, boolean live) {
        var settings = new TreeMap<>(Objects.requireNonNullElse(spec.config(), Map.<String, String>of()));
        settings.keySet().removeIf(key -> LIVE.contains(key) != live);
        return settings;
    }

    /** What is wrong with the settings, in the order of their names. */
    static List<String> problems(Map<String, String> settings) {
        var problems = new ArrayList<String>();
        new TreeMap<>(settings).forEach((key, value) -> {
            Range range = RANGES.get(key);
            if (range != null) {
                if (!range.holds(value)) {
                    problems.add(noValue(key, value) + "a number from " + range.min() + " to " + range.max() + " ("
                            + range.unit() + "), in quotes");
                }
            } else if (!key.equals(WHITELIST)) {
                problems.add("spec.config: '" + key + "' is not a setting that can be changed: remove it or use one of "
                        + String.join(", ", RANGES.keySet()) + ", " + WHITELIST);
            } else if (!WORDS.matcher(value).matches()) {
                problems.add(noValue(key, value) + "four-letter words with commas between, or *");
            }
        });
        if (problems.isEmpty()) {
            sessionTimeouts(settings, problems);
        }
        return problems;
    }

    private static String noValue(String key, String value) {
        return "spec.config: '" + value + "' is no value for " + key + ": write ";
    }

    private static void sessionTimeouts(Map<String, String> settings, List<String> problems) {
        long minMs = sessionTimeoutMs(settings, MIN_SESSION_TIMEOUT, MIN_SESSION_TICKS);
        long maxMs = sessionTimeoutMs(settings, MAX_SESSION_TIMEOUT, MAX_SESSION_TICKS);
        if (minMs > maxMs) {
            problems.add("spec.config: minSessionTimeout (" + minMs + " ms) is above maxSessionTimeout (" + maxMs
                    + " ms): set both, the first not above the second");
        }
    }

    /** A bound that is not given, or not positive, follows from the tick time. */
    private static long sessionTimeoutMs(Map<String, String> settings, String key, int ticks) {
        long givenMs = Long.parseLong(settings.getOrDefault(key, "-1"));
        return givenMs > 0
                ? givenMs
                : ticks * Long.parseLong(settings.getOrDefault(TICK_TIME, DEFAULT_TICK_TIME_MS));
    }
}
