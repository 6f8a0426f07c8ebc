package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.Transport.PeerAddress;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calling one peer while there is no link to it, at each of its addresses in turn. A member that hears of a peer
 * calls at once, since it knows that it has no link. After a link broke the member with the larger id calls first; the
 * other one too when that has not helped within the timeout: the caller must be the one that can reach the other,
 * whichever that is. Only the loop touches it.
 */
final class PeerDialer {
    private static final int MIN_BACKOFF_MS = 20;
    private static final int MAX_BACKOFF_MS = 500;

    private final PeerTransport transport;
    private final int firstDelayMs;
    private List<PeerAddress> addresses;
    private int calls;
    private int backoffMs = MIN_BACKOFF_MS;
    private boolean dialing;
    private boolean up;
    private boolean stopped;
    private @Nullable Future<?> timer;

    /** @param up whether there is a link already */
    PeerDialer(PeerTransport transport, List<PeerAddress> addresses, boolean up) {
        this.transport = transport;
        this.addresses = addresses;
        this.up = up;
        this.firstDelayMs = transport.selfId() > addresses.getFirst().id() ? 0 : transport.settings().timeoutMs();
    }

    void start() {
        dial();
    }

    /** Calls nobody any more. */
    void stop() {
        stopped = true;
        cancelTimer();
    }

    /** The peer is elsewhere; a link that is up stays, since a peer is known by its proof and not by its address. */
    void moved(List<PeerAddress> to) {
        if (!to.equals(addresses)) {
            addresses = to;
            calls = 0;
            backoffMs = MIN_BACKOFF_MS;
            cancelTimer();
            dial();
        }
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
        if (stopped) {
            return;
        }
        int delayMs = extraMs + ThreadLocalRandom.current().nextInt(backoffMs / 2, backoffMs + 1);
        backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2);
        timer = transport.scheduler().schedule(() -> transport.loop().execute(this::dial), delayMs,
                TimeUnit.MILLISECONDS);
    }

    private void dial() {
        if (!up && !dialing && !stopped) {
            dialing = true;
            transport.dial(addresses.get(calls++ % addresses.size()));
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
