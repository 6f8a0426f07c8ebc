/**
 * Bytes to values and back: ZooKeeper's client protocol (jute), the encoding of transactions and of snapshots, opcodes.
 * No channel, and no state beyond what is passed in. Every length is checked against what is there before anything is
 * allocated; what is wrong is a {@link dev.quorate.ensemble.wire.MalformedPacket} that says so.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.wire;
