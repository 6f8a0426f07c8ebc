/** Members in virtual time: the server's own code, with crashes, restarts, pauses, and clocks of their own. */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.member;
