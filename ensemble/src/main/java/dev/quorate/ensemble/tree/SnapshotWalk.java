package dev.quorate.ensemble.tree;

import java.util.List;

/**
 * Writes the tree as it stood at one zxid while it goes on changing: it visits znodes by number; one that is about to
 * change before its turn is written first, one that is younger is passed over.
 */
final class SnapshotWalk {
    private final State state;
    private final SnapshotSink sink;
    private final List<Session> sessions;
    private final List<OriginSeq> origins;
    private final int limit;
    private final long[] done;
    private final long znodeCount;
    private int sessionCursor;
    private int originCursor;
    private int cursor;

    SnapshotWalk(State state, SnapshotSink sink) {
        this.state = state;
        this.sink = sink;
        sessions = state.sessions.all();
        origins = state.origins.all();
        limit = state.znodes.limit();
        done = new long[(limit >>> 6) + 1];
        znodeCount = state.znodes.count();
        sink.record(new SnapshotRecord.Header(state.lastZxid, state.lastTimeMs, state.digest(),
                state.clusterId,
                state.sessions.clusterKey(), state.membership));
    }

    /** Visits about {@code budget} rows; whether the snapshot is complete. */
    boolean walk(int budget) {
        int left = budget;
        for (; left > 0 && originCursor < origins.size(); left--) {
            sink.record(new SnapshotRecord.OriginRow(origins.get(originCursor++)));
        }
        for (; left > 0 && sessionCursor < sessions.size(); left--) {
            sink.record(new SnapshotRecord.SessionRow(sessions.get(sessionCursor++)));
        }
        for (; left > 0 && cursor < limit; left--) {
            if (!isDone(cursor) && state.znodes.live(cursor)) {
                emit(cursor);
            }
            cursor++;
        }
        if (left == 0) {
            return false;
        }
        sink.record(new SnapshotRecord.End(znodeCount, sessions.size()));
        return true;
    }

    /** This znode is about to change or to go. */
    void changing(int id) {
        if (id >= cursor && id < limit && !isDone(id)) {
            emit(id);
            setDone(id);
        }
    }

    /** This znode is younger than the snapshot. */
    void added(int id) {
        if (id < limit) {
            setDone(id);
        }
    }

    private void emit(int id) {
        byte[] node = state.znodes.node(id);
        sink.record(new SnapshotRecord.Znode(id, state.znodes.parent(id), Znode.name(node), Znode.czxid(node),
                Znode.mzxid(node), Znode.pzxid(node), Znode.ctimeMs(node), Znode.mtimeMs(node), Znode.version(node),
                Znode.createdChildren(node), Znode.aversion(node), Znode.owner(node), Znode.container(node),
                state.acls.acl(Znode.acl(node)), Znode.data(node)));
    }

    private boolean isDone(int id) {
        return (done[id >>> 6] & (1L << id)) != 0;
    }

    private void setDone(int id) {
        done[id >>> 6] |= 1L << id;
    }
}
