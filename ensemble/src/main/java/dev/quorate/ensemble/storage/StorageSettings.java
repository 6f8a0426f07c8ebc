package dev.quorate.ensemble.storage;

import java.util.function.LongSupplier;

/**
 * What the disk of a member is told when it is opened.
 *
 * @param dataDir folder of the epoch file and the snapshots
 * @param dataLogDir folder of the log; may be the same
 * @param memberId this member's id, positive
 * @param clusterId the ensemble's id as given from outside; empty when it is derived from the founding set
 * @param claimUid uid of the claim that holds the data; empty when there is none
 * @param mustBeFounded whether an operator says that the ensemble exists already, so that an empty disk founds nothing
 * @param limits sizes and counts
 * @param random source of the incarnation and of salts
 */
public record StorageSettings(
        String dataDir,
        String dataLogDir,
        int memberId,
        String clusterId,
        String claimUid,
        boolean mustBeFounded,
        Limits limits,
        LongSupplier random) {

    /**
     * Sizes and counts; all may differ between two starts.
     *
     * @param segmentBytes a segment of the log that has reached this size is followed by a new one
     * @param allocateBytes how far a segment is preallocated ahead of what is written, a multiple of the sector size
     * @param sectorBytes what the disk writes in one piece; each batch starts on a new one. A power of two from 512 on
     * @param batchBytes about how many bytes of the log are written and made durable at once
     * @param snapshotsKept how many snapshots are kept, at least 1
     * @param logKeptBytes how much log is kept at least, so that a learner that comes back gets what it lacks instead
     *     of a snapshot
     * @param reserveBytes with less room than this left on its disk the member asks for no new data; 0 for none
     */
    public record Limits(
            long segmentBytes,
            int allocateBytes,
            int sectorBytes,
            int batchBytes,
            int snapshotsKept,
            long logKeptBytes,
            long reserveBytes) {
        public static final Limits DEFAULT = new Limits(64 << 20, 1 << 20, 4096, 2 << 20, 3, 64 << 20, 64 << 20);

        public Limits {
            if (Integer.bitCount(sectorBytes) != 1 || sectorBytes < 512 || allocateBytes % sectorBytes != 0
                    || segmentBytes < sectorBytes || batchBytes < 1 || snapshotsKept < 1 || reserveBytes < 0) {
                throw new IllegalArgumentException("sizes of the log do not fit each other");
            }
        }
    }
}
