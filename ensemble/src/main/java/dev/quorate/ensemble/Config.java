package dev.quorate.ensemble;

import dev.quorate.ensemble.net.ClientLimits;
import dev.quorate.ensemble.net.TransportSettings;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.ServerLine;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every setting and every limit of a member; each part is handed its own piece. Made by {@link #load}.
 *
 * @param identity who this member is
 * @param servers the founding members as zoo.cfg lists them, ascending by id; empty for an ensemble of one
 * @param ports where it listens
 * @param data where and how it keeps its data
 * @param sessions bounds of session timeouts
 * @param clients limits on clients
 * @param peers how members reach each other
 * @param reconfigEnabled whether clients may ask for a change of the members
 * @param superDigest {@code user:hash} of the superuser; empty for none
 * @param adminToken what admin commands that change something must bring; empty when none are taken
 * @param live what may be changed while the member runs, as it is at the start
 * @param networkThreads how many threads move bytes
 * @param warnings what is to be logged at the start, loudly
 */
public record Config(Identity identity, List<ServerLine> servers, Ports ports, Data data, Sessions sessions,
        ClientLimits clients, TransportSettings peers, boolean reconfigEnabled, String superDigest, String adminToken,
        Live live, int networkThreads, List<String> warnings) {

    /**
     * Who a member is.
     *
     * @param id positive
     * @param clusterId the ensemble's id as given from outside; empty when it is derived from the founding set
     * @param claimUid uid of the claim that holds the data; empty when there is none
     * @param mustBeFounded whether an operator says that the ensemble exists already, so an empty disk founds nothing
     */
    public record Identity(int id, String clusterId, String claimUid, boolean mustBeFounded) {}

    /**
     * Where a member listens. The peer port stands in {@link TransportSettings}.
     *
     * @param client port 0 takes a free one
     * @param admin null when there is no admin port
     * @param advertisedHost the host under which clients reach the client port
     */
    public record Ports(InetSocketAddress client, @Nullable InetSocketAddress admin, String advertisedHost) {}

    /**
     * Where and how data is kept.
     *
     * @param dataDir snapshots, epoch file
     * @param dataLogDir the log
     * @param snapshotsKept how many snapshots are kept
     * @param reserveBytes the room on its disks below which a member counts as short of it
     */
    public record Data(Path dataDir, Path dataLogDir, int snapshotsKept, long reserveBytes) {}

    /**
     * How sessions are served.
     *
     * @param tickTimeMs the unit from which the bounds are derived where they are not given
     * @param minTimeoutMs the shortest session timeout
     * @param maxTimeoutMs the longest session timeout
     * @param noQuorumLimitMs how long clients are kept while there is no quorum
     * @param containerCheckMs how often empty containers are looked for
     * @param maxUnapplied writes of this member that may wait for the quorum; above it no session begins here
     * @param drainMs how long clients are still served after the end was asked for
     * @param reads what one client may read at once
     */
    public record Sessions(int tickTimeMs, int minTimeoutMs, int maxTimeoutMs, int noQuorumLimitMs,
            int containerCheckMs, int maxUnapplied, int drainMs, ReadLimits reads) {}

    /**
     * What may be changed while a member runs. None of it decides the outcome of a write, so members may differ in it.
     *
     * @param snapCount entries from one snapshot to the next
     * @param maxClientCnxns how many connections one address may have; 0 for no limit
     * @param words the four-letter words that are answered; {@code *} stands for all
     * @param given the texts of those keys that are given; the others have their defaults
     */
    public record Live(int snapCount, int maxClientCnxns, Set<String> words, SortedMap<String, String> given) {
        public Live {
            given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
        }
    }

    /** {@code host:port} at which clients reach this member. */
    public String clientAddress() {
        return ServerLine.address(ports.advertisedHost(), ports.client().getPort());
    }

    /**
     * What the four-letter word {@code conf} tells, in ZooKeeper's order.
     *
     * @param now what is in force of that which may be changed
     */
    public Map<String, String> settings(Live now) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("clientPort", Integer.toString(ports.client().getPort()));
        settings.put("secureClientPort", "-1");
        settings.put("dataDir", data.dataDir().toString());
        settings.put("dataLogDir", data.dataLogDir().toString());
        settings.put("tickTime", Integer.toString(sessions.tickTimeMs()));
        settings.put("maxClientCnxns", Integer.toString(now.maxClientCnxns()));
        settings.put("minSessionTimeout", Integer.toString(sessions.minTimeoutMs()));
        settings.put("maxSessionTimeout", Integer.toString(sessions.maxTimeoutMs()));
        settings.put("maxCnxns", Integer.toString(clients.connections().total()));
        settings.put("snapCount", Integer.toString(now.snapCount()));
        settings.put("jute.maxbuffer", Integer.toString(clients.requests().maxPacketBytes()));
        settings.put("serverId", Integer.toString(identity.id()));
        return settings;
    }

    /**
     * Reads a configuration.
     *
     * @param file a zoo.cfg
     * @param environment variables of the process: QUORATE_ID, QUORATE_CLUSTER_ID, QUORATE_CLAIM_UID, QUORATE_FOUNDED
     * @param bind the address that every port listens on, whatever the file says; null when the file decides
     * @throws ConfigException when no member can run with it, naming all problems
     */
    public static Config load(Path file, Map<String, String> environment, @Nullable String bind)
            throws ConfigException {
        return new ConfigReader(new ConfigFile(file), environment, bind).read();
    }
}
