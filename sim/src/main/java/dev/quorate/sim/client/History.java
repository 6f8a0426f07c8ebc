package dev.quorate.sim.client;

import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.history.Fired;
import dev.quorate.sim.history.HistoryChecker;
import dev.quorate.sim.history.Op;
import dev.quorate.sim.history.Watching;
import dev.quorate.sim.member.Builds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What the clients of a run saw. */
public final class History {
    private final List<Op> ops = new ArrayList<>();
    private final List<Fired> fired = new ArrayList<>();
    private final List<Watching> watching = new ArrayList<>();
    private final Map<Long, String> users = new HashMap<>();
    private long order;

    void add(Op op) {
        ops.add(op);
    }

    void add(Fired event) {
        fired.add(event);
    }

    void add(Watching change) {
        watching.add(change);
    }

    void belongs(long session, String user) {
        users.put(session, user);
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
        SortedMap<Long, Op> settled = Settlement.settle(ops, committed);
        long secondLevel = secondLevel(committed);
        IdentityHashMap<Op, Long> places = new IdentityHashMap<>();
        settled.forEach((zxid, op) -> places.put(op, zxid));
        IdentityHashMap<Op, Op> read = new IdentityHashMap<>();
        List<Op> all = new ArrayList<>(ops.size());
        for (Op op : ops) {
            long zxid = op.done() == null ? places.getOrDefault(op, 0L) : op.done().zxid();
            Op meant = zxid > secondLevel
                    ? new Op(op.session(), op.order(), op.invokedNs(),
                            Builds.atSecondLevel(op.call()), op.done())
                    : op;
            read.put(op, meant);
            all.add(meant);
        }
        settled.replaceAll((zxid, op) -> read.getOrDefault(op, op));
        HistoryChecker.check(all, fired, watching, settled, users);
    }

    /** The zxid from which on the second level is in force. */
    private static long secondLevel(List<Entry> committed) {
        for (Entry entry : committed) {
            Configuration configuration = TxnCodec.configuration(entry);
            if (configuration != null && configuration.level() >= Builds.NEWER) {
                return entry.zxid();
            }
        }
        return Long.MAX_VALUE;
    }
}
