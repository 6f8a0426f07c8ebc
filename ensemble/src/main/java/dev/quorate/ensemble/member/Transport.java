package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.PeerInfo;
import java.util.List;

/**
 * Links to the other members. A link is one connection: messages arrive in order and none is lost while it is up; when
 * it breaks, any suffix of what was sent may be lost. All calls come from the loop and never block; the listener is
 * called on the loop.
 */
public interface Transport {
    /** Accepts members of this ensemble, whoever they are, from now on; what it knows of itself is {@code self}. */
    void start(Listener listener, LocalInfo self);

    /**
     * Keeps links to these members from now on. A link that is up stays, also to a member that is not called any more.
     *
     * @param own where the members of the configuration in force are, this member included if it is one: told to all
     *     peers
     * @param called whom to call, and where; several addresses of one member are tried in turn
     */
    void contacts(Directory own, List<PeerAddress> called);

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

    /**
     * Where a member can be reached.
     *
     * @param host name or address, resolved anew for each connection
     */
    record PeerAddress(int id, String host, int port) {}

    /**
     * Where members are. Who hears of it from a peer uses it for calling, never for counting.
     *
     * @param version of the configuration that says so
     */
    record Directory(long version, List<PeerAddress> members) {
        /** Knows nobody. */
        public static final Directory EMPTY = new Directory(0, List.of());
    }

    /** Called on the loop. */
    interface Listener {
        void linkUp(int peer, long link, PeerInfo info, String clusterId, String clientAddress);

        void linkDown(int peer, long link);

        void received(int peer, long link, Message message);

        /** A peer says where the members of its configuration are. */
        void heardOf(int peer, Directory directory);

        /** The queue of this link fell below its low-water mark after it was above. */
        void drained(int peer, long link);
    }
}
