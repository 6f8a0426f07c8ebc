package dev.quorate.sim.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation of a client.
 *
 * @param session the session it was sent in
 * @param order its place among the operations and events of its session, as the client saw them complete; requests of a
 *     session are also sent in this order
 * @param invokedNs when it was sent, on a clock that all clients share
 * @param done null when its outcome is unknown: it may have taken place, once, or not at all
 */
public record Op(long session, long order, long invokedNs, Call call, @Nullable Done done) {

    /**
     * How it ended.
     *
     * @param zxid the zxid in the header of the reply: the write's own zxid for a write, the last zxid applied at the
     *     member for a read
     * @param error ZooKeeper's error code, 0 for success
     */
    public record Done(long completedNs, long zxid, int error, Result result) {}

    public boolean succeeded() {
        return done != null && done.error() == 0;
    }

    @Override
    public String toString() {
        String end = done == null
                ? "unknown"
                : "zxid 0x%x error %d %s".formatted(done.zxid(), done.error(), done.result());
        return "session 0x%x #%d at %.6f: %s -> %s".formatted(session, order, invokedNs / 1e9, call, end);
    }
}
