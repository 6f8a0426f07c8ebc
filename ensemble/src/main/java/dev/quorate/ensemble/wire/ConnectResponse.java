package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Bytes;

/**
 * The answer to a {@link ConnectRequest}.
 *
 * @param timeoutMs the negotiated timeout; 0 tells the client that its session is gone
 * @param withReadOnly whether the last byte is sent: only to clients that sent theirs
 */
public record ConnectResponse(int timeoutMs, long sessionId, Bytes password, boolean withReadOnly) {
    /** The session is gone, or the password was not its. */
    public static ConnectResponse expired(boolean withReadOnly) {
        return new ConnectResponse(0, 0, new Bytes(new byte[16]), withReadOnly);
    }
}
