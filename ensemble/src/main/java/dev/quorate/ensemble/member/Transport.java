package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.PeerInfo;

/**
 * Links to the other members. A link is one connection: messages arrive in order and none is lost while it is up; when it
 * breaks, any suffix of what was sent may be lost. All calls come from the loop and never block; the listener is called on
 * the loop.
 */
public interface Transport {
    /** Starts listening and keeps a link to every peer of the configuration; what it knows of itself is {@code self}. */
    void start(Listener listener, LocalInfo self);

    /** Tells peers of later links who this member is from now on (it was founded in the meantime). */
    void update(LocalInfo self);

    /** Queues a message; a link that is gone drops it. */
    void send(int peer, long link, Message message);

    /** Ends a batch of the loop: what was queued is written. */
    void flush();

    /** Bytes queued on this link and not yet taken by the socket; 0 when the link is gone. */
    long queuedBytes(int peer, long link);

    /** Breaks a link; a new one is made after a pause. */
    void disconnect(int peer, long link, String reason);

    /**
     * Who this member is.
     *
     * @param id its id
     * @param clusterId the ensemble's id; empty while not founded and not given
     * @param info what peers learn of it
     * @param clientAddress {@code host:port} at which clients reach it
     */
    record LocalInfo(int id, String clusterId, PeerInfo info, String clientAddress) {}

    /** Called on the loop. */
    interface Listener {
        void linkUp(int peer, long link, PeerInfo info, String clusterId, String clientAddress);

        void linkDown(int peer, long link);

        void received(int peer, long link, Message message);

        /** The queue of this link fell below its low-water mark after it was above. */
        void drained(int peer, long link);
    }
}
