/** Tests of the simulated network. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.network;
