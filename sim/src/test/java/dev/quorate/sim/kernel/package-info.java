/** Tests of the simulated kernel. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.kernel;
