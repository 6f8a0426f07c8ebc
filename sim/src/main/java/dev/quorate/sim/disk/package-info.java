/**
 * A disk that forgets what was not made durable, and the log's thread on it in virtual time. The server's own storage
 * code runs over both.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.sim.disk;
