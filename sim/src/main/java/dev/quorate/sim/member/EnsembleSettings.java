package dev.quorate.sim.member;

import dev.quorate.ensemble.member.MemberSettings;
import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.ensemble.zab.PeerSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * What all members of a run are told. Members are numbered from 1; the voters come first.
 *
 * @param clusterId given from outside; empty when it is derived from the founding set
 * @param peerTimeoutMs silence after which a peer counts as lost
 * @param tickMs time between two ticks of a loop
 * @param loopMaxNs a loop handles an input after a random time up to this
 * @param snapCount entries between two snapshots
 * @param maxCounter the highest counter of an epoch
 * @param tailEntries committed entries that are kept in memory for learners
 * @param maxDrift how far a monotonic clock is from the true rate, as a fraction
 * @param limits of the log
 */
public record EnsembleSettings(
        int voters,
        int observers,
        String clusterId,
        int peerTimeoutMs,
        int tickMs,
        long loopMaxNs,
        int snapCount,
        long maxCounter,
        int tailEntries,
        double maxDrift,
        StorageSettings.Limits limits) {

    /** An epoch's counter as in production: no run reaches its end. */
    public static final long FAR_COUNTER = PeerSettings.defaults(0, 0).maxCounter();

    public int members() {
        return voters + observers;
    }

    /** The server lines in the config files of those that found the ensemble. */
    List<MemberSettings.ServerLine> serverLines() {
        List<MemberSettings.ServerLine> servers = new ArrayList<>();
        for (int id = 1; id <= members(); id++) {
            String role = id <= voters ? "participant" : "observer";
            servers.add(new MemberSettings.ServerLine(id, id <= voters, "m" + id + ":2888:3888:" + role,
                    clientAddress(id)));
        }
        return List.copyOf(servers);
    }

    static String clientAddress(int id) {
        return "m" + id + ":2181";
    }
}
