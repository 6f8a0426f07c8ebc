package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer knows of its log: its bounds, how far it is durable and committed, and the tail of it in memory.
 * Committed entries leave the tail when it outgrows its limits; others always stay. Within an epoch zxids have no gaps,
 * so the last zxid of each epoch tells which entries there are.
 */
final class History {
    /** Below everything that this history knows. */
    static final long BELOW_FLOOR = -1;

    private final int tailEntries;
    private final long tailBytes;
    private long floorZxid;
    /** Last zxids of the epochs before that of {@link #lastZxid}, the floor first. */
    private final List<Long> closedEpochs;
    private final Tail tail;
    private long lastZxid;
    private long lastTimeMs;
    private long durableZxid;
    private long committedZxid;
    private boolean staged;
    private final PeerSettings.Configurations finder;
    /** What the entries brought, in their order; of the committed ones only the last. */
    private final List<ConfigurationAt> configurations = new ArrayList<>();
    private boolean beginsWithSnapshot;
    /** What is missing after {@link #lastZxid}, when damage cost this history entries that it held. */
    private List<Hole> holes = List.of();
    /** The end of all that it held before the damage. */
    private long claimedZxid;

    private History(PeerSettings settings, long floorZxid, List<Long> epochEnds, long lastZxid, long lastTimeMs) {
        this.finder = settings.configurations();
        this.tailEntries = settings.tailEntries();
        this.tailBytes = settings.tailBytes();
        this.floorZxid = floorZxid;
        this.closedEpochs = new ArrayList<>(epochEnds);
        this.tail = new Tail(lastZxid);
        this.lastZxid = lastZxid;
        this.lastTimeMs = lastTimeMs;
        this.durableZxid = lastZxid;
        if (!closedEpochs.isEmpty() && closedEpochs.getLast() == lastZxid) {
            closedEpochs.removeLast();
        }
    }

    /** The history that recovery found, with the configurations in it. */
    static History of(PeerSettings settings, Recovered recovered, List<ConfigurationAt> configurations) {
        History history = new History(
                settings, recovered.floorZxid(), recovered.epochEnds(), recovered.intactZxid(), recovered.lastTimeMs());
        history.configurations.addAll(configurations);
        history.holes = recovered.holes();
        history.claimedZxid = recovered.holes().isEmpty() ? Zxid.NONE : recovered.lastZxid();
        return history;
    }

    /** What is to replace this damaged history: the same up to {@code zxid}, from where on its entries come anew. */
    History refilledAfter(PeerSettings settings, long zxid) {
        check(isDamaged() && contains(zxid), "no place to refill from", zxid);
        List<Long> epochEnds = new ArrayList<>(closedEpochs);
        epochEnds.removeIf(end -> end > zxid);
        History refilled = new History(settings, floorZxid, epochEnds, zxid, lastTimeMs);
        refilled.configurations.addAll(configurations);
        refilled.configurations.removeIf(brought -> brought.zxid() > zxid);
        refilled.staged = true;
        return refilled;
    }

    /** Whether entries that this history held are missing. Its end is then the last one before them. */
    boolean isDamaged() {
        return !holes.isEmpty();
    }

    List<Hole> holes() {
        return holes;
    }

    /** How far this history once reached, and still does in the eyes of others. */
    long claimedZxid() {
        return Math.max(claimedZxid, lastZxid);
    }

    /**
     * A history that begins with a snapshot at {@code zxid}. Until it is installed it need not keep what is durable:
     * its entries go to the staged tree as they come.
     */
    static History ofSnapshot(
            PeerSettings settings, long zxid, long lastTimeMs, @Nullable Configuration configuration,
            long committedZxid) {
        History history = new History(settings, zxid, List.of(), zxid, lastTimeMs);
        if (configuration != null) {
            history.configurations.add(new ConfigurationAt(zxid, configuration));
        }
        history.committedZxid = committedZxid;
        history.staged = true;
        history.beginsWithSnapshot = true;
        return history;
    }

    /** This staged history is the member's history now; tells whether it began with a snapshot. */
    boolean installed() {
        staged = false;
        return beginsWithSnapshot;
    }

    long lastZxid() {
        return lastZxid;
    }

    long lastTimeMs() {
        return lastTimeMs;
    }

    long durableZxid() {
        return durableZxid;
    }

    long committedZxid() {
        return committedZxid;
    }

    /** The configuration that is in force at the end of this history; null when no entry brought one yet. */
    @Nullable
    Configuration configuration() {
        return configurations.isEmpty() ? null : configurations.getLast().configuration();
    }

    /** The last configuration that is known to be committed; null when none is. */
    @Nullable
    Configuration committedConfiguration() {
        for (int i = configurations.size() - 1; i >= 0; i--) {
            if (configurations.get(i).zxid() <= committedZxid) {
                return configurations.get(i).configuration();
            }
        }
        return null;
    }

    /** The configuration before that in force; null when that is committed, or there was none. */
    @Nullable
    Configuration formerConfiguration() {
        int last = configurations.size() - 1;
        boolean open = last > 0 && configurations.get(last).zxid() > committedZxid;
        return open ? configurations.get(last - 1).configuration() : null;
    }

    long floorZxid() {
        return floorZxid;
    }

