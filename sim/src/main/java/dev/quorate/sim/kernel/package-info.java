/**
 * Virtual time: one thread, one queue of tasks, every draw from one seed. The same seed gives the same run; the trace's
 * hash is how a test knows.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.kernel;
