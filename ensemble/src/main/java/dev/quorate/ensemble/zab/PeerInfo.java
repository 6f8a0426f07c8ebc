package dev.quorate.ensemble.zab;

/**
 * What a peer says of itself when a link to it comes up.
 *
 * @param incarnation random number of its disk; an emptied disk has another one
 * @param boot how often this disk was started, from 1
 * @param founded whether it durably holds the founding set (see {@link Recovered})
 * @param level the highest level of rules and formats that its build knows
 */
public record PeerInfo(long incarnation, long boot, boolean founded, int level) {}
