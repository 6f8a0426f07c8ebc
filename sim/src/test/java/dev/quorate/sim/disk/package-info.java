/** Tests of the simulated disk. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.disk;
