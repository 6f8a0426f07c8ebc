package dev.quorate.ensemble.net;

import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calling one peer while there is no link to it. A member that starts calls everybody at once, since it knows that it has no link.
 * After a link broke the member with the larger id calls first; the other one too when that has not helped within the timeout: the caller
 * must be the one that can reach the other, whichever that is. Only the loop touches it.
 */
final class PeerDialer {
    private static final int MIN_BACKOFF_MS = 20;
    private static final int MAX_BACKOFF_MS = 500;

    private final PeerTransport transport;
    private final TransportSettings.Peer peer;
    private final int firstDelayMs;
    private int backoffMs = MIN_BACKOFF_MS;
    private boolean dialing;
    private boolean up;
    private @Nullable Future<?> timer;

    PeerDialer(PeerTransport transport, TransportSettings.Peer peer) {
        this.transport = transport;
        this.peer = peer;
        this.firstDelayMs = transport.selfId() > peer.id() ? 0 : transport.settings().timeoutMs();
    }

    void start() {
        dial();
    }

    void linkUp() {
        up = true;
        dialing = false;
        cancelTimer();
    }

    /** @param livedMs how long the link was up; one that lived long starts the backoff anew */
    void linkDown(long livedMs) {
        up = false;
        if (livedMs > MAX_BACKOFF_MS) {
            backoffMs = MIN_BACKOFF_MS;
        }
        schedule(firstDelayMs);
    }

    /** A call came to nothing. */
    void failed() {
        dialing = false;
        if (!up) {
            schedule(0);
        }
    }

    private void schedule(int extraMs) {
        cancelTimer();
        int delayMs = extraMs + ThreadLocalRandom.current().nextInt(backoffMs / 2, backoffMs + 1);
        backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2);
        timer = transport.scheduler().schedule(() -> transport.loop().execute(this::dial), delayMs,
                TimeUnit.MILLISECONDS);
    }

    private void dial() {
        if (!up && !dialing) {
            dialing = true;
            transport.dial(peer);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
