package dev.quorate.ensemble.storage;

/**
 * The log's thread: runs tasks one after the other, in the order in which they were given. Tasks are short: one batch,
 * one piece. Any thread may give tasks.
 */
public interface Exec extends AutoCloseable {
    void execute(Runnable task);

    /** Returns when all tasks that were given, and those that they gave, have run; later ones are dropped. */
    @Override
    void close();
}
