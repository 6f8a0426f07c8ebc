/** Bugs that are planted into a copy of the server's sources, to see that the simulator finds them. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.planted;
