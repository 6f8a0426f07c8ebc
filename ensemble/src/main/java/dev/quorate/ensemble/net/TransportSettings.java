package dev.quorate.ensemble.net;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How members reach each other.
 *
 * @param listen where this member is reached; null for a member without peers
 * @param peers all other members, ascending by id
 * @param key the secret that all members share, at least 16 bytes; null when peers are not authenticated
 * @param timeoutMs a link that is silent for twice as long is closed, and the member with the smaller id dials after it
 * @param maxQueuedBytes a peer for which more than this waits is disconnected
 */
public record TransportSettings(@Nullable InetSocketAddress listen, List<Peer> peers, byte @Nullable [] key,
        int timeoutMs,
        long maxQueuedBytes) {

    /**
     * Another member.
     *
     * @param host name or address, resolved anew for each connection
     */
    public record Peer(int id, String host, int port) {}
}
