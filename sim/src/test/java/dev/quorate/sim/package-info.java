/** Seeds under a clock, and the guard that a seed is a run. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim;
