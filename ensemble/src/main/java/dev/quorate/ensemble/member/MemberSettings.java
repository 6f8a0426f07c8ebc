package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.zab.ConfigMember;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What a member needs to know of its configuration.
 *
 * @param id this member's id
 * @param servers the lines {@code server.N=...} that this member was told, in the order of ids: who founds the
 *     ensemble, or where to find it; once there is one, its own configuration counts instead
 * @param clientAddress {@code host:port} at which clients reach this member
 * @param clusterId the id that the ensemble was given; empty when it is derived from the founding set
 * @param minSessionTimeoutMs lower bound of negotiated session timeouts
 * @param maxSessionTimeoutMs upper bound of negotiated session timeouts
 * @param heartbeatMs how often members report their sessions to the leader
 * @param peerTimeoutMs silence after which a peer counts as lost
 * @param noQuorumLimitMs how long clients are kept while this member is in no quorum
 * @param snapCount entries between two snapshots, asked each time
 * @param containerCheckMs how often the leader looks for empty containers
 * @param maxUnapplied writes of this member that may wait for the quorum; above it new ones are not read
 * @param reads what one client may read at once
 * @param reconfigEnabled whether clients may ask for a change of the members
 * @param superDigest {@code user:hash} that makes a digest user the superuser; empty for none
 * @param levels the levels of rules and formats that its build knows
 */
public record MemberSettings(
        int id,
        List<ServerLine> servers,
        String clientAddress,
        String clusterId,
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int heartbeatMs,
        int peerTimeoutMs,
        int noQuorumLimitMs,
        IntSupplier snapCount,
        int containerCheckMs,
        int maxUnapplied,
        ReadLimits reads,
        boolean reconfigEnabled,
        String superDigest,
        Levels levels) {

    /**
     * One member as {@code /zookeeper/config} shows it.
     *
     * @param voter whether its role is to vote
     * @param text {@code host:peerPort:electionPort:role}, without the client address; empty for a single member
     * @param clientAddress {@code host:port} for clients; empty when only that member knows it
     */
    public record ServerLine(int id, boolean voter, String text, String clientAddress) {
        ConfigMember member() {
            return new ConfigMember(id, 0, voter, clientAddress.isEmpty() ? text : text + ';' + clientAddress);
        }
    }

    /** What the lines say, as a configuration would. */
    List<ConfigMember> founders() {
        return servers.stream().map(ServerLine::member).toList();
    }

    /** Where the members that the config file names can be reached. */
    List<Transport.PeerAddress> seeds() {
        return Contacts.addresses(founders());
    }

    int negotiate(int askedMs) {
        return Math.clamp(askedMs, minSessionTimeoutMs, maxSessionTimeoutMs);
    }
}
