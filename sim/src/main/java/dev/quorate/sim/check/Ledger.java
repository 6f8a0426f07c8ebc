package dev.quorate.sim.check;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.List;

/**
 * What one member's storage was asked to keep and said is durable, over all its starts. A recovery that finds less is a
 * broken promise.
 */
public final class Ledger {
    private final int member;
    private List<Entry> log = new ArrayList<>();
    private int logs;
    private List<Entry> staged = new ArrayList<>();
    private long stagedFrom = -1;
    private long stagedDurable;
    private boolean switching;
    private boolean damaged;
    private boolean begunAnew;
    private boolean founded;
    private long durableEnd;
    private long formerEnd;
    private long acceptedEpoch;
    private long currentEpoch;
    private long askedAcceptedEpoch;
    private long askedCurrentEpoch;

    public Ledger(int member) {
        this.member = member;
    }

    /** The entries of the member's history since its snapshot, as its loop gave them to the log. */
    List<Entry> log() {
        return log;
    }

    /** Changes whenever {@link #log} is another list. */
    int logs() {
        return logs;
    }

    /** The end of what is certainly on this disk. */
    public long durableEnd() {
        return durableEnd;
    }

    /** Whether the disk is not what was written to it: then something may be missing, or lost altogether. */
    public void damaged(boolean now) {
        damaged = now;
    }

    /** How far the disk went whose place an empty one took. */
    long formerEnd() {
        return formerEnd;
    }

    /** The founding set is on the disk. */
    public void foundingSaved() {
        founded = true;
    }

    private boolean owesNothing() {
        return !founded && acceptedEpoch == 0 && currentEpoch == 0 && durableEnd == 0;
    }

    /** The member got an empty disk: it owes nothing. */
    public void wiped() {
        founded = false;
        formerEnd = Math.max(formerEnd, durableEnd);
        acceptedEpoch = 0;
        currentEpoch = 0;
        askedAcceptedEpoch = 0;
        askedCurrentEpoch = 0;
        durableEnd = 0;
        loading();
        dropStaged();
    }

    /** What recovery found, before it made it durable. */
    public void recovered(Recovered found) {
        boolean nothing = found.acceptedEpoch() == 0 && found.currentEpoch() == 0 && found.lastZxid() == Zxid.NONE;
        // Its power may go before it has saved anything, while the others found the ensemble: it is told that it lost
        // something.
        if ((damaged || owesNothing()) && found.lost() != null && nothing) {
            wiped();
            begunAnew = true;
        }
        Broken.unless((begunAnew || found.lost() == null) && (damaged || found.holes().isEmpty()),
                () -> "member %d misses something though its disk lost nothing that was durable: %s".formatted(member,
                        found));
        Broken.unless(found.acceptedEpoch() >= acceptedEpoch, () -> "member %d forgot that it accepted epoch %d: now %d"
                .formatted(member, acceptedEpoch, found.acceptedEpoch()));
        Broken.unless(found.currentEpoch() >= currentEpoch, () -> "the current epoch of member %d fell from %d to %d"
                .formatted(member, currentEpoch, found.currentEpoch()));
        Broken.unless(found.acceptedEpoch() <= askedAcceptedEpoch && found.currentEpoch() <= askedCurrentEpoch,
                () -> "member %d found epochs that it never wrote: %s".formatted(member, found));
        Broken.unless(found.lastZxid() >= durableEnd,
                () -> "member %d lost durable entries: they ended at %s, now at %s".formatted(member,
                        Zxid.text(durableEnd), Zxid.text(found.lastZxid())));
        loading();
        dropStaged();
    }

    /** Recovery is done: what it found is durable. */
    public void opened(Recovered found) {
        acceptedEpoch = found.acceptedEpoch();
        currentEpoch = found.currentEpoch();
        durableEnd = found.intactZxid();
    }

    /** The history is about to be read again from the disk. */
    public void loading() {
        log = new ArrayList<>();
        logs++;
    }

    public void loaded(List<Entry> entries) {
        log.addAll(entries);
    }

    public void append(List<Entry> entries) {
        (stagedFrom < 0 ? log : staged).addAll(entries);
    }

    public void beginStaging(long zxid) {
        dropStaged();
        stagedFrom = zxid;
    }

    public void truncate(long zxid) {
        while (!log.isEmpty() && log.getLast().zxid() > zxid) {
            log.removeLast();
        }
        durableEnd = Math.min(durableEnd, zxid);
    }

    public void saveEpochs(long accepted, long current) {
        askedAcceptedEpoch = Math.max(askedAcceptedEpoch, accepted);
        askedCurrentEpoch = Math.max(askedCurrentEpoch, current);
        if (stagedFrom >= 0) {
            switching = true;
            durableEnd = Math.min(durableEnd, stagedFrom);
        }
    }

    public void epochsSaved(long accepted, long current) {
        acceptedEpoch = Math.max(acceptedEpoch, accepted);
        currentEpoch = Math.max(currentEpoch, current);
        if (switching) {
            log = staged;
            logs++;
            durableEnd = Math.max(stagedFrom, stagedDurable);
            staged = new ArrayList<>();
            dropStaged();
        }
    }

    public void appended(long zxid) {
        if (stagedFrom >= 0) {
            stagedDurable = Math.max(stagedDurable, zxid);
        } else {
            durableEnd = Math.max(durableEnd, zxid);
        }
    }

    /**
     * A fence went through the log: what was staged and not switched to is gone. Until then its entries may still
     * become durable.
     */
    public void fenced(long zxid) {
        if (!switching) {
            dropStaged();
        }
        ends(zxid);
    }

    /** The durable end as the log itself says, after a truncation or a fence. */
    public void ends(long zxid) {
        long last = log.isEmpty() ? zxid : log.getLast().zxid();
        Broken.unless(zxid == last, () -> "the log of member %d ends at %s, its loop gave it entries up to %s"
                .formatted(member, Zxid.text(zxid), Zxid.text(last)));
        durableEnd = zxid;
    }

    /** The member is about to say this to another one: what it promises or acknowledges is durable by now. */
    public void says(Message message) {
        switch (message) {
            case Message.AckEpoch ack -> checkSaid(!ack.promised() || acceptedEpoch >= ack.epoch(), message);
            case Message.NewEpoch proposal -> checkSaid(acceptedEpoch >= proposal.epoch(), message);
            case Message.AckNewLeader ack ->
                checkSaid(currentEpoch >= ack.epoch() && durableEnd >= ack.zxid(), message);
            case Message.Ack ack -> checkSaid(durableEnd >= ack.zxid(), message);
            case Message.Ballot ballot -> checkSaid(damaged || durableEnd >= ballot.lastZxid(), message);
            default -> {
                // Nothing else is counted on.
            }
        }
    }

    private void checkSaid(boolean durable, Message message) {
        Broken.unless(durable, () -> "member %d says what is not durable: %s".formatted(member, message));
    }

    private void dropStaged() {
        staged.clear();
        stagedFrom = -1;
        stagedDurable = 0;
        switching = false;
    }
}
