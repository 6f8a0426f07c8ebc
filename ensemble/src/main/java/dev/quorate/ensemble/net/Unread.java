package dev.quorate.ensemble.net;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for all clients of a member together. Above the limit a client that has something waiting gets no more
 * reads answered; above twice the limit the one for which most waits is cut off, then the next one, until there is
 * room.
 */
final class Unread {
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<LoopConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean cutting = new AtomicBoolean();

    Unread(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes.get();
    }

    void entered(LoopConnection connection) {
        connections.add(connection);
    }

    /** A connection is gone, and with it {@code freed} bytes. */
    void left(LoopConnection connection, long freed) {
        connections.remove(connection);
        if (connection.isCut()) {
            cutting.set(false);
        }
        add(-freed);
    }

    /** So much more waits, or less. */
    void add(long more) {
        if (bytes.addAndGet(more) > 2 * maxBytes && cutting.compareAndSet(false, true)) {
            connections.stream().max(Comparator.comparingLong(LoopConnection::unreadBytes))
                    .ifPresentOrElse(worst -> worst.cutOff("of " + bytes + " bytes that wait for all clients "
                            + worst.unreadBytes() + " wait for it"), () -> cutting.set(false));
        }
    }

    boolean isOver() {
        return bytes.get() > maxBytes;
    }
}
