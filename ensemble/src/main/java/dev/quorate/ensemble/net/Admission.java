package dev.quorate.ensemble.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests of all clients that are not answered yet, and their limit. A connection that finds it used up, and has
 * requests of its own among them, stops reading and waits here; so a client that asks for little is heard however much
 * others ask. At twice the limit every connection waits. When some were answered, all that wait are woken. Requests
 * that were read already are always let in, so the limit may be passed by what fits into one read of each connection.
 */
final class Admission {
    private final int maxRequests;
    private final long maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<ClientHandler> waiting = new ConcurrentLinkedQueue<>();

    Admission(ClientLimits.Requests limits) {
        this.maxRequests = limits.total();
        this.maxBytes = limits.totalBytes();
    }

    int outstanding() {
        return requests.get();
    }

    void take(int count, long size) {
        requests.addAndGet(count);
        bytes.addAndGet(size);
    }

    void give(int count, long size) {
        requests.addAndGet(-count);
        bytes.addAndGet(-size);
        if (!waiting.isEmpty() && !isFull(1)) {
            wake();
        }
    }

    /** @param ownRequests those of the connection that asks */
    boolean isFullFor(int ownRequests) {
        return isFull(ownRequests > 0 ? 1 : 2);
    }

    private boolean isFull(int times) {
        return requests.get() >= times * (long) maxRequests || bytes.get() >= times * maxBytes;
    }

    /** The handler stopped reading because {@link #isFullFor} it; it is resumed on its own thread. */
    void await(ClientHandler handler) {
        waiting.add(handler);
        if (!isFull(1)) {
            wake(); // all were answered between the look and the entry; nobody else would come by
        }
    }

    private void wake() {
        for (var handler = waiting.poll(); handler != null; handler = waiting.poll()) {
            handler.resumeLater();
        }
    }
}