    /** The log was purged: it is complete only after {@code zxid}. A word about an earlier history changes nothing. */
    void raiseFloor(long zxid) {
        if (zxid <= floorZxid || !contains(zxid)) {
            return;
        }
        closedEpochs.removeIf(end -> end <= zxid);
        if (zxid != lastZxid) {
            closedEpochs.addFirst(zxid);
        }
        floorZxid = zxid;
    }

    boolean contains(long zxid) {
        return lastAtOrBefore(zxid) == zxid;
    }

    /**
     * The last zxid of this history that is not after {@code zxid}: {@link Zxid#NONE} when it reaches back to the first
     * entry and there is none, {@link #BELOW_FLOOR} when that cannot be known.
     */
    long lastAtOrBefore(long zxid) {
        if (zxid < floorZxid) {
            return BELOW_FLOOR;
        }
        for (int i = closedEpochs.size(); i >= 0; i--) {
            long end = i == closedEpochs.size() ? lastZxid : closedEpochs.get(i);
            if (end <= zxid) {
                return end;
            }
            if (Zxid.epoch(end) == Zxid.epoch(zxid) && Zxid.counter(zxid) > 0) {
                return zxid;
            }
        }
        return Zxid.NONE;
    }

    /** Whether these entries follow the end of this history, and each other, without a gap. */
    boolean isContinuedBy(List<Entry> entries) {
        long last = lastZxid;
        for (Entry entry : entries) {
            if (!Zxid.follows(last, entry.zxid())) {
                return false;
            }
            last = entry.zxid();
        }
        return true;
    }

    void append(List<Entry> entries) {
        for (Entry entry : entries) {
            append(entry);
        }
    }

    private void append(Entry entry) {
        long zxid = entry.zxid();
        if (!Zxid.follows(lastZxid, zxid)) {
            throw new IllegalStateException(Zxid.text(zxid) + " may not follow " + Zxid.text(lastZxid));
        }
        if (lastZxid != Zxid.NONE && Zxid.epoch(zxid) != Zxid.epoch(lastZxid)) {
            closedEpochs.add(lastZxid);
        }
        lastZxid = zxid;
        lastTimeMs = Math.max(lastTimeMs, entry.timeMs());
        tail.append(entry);
        Configuration brought = finder.of(entry);
        if (brought != null) {
            configurations.add(new ConfigurationAt(zxid, brought));
        }
    }

    /** Everything up to {@code zxid} is durable. */
    void durable(long zxid) {
        check(zxid <= lastZxid, "durable beyond the end", zxid);
        if (zxid > durableZxid) {
            durableZxid = zxid;
            trim();
        }
    }

    /** Everything up to {@code zxid} is committed; gives what is newly so and in memory. */
    List<Entry> commit(long zxid) {
        check(zxid <= lastZxid, "committed beyond the end", zxid);
        check(zxid >= committedZxid, "the committed zxid fell", zxid);
        List<Entry> entries = tail.slice(tail.indexAfter(committedZxid), tail.indexAfter(zxid));
        committedZxid = zxid;
        while (configurations.size() > 1 && configurations.get(1).zxid() <= zxid) {
            configurations.removeFirst();
        }
        trim();
        return entries;
    }

    /** Drops everything after {@code zxid}, the new durable end. */
    void truncate(long zxid) {
        check(zxid >= committedZxid, "committed entries are to be dropped", zxid);
        check(contains(zxid), "no entry to end at", zxid);
        while (!closedEpochs.isEmpty() && closedEpochs.getLast() >= zxid) {
            closedEpochs.removeLast();
        }
        configurations.removeIf(each -> each.zxid() > zxid);
        tail.dropAfter(zxid);
        lastZxid = zxid;
        durableZxid = zxid;
    }

    /** Whether all entries after {@code zxid} are in memory. */
    boolean tailCovers(long zxid) {
        return zxid >= tail.afterZxid();
    }

    /** About how many bytes the entries after {@code zxid} have, when they are in memory. */
    long tailBytesAfter(long zxid) {
        int entries = tail.size() - tail.indexAfter(zxid);
        return entries == 0 ? 0 : tail.bytes() / tail.size() * entries;
    }

    /** The first entries after {@code zxid} of the tail, at least one if there is any, up to about so many bytes. */
    List<Entry> tailAfter(long zxid, int maxBytes) {
        int from = tail.indexAfter(zxid);
        int to = from;
        for (long bytes = 0; to < tail.size() && bytes < maxBytes; to++) {
            bytes += tail.get(to).payload().size() + Long.BYTES;
        }
        return tail.slice(from, to);
    }

    private void trim() {
        long droppable = staged ? durableZxid : Math.min(committedZxid, durableZxid);
        while (tail.size() > 0
                && (tail.size() > tailEntries || tail.bytes() > tailBytes)
                && tail.get(0).zxid() <= droppable) {
            tail.dropFirst();
        }
    }

    private void check(boolean condition, String broken, long zxid) {
        if (!condition) {
            throw new IllegalStateException(broken + ": " + Zxid.text(zxid) + " in a history that ends at "
                    + Zxid.text(lastZxid) + ", durable to " + Zxid.text(durableZxid) + ", committed to "
                    + Zxid.text(committedZxid));
        }
    }
}
