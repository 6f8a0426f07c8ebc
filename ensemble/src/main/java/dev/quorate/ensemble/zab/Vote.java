package dev.quorate.ensemble.zab;

/**
 * How recent a member's history is. The order decides elections: by epoch, then by the last zxid, then by id.
 *
 * @param currentEpoch the epoch whose history it holds
 * @param lastZxid the end of that history
 * @param id the member
 */
record Vote(long currentEpoch, long lastZxid, int id) implements Comparable<Vote> {
    @Override
    public int compareTo(Vote other) {
        int recency = compareRecency(other.currentEpoch, other.lastZxid);
        return recency != 0 ? recency : Integer.compare(id, other.id);
    }

    /** Compares the histories alone. */
    int compareRecency(long otherEpoch, long otherLastZxid) {
        return currentEpoch != otherEpoch
                ? Long.compare(currentEpoch, otherEpoch)
                : Long.compare(lastZxid, otherLastZxid);
    }
}
