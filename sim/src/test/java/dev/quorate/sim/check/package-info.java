/** Tests of what must hold at every moment of a run. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.check;
