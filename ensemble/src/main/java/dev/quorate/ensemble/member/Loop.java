package dev.quorate.ensemble.member;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The one thread that owns a member in production. Other threads post inputs; the loop runs them in order and ends a batch
 * whenever the queue is empty or the batch is long. It never blocks but to wait for inputs.
 */
public final class Loop {
    private static final int MAX_BATCH = 1024;
    private static final long TICK_NS = 10_000_000;

    private final Queue<Runnable> inputs = new ConcurrentLinkedQueue<>();
    private final Consumer<Throwable> onDeath;
    private final Thread thread;
    private volatile boolean idle;
    private volatile boolean stopped;

    /**
     * @param member called on the loop only; a tick comes every 10 ms
     * @param onDeath told of anything that escapes an input; the loop has ended then
     */
    public Loop(Ticked member, Consumer<Throwable> onDeath) {
        this.onDeath = onDeath;
        this.thread = new Thread(() -> run(member), "loop");
    }

    /** What the loop drives besides the inputs. */
    public interface Ticked {
        void tick();

        /** All inputs of a batch were handled: order what was submitted, write what was queued. */
        void endBatch();
    }

    public void start() {
        thread.start();
    }

    /** Hands an input to the loop; from any thread, never blocks. */
    public void post(Runnable input) {
        inputs.add(input);
        if (idle)
            LockSupport.unpark(thread);
    }

    /** Ends the loop after the batch under way and waits for it, unless called from the loop itself. */
    public void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        if (!thread.equals(Thread.currentThread()))
            thread.join();
    }

    private void run(Ticked member) {
        try {
            long nextTickNs = System.nanoTime();
            while (!stopped) {
                long nowNs = System.nanoTime();
                if (nowNs - nextTickNs >= 0) {
                    member.tick();
                    nextTickNs = nowNs + TICK_NS;
                }
                drain();
                member.endBatch();
                waitForInput(nextTickNs);
            }
        } catch (Throwable death) {
            stopped = true;
            onDeath.accept(death);
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

    private void waitForInput(long nextTickNs) {
        if (!inputs.isEmpty())
            return;
        idle = true;
        long waitNs = nextTickNs - System.nanoTime();
        if (inputs.isEmpty() && waitNs > 0 && !stopped)
            LockSupport.parkNanos(this, waitNs);
        idle = false;
    }
}
