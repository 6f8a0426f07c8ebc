package dev.quorate.sim.client;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.history.Fired;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import java.util.ArrayList;
import java.util.List;

/** What the clients of a run saw. */
public final class History {
    private final List<Op> ops = new ArrayList<>();
    private final List<Fired> fired = new ArrayList<>();
    private long order;

    void add(Op op) {
        ops.add(op);
    }

    void add(Fired event) {
        fired.add(event);
    }

    long nextOrder() {
        return ++order;
    }

    public int size() {
        return ops.size();
    }

    /**
     * Throws {@code Violation} when it can not have happened.
     *
     * @param committed the ensemble's log: it tells where writes of unknown outcome took place
     */
    public void check(List<Entry> committed) {
        HistoryChecker.check(ops, fired, new Settlement(ops).settle(committed));
    }
}
