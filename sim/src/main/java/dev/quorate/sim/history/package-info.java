/**
 * Whether what clients saw can have happened: plain records of operations, and a checker that replays acknowledged
 * writes in zxid order on a model of the tree. Knows nothing of the simulator; tests with real processes use it too.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.history;
