package dev.quorate.sim.check;

import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.ConfigurationAt;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.Recovered;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What must hold after every step. All checks are incremental. */
public final class Invariants {
    private final Consumer<Entry> onCommit;
    private final Ledger[] ledgers;
    private final Seen[] seen;
    /** With which history each established epoch began. */
    private final Map<Long, Long> beginnings = new HashMap<>();
    private final Map<Long, String> leaderOfEpoch = new HashMap<>();
    private final Map<Long, Integer> committedAt = new HashMap<>();
    private final List<Entry> committed = new ArrayList<>();
    /** Writes that clients were told of in the batch under way. */
    private final List<Long> answered = new ArrayList<>();
    private final Map<Long, Long> digestAt = new HashMap<>();
    /** All that were ever committed, with their places. */
    private final List<ConfigurationAt> configurations = new ArrayList<>();

    /** How far a running process was checked. */
    private static final class Seen {
        long incarnation;
        long boot;
        int log;
        int checked;
        long committedZxid;
        long appliedZxid;
        long ledEpoch;
    }

    /** @param members as many as there may ever be */
    public Invariants(int members, Consumer<Entry> onCommit) {
        this.onCommit = onCommit;
        this.ledgers = new Ledger[members + 1];
        this.seen = new Seen[members + 1];
        for (int id = 1; id <= members; id++) {
            ledgers[id] = new Ledger(id);
            seen[id] = new Seen();
        }
    }

    /** The ensemble's history from before this run, in order: its disks come from an earlier one. */
    public void beginsWith(List<Entry> history) {
        for (Entry entry : history) {
            committedAt.put(entry.zxid(), committed.size());
            committed.add(entry);
        }
    }

    public Ledger ledger(int member) {
        return ledgers[member];
    }

    /**
     * A process has started and recovered its disk: whoever is in an epoch has the history that the epoch began with.
     */
    public void started(int member, long incarnation, long boot, Recovered found) {
        seen[member] = new Seen();
        seen[member].incarnation = incarnation;
        seen[member].boot = boot;
        ledgers[member].recovered(found);
        long began = beginnings.getOrDefault(found.currentEpoch(), Zxid.NONE);
        Broken.unless(found.lastZxid() >= began,
                () -> "the disk of member %d is in epoch %d, which began with history up to %s, and ends at %s"
                        .formatted(member, found.currentEpoch(), Zxid.text(began), Zxid.text(found.lastZxid())));
    }

    /** A loop has finished a batch. */
    public void afterBatch(int member, Status status) {
        PeerView view = status.peer();
        Seen process = seen[member];
        checkLeader(member, process, view);
        if (view.committedZxid() != process.committedZxid) {
            checkCommitted(member, process, view.committedZxid());
        }
        if (status.tree().appliedZxid() != process.appliedZxid) {
            checkApplied(member, process, status.tree());
        }
        for (long zxid : answered) {
            Broken.unless(zxid <= lastCommitted(), () -> "member %d answered from %s, committed is no more than %s"
                    .formatted(member, Zxid.text(zxid), Zxid.text(lastCommitted())));
        }
        answered.clear();
    }

    private void checkLeader(int member, Seen process, PeerView view) {
        if (view.role() == PeerView.RoleName.LEADING && view.inSync() && view.epoch() != process.ledEpoch) {
            process.ledEpoch = view.epoch();
            String leader = member + " in its start " + process.boot;
            String other = leaderOfEpoch.putIfAbsent(view.epoch(), leader);
            Broken.unless(other == null || other.equals(leader),
                    () -> "epoch %d has two leaders: %s and %s".formatted(view.epoch(), other, leader));
            beginnings.putIfAbsent(view.epoch(), endBefore(view.epoch(), ledgers[member].log()));
            Broken.unless(mayLead(member, process.incarnation, view.configuration(), configurations),
                    () -> "member %d leads and is no voter of %s".formatted(member, view.configuration()));
        }
    }

    /**
     * Whether a disk may lead with this configuration in force: it votes there, or its removal is the last change,
     * which it may be the only one to know of.
     *
     * @param committed all of them, in order; a leader knows each that was committed before it
     */
    static boolean mayLead(int member, long incarnation, Configuration inForce, List<ConfigurationAt> committed) {
        Configuration former = null;
        for (ConfigurationAt each : committed) {
            if (each.configuration().equals(inForce)) {
                break;
            }
            former = each.configuration();
        }
        return inForce.isVoter(member, incarnation) || (former != null && former.isVoter(member, incarnation));
    }

    /** The last entry of earlier epochs in a log. */
    private static long endBefore(long epoch, List<Entry> log) {
        for (Entry entry : log.reversed()) {
            if (Zxid.epoch(entry.zxid()) < epoch) {
                return entry.zxid();
            }
        }
        return Zxid.NONE;
    }

