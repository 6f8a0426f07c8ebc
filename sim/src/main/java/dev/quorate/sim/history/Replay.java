package dev.quorate.sim.history;

import dev.quorate.sim.history.Timeline.Placed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replays a history on the model. Where an answer does not fit, a write of unknown outcome that concerns the same
 * znodes may be what is missing, there or, unnoticed until there, earlier. Each possible place is tried; the decisions
 * that explain the most are gone on with first.
 */
final class Replay {
    private static final int MOST_ATTEMPTS = 100_000;

    private final Concerns concerns;
    private final TreeModel model;
    private final List<Placed> items;
    private final List<Pending> pending;
    private final List<State> states = new ArrayList<>();
    private final List<Placed> placed = new ArrayList<>();
    private final PriorityQueue<Choice> choices = new PriorityQueue<>(Comparator.comparingInt(Choice::at).reversed()
            .thenComparingInt(choice -> choice.decisions.size()));
    private final Set<List<Decision>> tried = new HashSet<>();
    private final Map<Long, Long> closedAt = new HashMap<>();
    /** The last zxid that is taken. */
    private long floor;
    private int attempts;

    /** How things stood before an item. */
    private record State(int mark, long floor, int placed) {}

    /** A write of unknown outcome took place directly before an item. */
    private record Decision(Pending write, int before) {}

    /** At an item that did not fit: the decisions that led there, ordered by place, and what could still be tried. */
    private record Choice(int at, List<Decision> decisions, Deque<Decision> untried) {}

    Replay(Timeline timeline, Concerns concerns, TreeModel empty) {
        this.model = empty;
        this.concerns = concerns;
        this.items = timeline.items();
        this.pending = timeline.pending();
    }

    /** Returns an order that explains every answer. */
    List<Placed> run() {
        String furthest = "";
        int reached = -1;
        List<Decision> decisions = List.of();
        for (int at = 0; at < items.size();) {
            String problem = tryItem(at, decisions);
            if (problem == null) {
                at++;
                continue;
            }
            if (at > reached) {
                reached = at;
                furthest = problem + "\n  " + items.get(at).op() + unknownNear(at);
            }
            choices.add(new Choice(at, decisions, alternatives(at, decisions)));
            List<Decision> next = choose(furthest);
            at = firstDifference(decisions, next, at);
            decisions = next;
            rewind(at);
        }
        return placed;
    }

    /** Takes what is decided to come before the item, then the item; returns what does not fit. */
    private @Nullable String tryItem(int at, List<Decision> decisions) {
        states.add(new State(model.mark(), floor, placed.size()));
        for (Decision decision : decisions) {
            if (decision.before == at && !takesPlace(decision.write, items.get(at))) {
                return "an unknown write does not fit here: " + decision.write.op();
            }
        }
        Placed item = items.get(at);
        Op.Done done = item.op().done();
        String problem;
        if (item.op().call() instanceof Call.Write write) {
            problem = tryWrite(item, write);
        } else if (item.op().call() instanceof Call.Read read && done != null) {
            problem = Answers.problem(model, item.op().session(), read, done);
        } else {
            problem = null;
        }
        floor = Math.max(floor, item.zxid());
        placed.add(item);
        return problem;
    }

    private @Nullable String tryWrite(Placed item, Call.Write write) {
        Op.Done done = item.op().done();
        long session = item.op().session();
        TreeModel.Outcome outcome = model.apply(write, session, item.zxid());
        int error = done == null ? outcome.error() : done.error();
        if (outcome.error() != error) {
            return "the model answers error " + outcome.error();
        }
        if (done != null && error == Errors.OK && !Answers.matches(outcome.result(), done.result())) {
            return "the model answers " + outcome.result();
        }
        if (error == Errors.OK && closedAt.getOrDefault(session, Long.MAX_VALUE) < item.zxid()) {
            return "the session was closed before";
        }
        if (write instanceof Call.CloseSession) {
            closedAt.put(session, item.zxid());
        }
        return null;
    }

