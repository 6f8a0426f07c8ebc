package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the loop asked of the disk, in order. It is worked off on the log's thread, one piece a task; appends that
 * waited together become one batch. After the first error nothing more is done: what a failed write or fsync left on
 * disk is unknown.
 */
final class WorkQueue {
    private final Exec exec;
    private final BatchWork batches;
    private final BiConsumer<String, Exception> failure;
    private final Queue<Work> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong queuedBytes = new AtomicLong();
    private boolean failed;

    /** A piece of work. */
    sealed interface Work {
        /** What it keeps in memory until it is done. */
        long bytes();

        record Append(long generation, List<Entry> entries, long bytes) implements Work {
            Append(long generation, List<Entry> entries) {
                this(generation, entries, bytes(entries));
            }

            private static long bytes(List<Entry> entries) {
                long bytes = 0;
                for (int i = 0; i < entries.size(); i++)
                    bytes += entries.get(i).payload().size();
                return bytes;
            }
        }

        record Task(String what, long bytes, DiskAction action) implements Work {}
    }

    /** Something done to the disk. */
    interface DiskAction {
        void run() throws IOException;
    }

    /** Takes {@code first} and what it wants from the queue's head. */
    interface BatchWork {
        void append(Work.Append first) throws IOException;
    }

    WorkQueue(Exec exec, BatchWork batches, BiConsumer<String, Exception> failure) {
        this.exec = exec;
        this.batches = batches;
        this.failure = failure;
    }

    /** Any thread may call this. */
    void add(Work work) {
        queuedBytes.addAndGet(work.bytes());
        queue.add(work);
        if (scheduled.compareAndSet(false, true))
            exec.execute(this::step);
    }

    /** What the queue keeps in memory, but for what is at work now. Any thread may call this. */
    long queuedBytes() {
        return queuedBytes.get();
    }

    /** Takes the head of the queue if it is an append of this generation. */
    Work.@Nullable Append pollAppend(long generation) {
        if (!(queue.peek() instanceof Work.Append append) || append.generation != generation)
            return null;
        queue.remove();
        queuedBytes.addAndGet(-append.bytes);
        return append;
    }

    private void step() {
        Work work = queue.poll();
        if (work != null)
            queuedBytes.addAndGet(-work.bytes());
        if (work != null && !failed)
            carryOut(work);
        scheduled.set(false);
        if (!queue.isEmpty() && scheduled.compareAndSet(false, true))
            exec.execute(this::step);
    }

    private void carryOut(Work work) {
        try {
            switch (work) {
                case Work.Append append -> batches.append(append);
                case Work.Task task -> task.action.run();
            }
        } catch (IOException | RuntimeException e) {
            failed = true;
            failure.accept(work instanceof Work.Task task ? task.what : "append to the log", e);
        }
    }
}
