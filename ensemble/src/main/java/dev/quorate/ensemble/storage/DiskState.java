package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.FoundingMember;
import java.util.List;

/**
 * What the epoch file holds.
 *
 * @param owner whose disk this is
 * @param boot how often the member was started on it
 * @param acceptedEpoch the highest epoch that was promised
 * @param currentEpoch the epoch of the history
 * @param history number of the directory that holds the history
 * @param newestSegment number of the newest segment of the log that may hold something acknowledged; 0 when there is
 *     none
 * @param mark a point up to which the log was durable when this was written: a log that ends before is damaged
 */
record DiskState(
        Owner owner,
        long boot,
        long acceptedEpoch,
        long currentEpoch,
        long history,
        long newestSegment,
        LogPoint mark) {

    /**
     * Whose disk this is.
     *
     * @param clusterId empty while neither given nor founded
     * @param founding the founding set; empty while not founded
     * @param memberId the member's id
     * @param incarnation random number of this disk
     * @param claimUid uid of the claim that holds the data; empty when there is none
     */
    record Owner(String clusterId, List<FoundingMember> founding, int memberId, long incarnation, String claimUid) {}

    static DiskState empty(StorageSettings settings, long incarnation) {
        Owner owner = new Owner(settings.clusterId(), List.of(), settings.memberId(), incarnation, settings.claimUid());
        return new DiskState(owner, 0, 0, 0, 1, 0, LogPoint.START);
    }

    DiskState withOwner(Owner next) {
        return new DiskState(next, boot, acceptedEpoch, currentEpoch, history, newestSegment, mark);
    }

    DiskState withBoot(long next) {
        return new DiskState(owner, next, acceptedEpoch, currentEpoch, history, newestSegment, mark);
    }

    DiskState withEpochs(long accepted, long current) {
        return new DiskState(owner, boot, accepted, current, history, newestSegment, mark);
    }

    DiskState withLog(long historyNumber, long segment, LogPoint durable) {
        return new DiskState(owner, boot, acceptedEpoch, currentEpoch, historyNumber, segment, durable);
    }

    /** Whether this disk holds nothing that anybody relies on. */
    boolean isUnused() {
        return owner.founding().isEmpty() && acceptedEpoch == 0 && mark.equals(LogPoint.START);
    }
}
