package dev.quorate.ensemble;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A part of a start that another core can do while this one goes on: most of a start is the loading of classes. */
final class Meanwhile {
    private Meanwhile() {}

    /**
     * Begins at once.
     *
     * @param name of the thread that does it
     * @return the outcome; what was thrown comes out of its {@code join}, wrapped
     */
    static <T> CompletableFuture<T> start(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task, name).start());
    }
}
