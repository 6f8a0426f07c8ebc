package dev.quorate.sim.member;

import dev.quorate.ensemble.storage.StorageSettings;

/**
 * What all members of a run are told. Members are numbered from 1; the voters come first.
 *
 * @param clusterId given from outside; empty when it is derived from the founding set
 * @param peerTimeoutMs silence after which a peer counts as lost
 * @param tickMs time between two ticks of a loop
 * @param loopMaxNs a loop handles an input after a random time up to this
 * @param snapCount entries between two snapshots
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
        int tailEntries,
        double maxDrift,
        StorageSettings.Limits limits) {

    public int members() {
        return voters + observers;
    }
}
