package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which members are short of room on their disks, and what follows from it. Every member tells the leader of itself.
 * While the voters that have room are a quorum, all goes on: a leader that is short hands over to one of them, and a
 * follower writes on for as long as it can. When they are none, writes that grow the data are refused on every member,
 * where they come in, until there is room again; all else goes on in what is left.
 */
final class DiskRoom {
    private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);
    /** How often a leader may go for want of room, while others say that they have some. */
    private static final long REST_MS = 10_000;
    private static final long CHECK_MS = 1_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final int id;
    private final long incarnation;
    /** The learners that said that they are short. */
    private final SortedSet<Integer> shortOthers = new TreeSet<>();
    private long usableBytes = Long.MAX_VALUE;
    private boolean isShort;
    private boolean refusing;
    private long nextCheckMs = NEVER;
    private long lastLeftMs = NEVER;

    /** @param incarnation of this member's own disk */
    DiskRoom(int id, long incarnation) {
        this.id = id;
        this.incarnation = incarnation;
    }

    /** Whether it is time to ask the disk. */
    boolean isDue(long nowMs) {
        if (nowMs < nextCheckMs)
            return false;
        nextCheckMs = nowMs + CHECK_MS;
        return true;
    }

    /** The own disk has so much room. */
    void own(long nowUsableBytes, boolean nowShort) {
        if (nowShort != isShort) {
            if (nowShort)
                LOG.warn("only {} bytes are left on the disk, less than the reserve: make room, or give it more",
                        nowUsableBytes);
            else
                LOG.info("there is room on the disk again: {} bytes", nowUsableBytes);
        }
        usableBytes = nowUsableBytes;
        isShort = nowShort;
    }

    /** Whether this member's own disk is short of room. */
    boolean isShort() {
        return isShort;
    }

    /** A learner told of its disk. */
    void other(int peer, boolean nowShort) {
        if (nowShort)
            shortOthers.add(peer);
        else
            shortOthers.remove(peer);
    }

    /** Leader only: looks who has room now. */
    void leads(PeerView view) {
        shortOthers.removeIf(peer -> view.learners().stream().noneMatch(learner -> learner.id() == peer));
        boolean anyShort = isShort || !shortOthers.isEmpty();
        refuse(anyShort && !view.configuration().isQuorum((voter, disk) -> hasRoom(view, voter, disk)));
    }

    private boolean hasRoom(PeerView view, int voter, long disk) {
        if (voter == id && disk == incarnation)
            return !isShort;
        return view.learners().stream()
                .anyMatch(learner -> learner.id() == voter && learner.incarnation() == disk && hasRoom(learner));
    }

    private boolean hasRoom(LearnerView learner) {
        return learner.inSync() && !shortOthers.contains(learner.id());
    }

    /** Whether the leader is to go now, for somebody has room who may follow it. */
    boolean tellsToLeave(PeerView view, long nowMs) {
        if (!isShort || nowMs - lastLeftMs < REST_MS || !mayLeave(view))
            return false;
        lastLeftMs = nowMs;
        return true;
    }

    private boolean mayLeave(PeerView view) {
        return view.learners().stream().anyMatch(learner -> learner.voter() && hasRoom(learner));
    }

    /** Who should not be given the lead, for somebody has room to whom it may go. */
    List<Integer> unfit(PeerView view) {
        return mayLeave(view) ? List.copyOf(shortOthers) : List.of();
    }

    /** The leader decided so, here or elsewhere. */
    void refuse(boolean now) {
        if (now != refusing)
            LOG.warn(now
                    ? "no quorum has room on its disks: writes that grow the data are refused"
                    : "a quorum has room on its disks again: all writes are taken");
        refusing = now;
    }

    /** Whether the ensemble takes no writes that grow the data. */
    boolean isRefusing() {
        return refusing;
    }

    /** Whether this write is one of those that are not taken now. */
    boolean refuses(Command command) {
        return refusing && command.grows();
    }

    Status.Disk status(long queuedBytes) {
        return new Status.Disk(usableBytes, isShort, refusing, queuedBytes);
    }
}
