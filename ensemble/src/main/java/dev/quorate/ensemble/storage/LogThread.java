package dev.quorate.ensemble.storage;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The log's thread of a real member. */
public final class LogThread implements Exec {
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;

    /** Starts the thread. */
    public LogThread(String name) {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    private void run() {
        try {
            while (!closing)
                tasks.take().run();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll())
                task.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        tasks.add(() -> {});
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted)
            Thread.currentThread().interrupt();
    }
}
