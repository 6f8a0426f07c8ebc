package dev.quorate.ensemble.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests of all clients that are not answered yet, and their limit. A connection that finds it used up stops reading and waits
 * here; when some were answered, all that wait are woken. Requests that were read already are always let in, so the limit may be passed
 * by what fits into one read of each connection.
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
        if (!waiting.isEmpty() && !isFull()) {
            wake();
        }
    }

    boolean isFull() {
        return requests.get() >= maxRequests || bytes.get() >= maxBytes;
    }

    /** The handler stopped reading because {@link #isFull}; it is resumed on its own thread. */
    void await(ClientHandler handler) {
        waiting.add(handler);
        if (!isFull()) {
            wake(); // all were answered between the look and the entry; nobody else would come by
        }
    }

    private void wake() {
        for (var handler = waiting.poll(); handler != null; handler = waiting.poll()) {
            handler.resumeLater();
        }
    }
}
