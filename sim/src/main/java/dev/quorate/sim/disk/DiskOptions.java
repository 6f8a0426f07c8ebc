package dev.quorate.sim.disk;

/**
 * How a disk behaves.
 *
 * @param forceMeanNs mean duration of making a file or directory durable, exponentially distributed
 * @param writeNs duration of any other operation
 * @param slowChance how often a {@code force} takes up to a hundred times as long
 * @param tornSectors whether a sector that was not durable at a power loss may come back as zeros or garbage; else it
 *     is old or new
 * @param reorderNames whether names may be lost out of order at a power loss; else the last ones are lost
 */
public record DiskOptions(
        long forceMeanNs, long writeNs, double slowChance, boolean tornSectors, boolean reorderNames) {}
