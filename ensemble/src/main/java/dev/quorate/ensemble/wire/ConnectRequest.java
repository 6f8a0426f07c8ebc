package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Bytes;

/**
 * The first packet of a connection.
 *
 * @param lastZxidSeen the last zxid that the client saw; a server that is behind it must not serve the client
 * @param timeoutMs the timeout that the client wishes
 * @param sessionId the session to go on with, 0 for a new one
 * @param readOnly whether the client would do with a server that can't write
 * @param hasReadOnly whether the client sent that byte; old clients don't, and are then answered without it
 */
public record ConnectRequest(int protocolVersion, long lastZxidSeen, int timeoutMs, long sessionId, Bytes password,
        boolean readOnly, boolean hasReadOnly) {}
