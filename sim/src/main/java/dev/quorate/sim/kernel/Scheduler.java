package dev.quorate.sim.kernel;

import java.util.PriorityQueue;

/**
 * Virtual time. Tasks run on the caller's thread in the order of (time, order of scheduling); time stands still while a
 * task runs.
 */
public final class Scheduler {
    private final PriorityQueue<Task> queue = new PriorityQueue<>(256);
    private long nowNs;
    private long scheduled;
    private long executed;

    /** Virtual nanoseconds since the run began. */
    public long nowNs() {
        return nowNs;
    }

    /** How many tasks have run. */
    public long executed() {
        return executed;
    }

    /** Runs {@code action} in {@code delayNs} nanoseconds (0: after what is already due now). */
    public Task after(long delayNs, Runnable action) {
        return at(nowNs + delayNs, action);
    }

    /** Runs {@code action} at {@code timeNs}, which is not in the past. */
    public Task at(long timeNs, Runnable action) {
        if (timeNs < nowNs) {
            throw new IllegalArgumentException("time " + timeNs + " is before now, " + nowNs);
        }
        Task task = new Task(timeNs, scheduled++, action);
        queue.add(task);
        return task;
    }

    /** Runs the next task when it is due by {@code untilNs}; else moves time there and returns false. */
    public boolean step(long untilNs) {
        for (Task next = queue.peek(); next != null && next.timeNs <= untilNs; next = queue.peek()) {
            queue.remove();
            if (!next.cancelled) {
                nowNs = next.timeNs;
                executed++;
                next.action.run();
                return true;
            }
        }
        nowNs = Math.max(nowNs, untilNs);
        return false;
    }

    /** Runs everything that is due by {@code untilNs}. */
    public void runUntil(long untilNs) {
        while (step(untilNs)) {
            // every task may schedule more
        }
    }

    /** A scheduled task. */
    public static final class Task implements Comparable<Task> {
        private final long timeNs;
        private final long order;
        private final Runnable action;
        private boolean cancelled;

        private Task(long timeNs, long order, Runnable action) {
            this.timeNs = timeNs;
            this.order = order;
            this.action = action;
        }

        /** It will not run, when it has not already. */
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Task that) {
            int byTime = Long.compare(timeNs, that.timeNs);
            return byTime != 0 ? byTime : Long.compare(order, that.order);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(order);
        }
    }
}
