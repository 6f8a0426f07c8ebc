package dev.quorate.ensemble.zab;

import java.util.TreeMap;
import java.util.TreeSet;

/** Discovery: which epochs the voters accepted before, which one is proposed to them, and who promised to it. */
final class EpochQuorum {
    private final Membership membership;
    private final TreeMap<Integer, Long> accepted = new TreeMap<>();
    private final TreeSet<Integer> promised = new TreeSet<>();
    private long epoch;

    EpochQuorum(Membership membership) {
        this.membership = membership;
    }

    /** A voter says up to which epoch it has promised. */
    void accepted(int voter, long acceptedEpoch) {
        accepted.put(voter, acceptedEpoch);
        promised.remove(voter);
    }

    /** A voter is gone, and its word with it. */
    void gone(int voter) {
        accepted.remove(voter);
        promised.remove(voter);
    }

    /**
     * Proposes an epoch above all that the voters accepted, once a quorum spoke; again, when one has already accepted
     * what was proposed: its promise belongs to another leader.
     *
     * @param heardEpoch the proposal is above this, too
     * @return whether there is a new proposal
     */
    boolean propose(long heardEpoch) {
        if (!membership.isQuorum(accepted.keySet())) {
            return false;
        }
        long highest = 0;
        for (long each : accepted.values()) {
            highest = Math.max(highest, each);
        }
        if (epoch > highest) {
            return false;
        }
        epoch = Math.max(highest, heardEpoch) + 1;
        promised.clear();
        return true;
    }

    /** What is proposed now, 0 before a quorum spoke. */
    long epoch() {
        return epoch;
    }

    void promised(int voter) {
        promised.add(voter);
    }

    boolean isEstablished() {
        return epoch > 0 && membership.isQuorum(promised);
    }
}
