/**
 * Whole ensembles in one thread, from a seed: the server's own members over a simulated network, disk and clock, with
 * faults, clients, invariants after every step, and a history check.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim;
