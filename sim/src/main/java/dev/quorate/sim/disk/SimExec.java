package dev.quorate.sim.disk;

import dev.quorate.ensemble.storage.Exec;
import dev.quorate.sim.kernel.Scheduler;
import java.util.ArrayDeque;
import java.util.Deque;

/** The log's thread of one process: tasks one after the other, each as long as its disk operations take. */
public final class SimExec implements Exec {
    private final Scheduler scheduler;
    private final SimDisk disk;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean busy;
    private boolean ended;
    private long stalledUntilNs;

    public SimExec(Scheduler scheduler, SimDisk disk) {
        this.scheduler = scheduler;
        this.disk = disk;
    }

    /** The thread does not run before this time: the log's stage alone is late. */
    public void stallUntil(long timeNs) {
        stalledUntilNs = timeNs;
    }

    /** The process has ended: nothing runs any more. */
    public void end() {
        ended = true;
        tasks.clear();
    }

    @Override
    public void execute(Runnable task) {
        if (!ended) {
            tasks.add(task);
            if (!busy) {
                busy = true;
                schedule(disk.taskNowNs());
            }
        }
    }

    private void schedule(long timeNs) {
        scheduler.at(Math.max(timeNs, stalledUntilNs), this::runNext);
    }

    private void runNext() {
        if (ended) {
            return;
        }
        if (scheduler.nowNs() < stalledUntilNs) {
            schedule(stalledUntilNs);
            return;
        }
        Runnable task = tasks.poll();
        if (task == null) {
            busy = false;
            return;
        }
        task.run();
        schedule(scheduler.nowNs() + disk.takeBusyNs());
    }

    /** Runs what was given, at once: only a process that ends in order calls this. */
    @Override
    public void close() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        disk.takeBusyNs();
        ended = true;
    }
}
