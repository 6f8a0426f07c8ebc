/**
 * The links between members: in order within a connection, late, clogged, cut, one-way, half-open, reset with the loss
 * of any suffix; nothing of an old connection after a new one.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.network;
