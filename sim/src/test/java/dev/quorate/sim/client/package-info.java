/** Tests of what is made of a history and of the ensemble's log. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.client;
