package dev.quorate.sim;

import dev.quorate.sim.fault.Fault;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is taken away from that which a seed draws; the rest of it stays as it is.
 *
 * @param without faults that are off
 * @param voters at most so many voters
 * @param observers at most so many observers
 * @param clients at most so many clients
 */
public record Restriction(Set<Fault> without, int voters, int observers, int clients) {
    private static final int ANY = Integer.MAX_VALUE;

    /** Nothing is taken away. */
    public static final Restriction NONE = new Restriction(Set.of(), ANY, ANY, ANY);

    public Restriction {
        EnumSet<Fault> sorted = EnumSet.noneOf(Fault.class);
        sorted.addAll(without);
        without = Collections.unmodifiableSet(sorted);
    }

    Restriction without(Fault fault) {
        EnumSet<Fault> more = EnumSet.of(fault);
        more.addAll(without);
        return new Restriction(more, voters, observers, clients);
    }

    /** What both take away. */
    Restriction and(Restriction other) {
        EnumSet<Fault> both = EnumSet.noneOf(Fault.class);
        both.addAll(without);
        both.addAll(other.without);
        return new Restriction(both, Math.min(voters, other.voters), Math.min(observers, other.observers),
                Math.min(clients, other.clients));
    }

    Restriction withVoters(int most) {
        return new Restriction(without, most, observers, clients);
    }

    Restriction withObservers(int most) {
        return new Restriction(without, voters, most, clients);
    }

    Restriction withClients(int most) {
        return new Restriction(without, voters, observers, most);
    }

    /** As options of {@code bin/simulate}, each with a space before it. */
    String commandLine() {
        String off = without.stream().map(Fault::flag).collect(Collectors.joining(","));
        return (off.isEmpty() ? "" : " --without " + off) + option(" --voters ", voters)
                + option(" --observers ", observers) + option(" --clients ", clients);
    }

    private static String option(String name, int value) {
        return value == ANY ? "" : name + value;
    }
}
