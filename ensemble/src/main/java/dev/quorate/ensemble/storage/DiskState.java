package dev.quorate.ensemble.storage;

import dev.quorate.ensemble.zab.FoundingMember;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the epoch file holds.
 *
 * @param owner whose disk this is
 * @param boot how often the member was started on it
 * @param acceptedEpoch the highest epoch that was promised
 * @param currentEpoch the epoch of the history
 * @param history number of the directory that holds the history
 * @param newest header of the newest segment of the log that may hold something acknowledged, kept here too in case
 *     that its file is damaged; null when there is none
 * @param mark a point up to which the log was durable when this was written: a log that ends before is damaged
 */
record DiskState(
        Owner owner,
        long boot,
        long acceptedEpoch,
        long currentEpoch,
        long history,
        LogFormat.@Nullable SegmentHeader newest,
        LogPoint mark) {

    /**
     * Whose disk this is.
     *
     * @param clusterId empty while neither given nor founded
     * @param founding the founding set; empty while not founded
     * @param memberId the member's id
     * @param incarnation random number of this disk
     * @param claimUid uid of the claim that holds the data; empty when there is none
     * @param lost null unless this member held data under an earlier incarnation that is lost; then what happened, as a
     *     sentence. Such a disk founds nothing
     */
    record Owner(String clusterId, List<FoundingMember> founding, int memberId, long incarnation, String claimUid,
            @Nullable String lost) {

        /** Takes on what is given from outside, where it is. */
        Owner adopting(String givenClusterId, String givenClaimUid) {
            return new Owner(givenClusterId.isEmpty() ? clusterId : givenClusterId, founding, memberId, incarnation,
                    givenClaimUid.isEmpty() ? claimUid : givenClaimUid, lost);
        }
    }

    /** The state of a disk that holds nothing yet. */
    static DiskState empty(StorageSettings settings, long incarnation) {
        Owner owner = new Owner(settings.clusterId(), List.of(), settings.memberId(), incarnation, settings.claimUid(),
                null);
        return new DiskState(owner, 0, 0, 0, 1, null, LogPoint.START);
    }

    /** The state of a disk whose member lost what it had, and begins with an empty history under this number. */
    DiskState anew(long incarnation, long historyNumber, String claimUid, String lost) {
        Owner next = new Owner(owner.clusterId(), List.of(), owner.memberId(), incarnation, claimUid, lost);
        return new DiskState(next, 0, 0, 0, historyNumber, null, LogPoint.START);
    }

    DiskState withOwner(Owner next) {
        return new DiskState(next, boot, acceptedEpoch, currentEpoch, history, newest, mark);
    }

    DiskState withBoot(long next) {
        return new DiskState(owner, next, acceptedEpoch, currentEpoch, history, newest, mark);
    }

    DiskState withEpochs(long accepted, long current) {
        return new DiskState(owner, boot, accepted, current, history, newest, mark);
    }

    DiskState withLog(long historyNumber, LogFormat.@Nullable SegmentHeader segment, LogPoint durable) {
        return new DiskState(owner, boot, acceptedEpoch, currentEpoch, historyNumber, segment, durable);
    }

    /** Whether this disk holds nothing that anybody relies on. */
    boolean isUnused() {
        return owner.founding().isEmpty() && acceptedEpoch == 0 && mark.equals(LogPoint.START);
    }
}
