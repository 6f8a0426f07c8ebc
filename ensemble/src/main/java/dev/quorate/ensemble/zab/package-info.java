/**
 * ZAB as a value machine: {@code Peer.step(event)} gives ordered effects. Pure: no thread, clock, file, socket,
 * randomness or logger. Sources: Junqueira, Reed, Serafini, "Zab: High-performance broadcast for primary-backup
 * systems" (DSN 2011), and the corrections that model checking of ZooKeeper brought.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.zab;
