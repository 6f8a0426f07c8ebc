package dev.quorate.sim.history;

/**
 * A write of unknown outcome: it took place once, after the zxid {@code after} and before {@code before}, or not at
 * all.
 */
record Pending(Op op, Call.Write call, long after, long before) {}
