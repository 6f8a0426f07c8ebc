package dev.quorate.ensemble.tree;

/** Takes the records of a snapshot, in the order in which {@link DataTree} walks or is about to change them. */
@FunctionalInterface
public interface SnapshotSink {
    void record(SnapshotRecord record);
}
