/** Tests of the history checker. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.history;
