package dev.quorate.ensemble.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the loop how the member is. That the loop answers is itself what liveness means, so nothing is remembered
 * between two questions.
 */
public final class AskLoop {
    private static final Logger LOG = LoggerFactory.getLogger(AskLoop.class);

    private final Executor loop;
    private final Supplier<Observation> onLoop;
    private final long timeoutMs;

    /**
     * @param loop runs on the loop what is handed to it
     * @param onLoop called on the loop
     * @param timeoutMs how long to wait for the loop
     */
    public AskLoop(Executor loop, Supplier<Observation> onLoop, long timeoutMs) {
        this.loop = loop;
        this.onLoop = onLoop;
        this.timeoutMs = timeoutMs;
    }

    /** Calls exactly one of the two, from any thread. */
    void ask(Consumer<Observation> answer, Runnable silence) {
        ask(seen -> seen, answer, silence);
    }

    /** The same for something that is done on the loop, where the member is as {@code work} sees it. */
    <T> void ask(Function<Observation, T> work, Consumer<T> answer, Runnable silence) {
        var asked = new CompletableFuture<T>();
        loop.execute(() -> asked.complete(work.apply(onLoop.get())));
        // The answer is made of the observation on another thread: the loop has better things to do.
        var answered = asked.orTimeout(timeoutMs, TimeUnit.MILLISECONDS);
        answered.thenAcceptAsync(answer).exceptionally(failure -> {
            if (!(failure.getCause() instanceof TimeoutException)) {
                LOG.error("an answer about this member could not be made", failure);
            }
            silence.run();
            return null;
        });
    }
}
