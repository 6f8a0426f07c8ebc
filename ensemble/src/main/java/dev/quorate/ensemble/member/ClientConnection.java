package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;

/**
 * One client's connection, as the loop sees it. Calls come from the loop and never block; what is queued goes out in
 * the order of the calls when the batch ends.
 */
public interface ClientConnection {
    /** The client's address without port, as it stands in {@code ip} ACLs. */
    String remoteAddress();

    /**
     * Answers the connect request.
     *
     * @param timeoutMs the negotiated timeout; 0 tells the client that its session is gone
     * @param password 16 bytes
     */
    void connected(int timeoutMs, long sessionId, byte[] password);

    /**
     * Answers a request.
     *
     * @param zxid the last zxid applied here, or that of the write which is answered
     * @param response the body, or {@link Response.Failed} for an error without one
     */
    void reply(int xid, long zxid, Response response);

    /**
     * Whether so much waits for a client that does not read that no read should be answered now. When there is room
     * again {@link Clients#drained} is told.
     */
    boolean isFull();

    void event(WatchEvent event);

    /** Ends a batch: what was queued is written. */
    void flush();

    /** Closes after what was queued is written. */
    void close();

    /** Returns {@code requests} units of admission; the socket is not read while a connection has none left. */
    void credit(int requests);
}
