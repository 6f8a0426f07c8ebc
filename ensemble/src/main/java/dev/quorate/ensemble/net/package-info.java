/**
 * The only package that knows netty's channels: the client port, the links between members, and the HTTP port. Its
 * threads decode, encode and move bytes; what they learn is handed to the loop in batches, and what the loop answers is
 * handed back in batches.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.net;
