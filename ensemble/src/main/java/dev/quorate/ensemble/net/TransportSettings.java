package dev.quorate.ensemble.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How members reach each other.
 *
 * @param listen where this member is reached by the config file; null when that does not name it, and for a member
 *     without peers
 * @param bind the address that every port listens on, whatever the configuration says; null when that decides
 * @param key the secret that all members share, at least 16 bytes; null when peers are not authenticated
 * @param timeoutMs a link that is silent for twice as long is closed, and the member with the smaller id dials after it
 * @param maxQueuedBytes a peer for which more than this waits is disconnected
 */
public record TransportSettings(@Nullable InetSocketAddress listen, @Nullable String bind, byte @Nullable [] key,
        int timeoutMs, long maxQueuedBytes) {}
