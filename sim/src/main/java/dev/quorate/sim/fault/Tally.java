package dev.quorate.sim.fault;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How often each kind of fault happened, with those that are there all the time counted once a run. */
public final class Tally {
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

    public void count(Fault fault) {
        counts.merge(fault, 1L, Long::sum);
    }

    public void add(Tally other) {
        other.counts.forEach((fault, count) -> counts.merge(fault, count, Long::sum));
    }

    /** By name. */
    public Map<String, Long> byName() {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((fault, count) -> named.put(fault.flag(), count));
        return named;
    }
}
