package dev.quorate.ensemble;

import dev.quorate.ensemble.admin.Observation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's last moments, which nobody but its own clients is to notice: it hands leadership over, and goes on to
 * serve while whoever sends clients here learns that it is not ready any more. All of it is bounded.
 */
final class Leaving {
    private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);
    private static final int HAND_OVER_LIMIT_MS = 700;
    private static final int LOOP_LIMIT_MS = 300;
    private static final int POLL_MS = 5;

    private final Executor loop;
    private final Supplier<Observation> observe;
    private final Consumer<String> handOver;

    /**
     * @param loop runs what is handed to it where the member lives
     * @param observe called there
     * @param handOver called there, with the reason
     */
    Leaving(Executor loop, Supplier<Observation> observe, Consumer<String> handOver) {
        this.loop = loop;
        this.observe = observe;
        this.handOver = handOver;
    }

    /**
     * Returns when this member leads no more and has no clients or has served them for so long; from its own thread.
     */
    void leave(int drainMs) throws InterruptedException {
        loop.execute(() -> handOver.accept("it ends"));
        await(Leaving::isFreeToGo, HAND_OVER_LIMIT_MS);
        // Who has led might be named again by its successor, should that end too; who is asked while it follows
        // declines.
        loop.execute(() -> handOver.accept("it ends soon"));
        await(seen -> seen.traffic().connections() == 0, drainMs);
        await(seen -> seen.traffic().outstanding() == 0, Math.min(drainMs, LOOP_LIMIT_MS));
    }

    /** Whether it leads no more, or has nobody to hand over to, and its clients are served. */
    private static boolean isFreeToGo(Observation seen) {
        var peer = seen.status().peer();
        return switch (peer.role()) {
            case LEADING -> peer.learners().stream().noneMatch(learner -> learner.voter() && learner.inSync());
            case FOLLOWING, OBSERVING -> peer.inSync();
            case LOOKING -> false;
            case FOUNDING, STOPPED -> true;
        };
    }

    private void await(Predicate<Observation> holds, int limitMs) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (System.nanoTime() < untilNs) {
            var seen = new CompletableFuture<Observation>();
            loop.execute(() -> seen.complete(observe.get()));
            try {
                if (holds.test(seen.get(LOOP_LIMIT_MS, TimeUnit.MILLISECONDS))) {
                    return;
                }
            } catch (ExecutionException | TimeoutException silent) {
                LOG.warn("the loop does not answer; the member ends without it");
                return;
            }
            Thread.sleep(POLL_MS);
        }
    }
}
