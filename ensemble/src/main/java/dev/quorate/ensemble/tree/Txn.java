package dev.quorate.ensemble.tree;

/**
 * What the payload of a log entry decodes to: everything that the outcome depends on, besides the entry's zxid and
 * time.
 *
 * @param seq the origin's own number of this transaction, from 1, without holes
 */
public record Txn(Origin origin, long seq, Caller caller, Command command) {}
