package dev.quorate.ensemble.net;

/**
 * What clients may use of a member. Every limit is checked before anything is parsed or kept.
 *
 * @param connections how many may connect
 * @param requests how much they may ask at once
 */
public record ClientLimits(Connections connections, Requests requests) {

    /**
     * Limits on connections.
     *
     * @param perAddress from one IP address, until that is changed; 0 for no limit
     * @param total at all; 0 for no limit
     * @param handshakeTimeoutMs how long a connection may stay without having sent its connect request or word
     * @param slowTimeoutMs how long a client may leave its socket's buffer full before it is cut off
     * @param maxQueued replies and events that may wait for a client that does not read
     * @param maxUnreadBytes how much may wait for it; above, its reads wait
     * @param maxUnreadInAllBytes how much may wait for all; above, the reads wait of everyone for whom something waits,
     *     and above twice as much the one is cut off for whom most waits
     */
    public record Connections(int perAddress, int total, int handshakeTimeoutMs, int slowTimeoutMs, int maxQueued,
            long maxUnreadBytes, long maxUnreadInAllBytes) {}

    /**
     * Limits on requests. A connection over its own limit is not read; nor is one that has a part in a common limit
     * while that is used up; at twice a common limit none is.
     *
     * @param maxPacketBytes the longest request; longer ones close the connection
     * @param perConnection requests of one connection that are not answered yet
     * @param total requests of all connections that are not answered yet
     * @param totalBytes what those of all connections may take
     */
    public record Requests(int maxPacketBytes, int perConnection, int total, long totalBytes) {}
}
