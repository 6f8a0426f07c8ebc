package dev.quorate.ensemble.net;

import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import java.util.List;

/** What the loop has for a client; encoded on the network's thread when the socket can take it. */
sealed interface Outgoing {
    /** About what it takes until the client has read it. */
    default long bytes() {
        return 0;
    }

    record Connected(int timeoutMs, long sessionId, byte[] password) implements Outgoing {}

    record Reply(int xid, long zxid, Response response, long bytes) implements Outgoing {}

    record Event(WatchEvent event, long bytes) implements Outgoing {}

    record Close() implements Outgoing {}

    /**
     * What one batch of the loop has for one client.
     *
     * @param credit units of admission that come back
     */
    record Batch(List<Outgoing> items, int credit) {}
}