    /** Histories of committed entries are prefixes of each other. */
    private void checkCommitted(int member, Seen process, long committedZxid) {
        Broken.unless(committedZxid >= process.committedZxid, () -> "the committed zxid of member %d fell from %s to %s"
                .formatted(member, Zxid.text(process.committedZxid), Zxid.text(committedZxid)));
        process.committedZxid = committedZxid;
        List<Entry> log = ledgers[member].log();
        if (process.log != ledgers[member].logs()) {
            process.log = ledgers[member].logs();
            process.checked = 0;
        }
        int at = Math.min(process.checked, log.size());
        while (at > 0 && log.get(at - 1).zxid() > committedZxid) {
            at--;
        }
        for (; at < log.size() && log.get(at).zxid() <= committedZxid; at++) {
            checkEntry(member, at == 0 ? null : log.get(at - 1), log.get(at));
        }
        process.checked = at;
    }

    private void checkEntry(int member, @Nullable Entry before, Entry entry) {
        int place = committedAt.computeIfAbsent(entry.zxid(), zxid -> commit(member, entry));
        Broken.unless(committed.get(place).equals(entry),
                () -> "member %d has another entry committed at %s: %s instead of %s"
                        .formatted(member, Zxid.text(entry.zxid()), entry, committed.get(place)));
        if (before != null) {
            Integer previous = committedAt.get(before.zxid());
            Broken.unless(previous != null && previous == place - 1,
                    () -> "member %d has %s directly before the committed %s".formatted(member,
                            Zxid.text(before.zxid()),
                            Zxid.text(entry.zxid())));
        }
    }

    /** Nobody has known this entry to be committed before; returns its place. */
    private int commit(int member, Entry entry) {
        long last = lastCommitted();
        Broken.unless(Zxid.follows(last, entry.zxid()),
                () -> "member %d committed %s, the ensemble's history ends at %s"
                        .formatted(member, Zxid.text(entry.zxid()), Zxid.text(last)));
        committed.add(entry);
        Configuration configuration = TxnCodec.configuration(entry);
        if (configuration != null) {
            configurations.add(new ConfigurationAt(entry.zxid(), configuration));
        }
        onCommit.accept(entry);
        return committed.size() - 1;
    }

    private long lastCommitted() {
        return committed.isEmpty() ? Zxid.NONE : committed.getLast().zxid();
    }

    /** Trees at the same zxid are equal, and hold only what is committed. */
    private void checkApplied(int member, Seen process, Status.Tree tree) {
        process.appliedZxid = tree.appliedZxid();
        if (tree.appliedZxid() > process.committedZxid) {
            return; // recovery applies the whole log; what is not committed of it may still be truncated
        }
        Long other = digestAt.putIfAbsent(tree.appliedZxid(), tree.digest());
        Broken.unless(other == null || other == tree.digest(),
                () -> "member %d has another tree at %s: digest %x instead of %x".formatted(member,
                        Zxid.text(tree.appliedZxid()), tree.digest(), other));
    }

    /** The last configuration that is known to be committed; null before the founding entry. */
    public @Nullable Configuration configuration() {
        return configurations.isEmpty() ? null : configurations.getLast().configuration();
    }

    /**
     * A client is about to be told of a write: it is on the disks of a quorum, of the configuration that was in force
     * with it or of one that came into force at the leader before it was committed.
     */
    public void acknowledged(int member, long zxid) {
        Configuration inForce = null;
        for (ConfigurationAt each : configurations) {
            boolean before = each.zxid() <= zxid;
            if (!before && inForce != null && isDurable(inForce, zxid)) {
                return;
            }
            inForce = each.configuration();
        }
        if (inForce != null && isDurable(inForce, zxid)) {
            return;
        }
        for (Entry entry : newerThan(configurations.isEmpty() ? 0 : configurations.getLast().zxid())) {
            if (inForce != null && isDurable(inForce, zxid)) {
                return;
            }
            Configuration uncommitted = TxnCodec.configuration(entry);
            inForce = uncommitted == null ? inForce : uncommitted;
        }
        Configuration last = inForce;
        Broken.unless(last == null || isDurable(last, zxid),
                () -> "member %d acknowledges %s, which is not on a quorum of %s"
                        .formatted(member, Zxid.text(zxid), last));
    }

    /** What leaders have in their logs and nobody knows to be committed. */
    private List<Entry> newerThan(long zxid) {
        List<Entry> entries = new ArrayList<>();
        for (int id = 1; id < ledgers.length; id++) {
            List<Entry> log = ledgers[id].log();
            for (int i = log.size() - 1; i >= 0 && log.get(i).zxid() > zxid; i--) {
                if (TxnCodec.configuration(log.get(i)) != null) {
                    entries.add(log.get(i));
                }
            }
        }
        return entries;
    }

    private boolean isDurable(Configuration configuration, long zxid) {
        return configuration.isQuorum((id, incarnation) -> seen[id].incarnation == incarnation
                ? ledgers[id].durableEnd() >= zxid || ledgers[id].formerEnd() >= zxid
                : ledgers[id].formerEnd() >= zxid);
    }

    /** The incarnation of a member's last start. */
    public long incarnation(int member) {
        return seen[member].incarnation;
    }

    /** A client is about to be shown the tree at this zxid: it is committed. */
    public void shown(long zxid) {
        answered.add(zxid);
    }

    /** The ensemble's history as far as anybody knows it to be committed. */
    public List<Entry> committed() {
        return Collections.unmodifiableList(committed);
    }
}
