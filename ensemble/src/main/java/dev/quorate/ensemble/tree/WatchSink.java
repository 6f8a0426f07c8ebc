package dev.quorate.ensemble.tree;

/** Takes the events that fire, in order, while {@link DataTree} applies or reads. */
@FunctionalInterface
public interface WatchSink {
    void fired(WatchEvent event);
}
