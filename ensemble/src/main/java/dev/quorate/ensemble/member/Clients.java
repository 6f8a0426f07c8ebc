package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Request;
import java.util.List;

/** What clients do, as told to the loop. Implemented by the member; called on the loop. */
public interface Clients {
    /**
     * A client asks for a session, a new one or its old one.
     *
     * @param lastZxidSeen a member that stays behind this zxid must not serve the client
     * @param timeoutMs the timeout that the client asks for
     * @param sessionId 0 for a new session
     */
    void connect(ClientConnection connection, long lastZxidSeen, int timeoutMs, long sessionId, byte[] password);

    /** Requests in the order in which they came. */
    void requests(ClientConnection connection, List<ClientRequest> requests);

    /** The client has read: there is room for replies on a connection that was {@link ClientConnection#isFull full}. */
    void drained(ClientConnection connection);

    /** The connection is gone; the session lives on. */
    void disconnected(ClientConnection connection);

    /** A decoded request with the client's own number for it. */
    record ClientRequest(int xid, Request request) {}
}
