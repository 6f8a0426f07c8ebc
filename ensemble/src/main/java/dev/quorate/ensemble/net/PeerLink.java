package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport.LocalInfo;
import dev.quorate.ensemble.zab.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The loop's end of a link: a connection that both sides agreed on. Only the loop touches it, save the count of queued
 * bytes, which the network's thread lowers.
 */
final class PeerLink {
    private static final long HIGH_WATER_BYTES = 1 << 20;
    private static final long LOW_WATER_BYTES = 512 << 10;

    final long number;
    final LocalInfo peer;
    final PeerConnection connection;
    /** The place of this link among those that the member with the larger id has opened to the other. */
    final long order;
    final long upSinceNs = System.nanoTime();

    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean aboveHighWater = new AtomicBoolean();
    private List<Message> queued = new ArrayList<>();
    private long batchBytes;

    PeerLink(long number, LocalInfo peer, PeerConnection connection, long order) {
        this.number = number;
        this.peer = peer;
        this.connection = connection;
        this.order = order;
    }

    int peerId() {
        return peer.id();
    }

    long queuedBytes() {
        return queuedBytes.get();
    }

    /** Whether this is the first message of the batch. */
    boolean add(Message message, long size) {
        boolean first = queued.isEmpty();
        queued.add(message);
        batchBytes += size;
        if (queuedBytes.addAndGet(size) > HIGH_WATER_BYTES) {
            aboveHighWater.set(true);
        }
        return first;
    }

    /** Hands the batch to the network's thread. */
    void flush() {
        if (!queued.isEmpty()) {
            var messages = queued;
            queued = new ArrayList<>(Math.min(messages.size(), 64));
            connection.write(this, messages, batchBytes);
            batchBytes = 0;
        }
    }

    /**
     * From the network's thread: the socket took this much. Tells whether the queue is short again after it was long.
     */
    boolean written(long bytes) {
        return queuedBytes.addAndGet(-bytes) < LOW_WATER_BYTES && aboveHighWater.compareAndSet(true, false);
    }

    /**
     * Whether it came up within the last {@code ageMs} and leads to the same process as a connection to {@code other}.
     */
    boolean isYoungAndOf(LocalInfo other, int ageMs) {
        return System.nanoTime() - upSinceNs < ageMs * 1_000_000L
                && peer.info().incarnation() == other.info().incarnation()
                && peer.info().boot() == other.info().boot();
    }

    /** Whether the peer opened {@code this} before {@code other}, as far as can be told. */
    boolean isOlderThan(PeerLink other) {
        var mine = peer.info();
        var its = other.peer.info();
        return mine.incarnation() == its.incarnation()
                && (mine.boot() < its.boot() || (mine.boot() == its.boot() && order < other.order));
    }
}
