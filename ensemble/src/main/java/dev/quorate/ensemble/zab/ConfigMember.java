package dev.quorate.ensemble.zab;

/**
 * One member as a {@link Configuration} names it.
 *
 * @param id positive, given by the configuration and never again to another member
 * @param incarnation of its disk: only that disk votes. 0 for an observer, whose disk may be any
 * @param voter whether it votes and acknowledges; else it only learns
 * @param address ZooKeeper's text after {@code server.N=}; means nothing to the protocol
 */
public record ConfigMember(int id, long incarnation, boolean voter, String address) {
    /** The same member with another disk. */
    public ConfigMember withIncarnation(long other) {
        return new ConfigMember(id, other, voter, address);
    }
}
