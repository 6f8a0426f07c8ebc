package dev.quorate.ensemble.tree;

/**
 * Where a transaction was submitted. Together with its sequence number it makes a write happen exactly once, however
 * often it was forwarded.
 *
 * @param id the member's id, positive; 0 for what the leader orders on its own, which is in no table
 * @param incarnation random number of the member's disk
 * @param boot number of the member's start on that disk, rising
 */
public record Origin(int id, long incarnation, long boot) {}
