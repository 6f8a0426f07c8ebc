package dev.quorate.operator.desired;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who an ensemble is: the cluster's id and the members that found it together. It is decided once, at founding, and
 * stands on every claim from then on.
 *
 * @param clusterId the uid of the Ensemble that founded it, with a suffix where it was founded again by consent
 * @param founders ids in ascending order
 */
public record Identity(String clusterId, List<Integer> founders) {
    public Identity {
        founders = List.copyOf(founders);
    }

    /** The identity of a new ensemble that members 1 to {@code voters} found. */
    public static Identity ofNew(String clusterId, int voters) {
        return new Identity(clusterId, IntStream.rangeClosed(1, voters).boxed().toList());
    }

    /** As the annotation {@link Labels#FOUNDERS} holds it. */
    public String foundersText() {
        return founders.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /**
     * Reads {@link #foundersText()}.
     *
     * @throws NumberFormatException where it is no list of numbers
     */
    public static List<Integer> parseFounders(String text) {
        return Stream.of(text.split(",")).map(id -> Integer.valueOf(id.strip())).toList();
    }
}
