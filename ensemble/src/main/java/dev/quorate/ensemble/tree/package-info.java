/**
 * The replicated tree: {@code DataTree.apply(zxid, timeMs, Txn)} decides the outcome of a committed entry, alone and
 * alike on every member; {@code DataTree.read} answers from it. Znodes, sessions, the table of origins and the level
 * are replicated state; watches are this member's own. Pure: no thread, clock, file, socket, randomness or logger, and
 * nothing is iterated whose order is not defined. Semantics are those of ZooKeeper 3.9.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.tree;
