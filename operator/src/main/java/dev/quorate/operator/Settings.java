package dev.quorate.operator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything about an operator that can be set.
 *
 * @param namespaces where Ensembles are looked after; empty for all namespaces
 * @param lease name of the Lease by which one of several operators is chosen; empty for a single operator
 * @param http where health and metrics are served; empty for nowhere; port 0 for any free one
 * @param busyPoll how often members are asked while something is going on
 * @param settledPoll how often members are asked while all is settled
 */
public record Settings(Set<String> namespaces, Optional<Lease> lease, Optional<InetSocketAddress> http,
        Duration busyPoll, Duration settledPoll) {
    private static final int HTTP_PORT = 8081;

    /**
     * The Lease by which one of several operators is chosen.
     *
     * @param identity who this operator is, unlike all others
     */
    public record Lease(String namespace, String name, String identity) {}

    public Settings {
        namespaces = Set.copyOf(namespaces);
    }

    /** A single operator for the given namespaces, without a port. */
    public static Settings forNamespaces(String... namespaces) {
        return new Settings(Set.of(namespaces), Optional.empty(), Optional.empty(), Duration.ofMillis(200),
                Duration.ofSeconds(5));
    }

    /**
     * Settings from environment variables.
     * <ul>
     * <li>{@code QUORATE_NAMESPACES}: names with commas between, or {@code *} for all; default the own namespace
     * <li>{@code QUORATE_LEASE}: name of the Lease for leader election; default none
     * <li>{@code QUORATE_HTTP}: {@code host:port} or {@code :port} for health and metrics; default {@code :8081}
     * <li>{@code QUORATE_BUSY_POLL_MS}, {@code QUORATE_SETTLED_POLL_MS}: how often members are asked; default 200, 5000
     * </ul>
     *
     * @param ownNamespace the namespace that the operator runs in
     * @throws IllegalArgumentException with a sentence that says what to write
     */
    public static Settings fromEnvironment(Map<String, String> environment, String ownNamespace) {
        String namespaces = environment.getOrDefault("QUORATE_NAMESPACES", ownNamespace).strip();
        Set<String> names = namespaces.equals("*")
                ? Set.of()
                : Stream.of(namespaces.split(",")).map(String::strip).filter(name -> !name.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (!namespaces.equals("*") && names.isEmpty()) {
            throw new IllegalArgumentException(
                    "QUORATE_NAMESPACES names no namespace: write names with commas between, or *");
        }
        Optional<Lease> lease = Optional.ofNullable(environment.get("QUORATE_LEASE")).filter(name -> !name.isBlank())
                .map(name -> new Lease(ownNamespace, name,
                        environment.getOrDefault("HOSTNAME", "operator") + "-" + ProcessHandle.current().pid()));
        return new Settings(names, lease,
                Optional.of(address(environment.getOrDefault("QUORATE_HTTP", ":" + HTTP_PORT))),
                millis(environment, "QUORATE_BUSY_POLL_MS", 200), millis(environment, "QUORATE_SETTLED_POLL_MS", 5000));
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return colon <= 0
                    ? new InetSocketAddress(port)
                    : new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), port);
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "QUORATE_HTTP is '" + text + "': write host:port or :port, for example :8081", e);
        }
    }

    private static Duration millis(Map<String, String> environment, String key, long byDefault) {
        String text = environment.getOrDefault(key, Long.toString(byDefault));
        try {
            long millis = Long.parseLong(text);
            if (millis > 0) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + text + "': write a number of milliseconds", e);
        }
        throw new IllegalArgumentException(key + " is '" + text + "': write a positive number of milliseconds");
    }
}