    /** Whether a write of unknown outcome can take place directly before the item: a zxid is free, and it succeeds. */
    private boolean takesPlace(Pending write, Placed next) {
        long slot = Math.max(floor, write.after()) + 1;
        long end = next.op().call() instanceof Call.Write ? next.zxid() - 1 : next.zxid();
        boolean sameEpoch = slot >>> 32 == end >>> 32;
        boolean room = (sameEpoch ? slot <= end : slot < end) && slot < write.before();
        if (!room || model.apply(write.call(), write.op().session(), TreeModel.UNKNOWN_ZXID).error() != Errors.OK) {
            return false;
        }
        floor = slot;
        placed.add(new Placed(TreeModel.UNKNOWN_ZXID, write.op()));
        return true;
    }

    /** Every place of every unused write that could explain the item. */
    private Deque<Decision> alternatives(int at, List<Decision> decisions) {
        Deque<Decision> found = new ArrayDeque<>();
        for (Pending write : pending) {
            boolean used = decisions.stream().anyMatch(decision -> decision.write.op().equals(write.op()));
            if (!used && concerns.meet(write.op(), items.get(at).op())) {
                addPlaces(write, at, found);
            }
        }
        return found;
    }

    /** Between two items that concern the write all its places are alike: the last one with a free zxid is enough. */
    private void addPlaces(Pending write, int at, Deque<Decision> found) {
        int place = at;
        while (place > 0 && items.get(place - 1).zxid() >= write.before()) {
            place--;
        }
        boolean known = false;
        for (; place >= 0 && items.get(place).zxid() > write.after(); place--) {
            known &= !concerns.meet(write.op(), items.get(place).op());
            if (!known && isFreeBefore(place)) {
                known = true;
                found.add(new Decision(write, place));
            }
        }
    }

    private boolean isFreeBefore(int place) {
        long last = place == 0 ? 0 : items.get(place - 1).zxid();
        Placed next = items.get(place);
        return next.zxid() > (next.op().call() instanceof Call.Write ? last + 1 : last);
    }

    /** The next decisions to try. */
    private List<Decision> choose(String furthest) {
        while (!choices.isEmpty()) {
            Choice choice = choices.element();
            Decision next = choice.untried.poll();
            if (next == null) {
                choices.remove();
                continue;
            }
            List<Decision> decisions = with(choice.decisions, next);
            if (!tried.add(decisions)) {
                continue;
            }
            if (++attempts > MOST_ATTEMPTS) {
                throw new Violation("no explanation found in " + MOST_ATTEMPTS + " attempts: " + furthest);
            }
            return decisions;
        }
        throw new Violation(furthest);
    }

    /** Of one place, the later decision takes place after the others. */
    private static List<Decision> with(List<Decision> decisions, Decision next) {
        int at = decisions.size();
        while (at > 0 && decisions.get(at - 1).before > next.before) {
            at--;
        }
        List<Decision> all = new ArrayList<>(decisions);
        all.add(at, next);
        return all;
    }

    /** The first item before which the decisions differ, but not beyond {@code most}. */
    private static int firstDifference(List<Decision> one, List<Decision> other, int most) {
        int same = 0;
        while (same < one.size() && same < other.size() && one.get(same).equals(other.get(same))) {
            same++;
        }
        int first = most;
        first = same < one.size() ? Math.min(first, one.get(same).before) : first;
        return same < other.size() ? Math.min(first, other.get(same).before) : first;
    }

    private void rewind(int at) {
        State state = states.get(at);
        model.undoTo(state.mark);
        floor = state.floor;
        while (placed.size() > state.placed) {
            Placed last = placed.removeLast();
            if (last.op().call() instanceof Call.CloseSession) {
                closedAt.remove(last.op().session());
            }
        }
        while (states.size() > at) {
            states.removeLast();
        }
    }

    /** The writes of unknown outcome that concern an item, for the reader of a violation. */
    private String unknownNear(int at) {
        StringBuilder text = new StringBuilder();
        for (Pending write : pending) {
            if (concerns.meet(write.op(), items.get(at).op())) {
                text.append("\n    maybe between 0x%x and 0x%x: ".formatted(write.after(), write.before()))
                        .append(write.op());
            }
        }
        return text.toString();
    }
}
