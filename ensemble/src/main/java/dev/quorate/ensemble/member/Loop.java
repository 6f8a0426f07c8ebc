package dev.quorate.ensemble.member;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a member in production, on one thread that it may share with the sockets: what comes from them and what goes to
 * them then needs no waking of another thread. Any thread may post inputs; they run in order, and a batch ends whenever
 * there are no more or it is long. The loop never blocks.
 */
public final class Loop {
    private static final int MAX_BATCH = 1024;
    private static final long TICK_MS = 10;

    private final Queue<Runnable> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Ticked member;
    private final ScheduledExecutorService thread;
    private final Consumer<Throwable> onDeath;
    private volatile @Nullable ScheduledFuture<?> ticks;
    private long nextTickNs = System.nanoTime();
    private volatile boolean stopped;
    /** Written by the loop's thread, and by any other only read to learn that it is not the one. */
    private volatile @Nullable Thread running;

    /**
     * @param member called on the loop only; a tick comes every 10 ms
     * @param thread has one thread, which runs everything in order
     * @param onDeath told of anything that escapes an input; the loop has ended then
     */
    public Loop(Ticked member, ScheduledExecutorService thread, Consumer<Throwable> onDeath) {
        this.member = member;
        this.thread = thread;
        this.onDeath = onDeath;
    }

    /** What the loop drives besides the inputs. */
    public interface Ticked {
        void tick();

        /** All inputs of a batch were handled: order what was submitted, write what was queued. */
        void endBatch();
    }

    public void start() {
        ticks = thread.scheduleWithFixedDelay(() -> batch(this::tickWhenDue), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Hands an input to the loop; from any thread, never blocks. What comes after {@link #stop} is dropped. */
    public void post(Runnable input) {
        inputs.add(input);
        if (!stopped && awake.compareAndSet(false, true))
            thread.execute(this::step);
    }

    /** Ends the loop after the batch under way and waits for it, unless called from the loop itself. */
    public void stop() throws InterruptedException {
        stopped = true;
        var ticking = ticks;
        if (ticking != null)
            ticking.cancel(false);
        if (Thread.currentThread().equals(running))
            return;
        var ended = new CountDownLatch(1);
        thread.execute(ended::countDown);
        ended.await();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing escapes a batch
    private void step() {
        batch(() -> {
            tickWhenDue();
            drain();
        });
        awake.set(false);
        // Whatever else the thread has to do gets its turn before the next batch: a task that is due at once waits for
        // it.
        if (!inputs.isEmpty() && !stopped && awake.compareAndSet(false, true))
            thread.schedule(this::step, 0, TimeUnit.MILLISECONDS);
    }

    private void batch(Runnable part) {
        if (stopped)
            return;
        running = Thread.currentThread();
        try {
            part.run();
            member.endBatch();
        } catch (Throwable death) {
            stopped = true;
            onDeath.accept(death);
        } finally {
            running = null;
        }
    }

    /** After a pause of the process the tick, which tells of it, comes before everything that has arrived meanwhile. */
    private void tickWhenDue() {
        long nowNs = System.nanoTime();
        if (nowNs - nextTickNs >= 0) {
            nextTickNs = nowNs + TimeUnit.MILLISECONDS.toNanos(TICK_MS);
            member.tick();
        }
    }

    private void drain() {
        for (int i = 0; i < MAX_BATCH; i++) {
            Runnable input = inputs.poll();
            if (input == null)
                return;
            input.run();
        }
    }
}
