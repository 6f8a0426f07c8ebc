package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gets back, from whoever is linked and holds them, the entries that a damaged history lacks. A zxid is given once, so
 * an entry is the same wherever it is found, committed or not, and no leader is needed for this: the history becomes
 * what it was, and what the member claims in elections stays true. Until then it does not stand; whoever has a quorum
 * without it needs not wait for it.
 */
final class Repair {
    private static final long NEVER = -1;

    private final Context context;
    private List<Hole> holes;
    /**
     * Members that were asked for the first hole's entries in vain; when all were, they are asked again after a while.
     */
    private final TreeSet<Integer> without = new TreeSet<>();
    private @Nullable Link asked;
    private long askedMs;
    private long askAgainMs = NEVER;
    private int filledBy;
    private boolean filling;

    Repair(Context context) {
        this.context = context;
        holes = context.history().holes();
    }

    /** Whether entries are being put in place: what follows then depends on whether that was all. */
    boolean isFilling() {
        return filling;
    }

    void tick() {
        if (asked != null && context.nowMs() - askedMs > context.settings().peerTimeoutMs()) {
            without.add(asked.peer());
            asked = null;
        }
        ask();
        boolean nobodyLeft = asked == null && !filling;
        if (nobodyLeft && askAgainMs == NEVER) {
            askAgainMs = context.nowMs() + context.settings().maxBackoffMs();
        } else if (nobodyLeft && context.nowMs() >= askAgainMs) {
            askAgainMs = NEVER;
            without.clear();
        }
    }

    void linkDown(Link link) {
        without.remove(link.peer());
        if (link == asked) {
            asked = null;
            ask();
        }
    }

    /** Asks one member at a time for entries; each answer is bounded, and shows that there is progress. */
    void ask() {
        if (asked != null || filling) {
            return;
        }
        Hole hole = holes.getFirst();
        for (Link link : context.links()) {
            if (!without.contains(link.peer())) {
                asked = link;
                askedMs = context.nowMs();
                context.send(link, new Message.Fetch(hole.afterZxid(), hole.toZxid()));
                return;
            }
        }
    }

    void records(Link from, Message.Records message) {
        if (from != asked || message.afterZxid() != holes.getFirst().afterZxid()) {
            return;
        }
        asked = null;
        if (message.entries().isEmpty() || !fit(message.entries())) {
            without.add(from.peer());
            ask();
            return;
        }
        filling = true;
        filledBy = from.peer();
        context.emit(new Effect.Fill(context.generation(), message.entries()));
    }

    private boolean fit(List<Entry> entries) {
        long last = holes.getFirst().afterZxid();
        for (Entry entry : entries) {
            if (!Zxid.follows(last, entry.zxid())) {
                return false;
            }
            last = entry.zxid();
        }
        return last <= holes.getFirst().toZxid();
    }

    /** What is missing now; as much as before, when the entries were not those which the rest of the log calls for. */
    void filled(List<Hole> left) {
        filling = false;
        without.clear();
        if (left.getFirst().afterZxid() <= holes.getFirst().afterZxid()) {
            without.add(filledBy);
        }
        holes = left;
    }

    /** For people: what is missing, and whom it is missing from. */
    String waitsFor() {
        List<Integer> linked = new ArrayList<>();
        context.links().forEach(link -> linked.add(link.peer()));
        List<Integer> others = new ArrayList<>();
        for (int voter : context.configuration().voters()) {
            if (voter != context.id() && !linked.contains(voter)) {
                others.add(voter);
            }
        }
        String damage = "the log of this member is damaged: entries are missing " + text();
        if (linked.isEmpty() && others.isEmpty()) {
            return damage
                    + ". There is no other member that may hold them: put back an intact copy of the data folder, or"
                    + " begin with an empty one without the data";
        }
        return damage + ". It does not lead before it has them from others: linked are the members " + linked
                + (others.isEmpty() ? "" : ", waited for are the members " + others);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (Hole hole : holes.subList(0, Math.min(3, holes.size()))) {
            text.append(text.isEmpty() ? "" : ", ").append(hole);
        }
        return holes.size() > 3 ? text + " and in " + (holes.size() - 3) + " more places" : text.toString();
    }
}
