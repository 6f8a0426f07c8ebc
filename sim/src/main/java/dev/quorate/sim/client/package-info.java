/** Clients in virtual time, and what they saw. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.client;
