/** Which faults there are, how often they come in a run, and how often they came. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.fault;
