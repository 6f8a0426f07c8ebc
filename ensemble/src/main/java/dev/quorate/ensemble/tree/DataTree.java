package dev.quorate.ensemble.tree;

import dev.quorate.ensemble.zab.Configuration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicated tree with its sessions, and this member's watches on it. Not thread-safe: the loop owns it. */
public final class DataTree {
    private final State state;
    private final Levels levels;
    private final Watches watches;
    private final Rules rules;
    private final Reads reads;
    private @Nullable RuntimeException fault;

    /** An empty tree, before the founding entry. */
    public DataTree(WatchSink watchSink, Levels levels) {
        this(new State(), watchSink, levels);
        Rules.plant(state);
    }

    DataTree(State state, WatchSink watchSink, Levels levels) {
        this.state = state;
        this.levels = levels;
        watches = new Watches(watchSink);
        rules = new Rules(state, watches);
        reads = new Reads(state, watches);
    }

    /**
     * Applies a committed entry. Total: whatever it is, it has an outcome, and a failed one changes nothing but the
     * table of origins. Events it fires reach the sink before this returns.
     *
     * @param zxid greater than {@link #lastZxid()}
     * @param timeMs the entry's time, not less than the one before
     * @throws IllegalStateException when the zxid is not greater
     * @throws UnknownLevel when the entry sets a level that is not known here
     */
    public Outcome apply(long zxid, long timeMs, Txn txn) {
        if (zxid <= state.lastZxid) {
            throw new IllegalStateException("entry 0x" + Long.toHexString(zxid) + " behind 0x"
                    + Long.toHexString(state.lastZxid));
        }
        levels.check(txn.command());
        state.lastZxid = zxid;
        state.lastTimeMs = timeMs;
        if (!state.origins.admit(txn.origin(), txn.seq())) {
            return new Outcome.Skipped();
        }
        Outcome outcome = decide(txn);
        if (outcome instanceof Outcome.Failed || outcome instanceof Outcome.MultiFailed) {
            state.undo();
            watches.forgetChanges();
        } else {
            state.settle();
            watches.fireChanges(zxid);
        }
        if (outcome instanceof Outcome.SessionClosed closed) {
            watches.removeSession(closed.sessionId());
        }
        return outcome;
    }

    private Outcome decide(Txn txn) {
        try {
            return rules.apply(levels.read(state.level(), txn));
        } catch (RuntimeException e) {
            fault = e;
            return new Outcome.Failed(ErrorCode.SYSTEM_ERROR);
        }
    }

    /** The exception behind the last SYSTEM_ERROR that {@link #apply} decided, once: for the log of the shell. */
    public @Nullable RuntimeException takeFault() {
        RuntimeException taken = fault;
        fault = null;
        return taken;
    }

    /**
     * Answers from the tree as it stands; events that a SetWatches finds missed reach the sink before this returns.
     *
     * @param limits what is longer fails with {@link ErrorCode#MARSHALLING_ERROR}, and a watch too many with
     *     {@link ErrorCode#QUOTA_EXCEEDED}; after that a SetWatches has been carried out in part
     */
    public Response read(Request.Read request, Caller caller, ReadLimits limits) {
        return reads.answer(request, caller, limits);
    }

    /** About how many bytes the answer would take if it were given now. */
    public long replyBytes(Request.Read request) {
        return reads.estimate(request);
    }

    /** A session proved to be more than it was: its armed watches are delivered by what it is now. */
    public void identify(Caller caller) {
        watches.identify(caller);
    }

    /** The session's connection here ended: its watches go. */
    public void disconnected(long sessionId) {
        watches.removeSession(sessionId);
    }

    /** The last entry applied; what replies name as the server's zxid. */
    public long lastZxid() {
        return state.lastZxid;
    }

    public long lastTimeMs() {
        return state.lastTimeMs;
    }

    /** The rules in force; 0 before the founding entry. */
    public int level() {
        return state.level();
    }

    /** Empty before the founding entry. */
    public String clusterId() {
        return state.clusterId;
    }

    /** The zxid of the entry that set {@code /zookeeper/config}. */
    public long configVersion() {
        return state.configVersion();
    }

    /** The members after the last entry applied; null before the founding entry. */
    public @Nullable Membership membership() {
        return state.membership;
    }

    /** The configuration in force after the last entry applied; null before the founding entry. */
    public @Nullable Configuration configuration() {
        return state.membership == null ? null : state.membership.configuration();
    }

    /** Equal on all members at the same zxid. */
    public long digest() {
        return state.digest();
    }

    public int znodeCount() {
        return state.znodes.count();
    }

    public int ephemeralCount() {
        return state.sessions.ephemeralCount();
    }

    public int watchCount() {
        return watches.size();
    }

    /** Bytes of names and data. */
    public long approximateDataSize() {
        return state.contentBytes();
    }

    public int sessionCount() {
        return state.sessions.size();
    }

    public @Nullable Session session(long sessionId) {
        return state.sessions.get(sessionId);
    }

    /** All sessions, by id. */
    public List<Session> sessions() {
        return state.sessions.all();
    }

    /** Last seq applied of a member, or null when it never submitted anything. */
    public @Nullable OriginSeq origin(int memberId) {
        return state.origins.get(memberId);
    }

    /** Paths of containers that had children and have none now; at most {@code limit}. */
    public List<String> emptyContainers(int limit) {
        List<String> paths = new ArrayList<>();
        for (int id : state.containers) {
            byte[] node = state.znodes.node(id);
            if (paths.size() < limit && Znode.children(node) == 0 && Znode.createdChildren(node) > 0) {
                paths.add(state.znodes.path(id));
            }
        }
        return paths;
    }

    /**
     * Begins a snapshot of the tree as it stands: {@link #walk} emits it in slices; between them entries may be
     * applied, which emit what they are about to change first.
     */
    public void startSnapshot(SnapshotSink sink) {
        if (state.snapshot != null) {
            throw new IllegalStateException("a snapshot is being taken already");
        }
        state.snapshot = new SnapshotWalk(state, sink);
    }

    /**
     * Visits about {@code budget} znodes.
     *
     * @return whether the snapshot is complete
     */
    public boolean walk(int budget) {
        SnapshotWalk snapshot = state.snapshot;
        if (snapshot == null) {
            throw new IllegalStateException("no snapshot is being taken");
        }
        boolean complete = snapshot.walk(budget);
        if (complete) {
            state.snapshot = null;
        }
        return complete;
    }

    /** Drops the snapshot that is being taken, if any. */
    public void abandonSnapshot() {
        state.snapshot = null;
    }
}
