package dev.quorate.ensemble.tree;

import java.util.List;

/** What became of a transaction; the same on every member. */
public sealed interface Outcome {
    record Founded() implements Outcome {}

    record Created(String path, Stat stat) implements Outcome {}

    record Deleted() implements Outcome {}

    /** Data or access list was set. */
    record StatResult(Stat stat) implements Outcome {}

    record Checked() implements Outcome {}

    /** Every operation of a multi went through, in order. */
    record MultiDone(List<Outcome> results) implements Outcome {}

    /**
     * A multi was undone: OK for the operations before the one that failed, its error, then RUNTIME_INCONSISTENCY for
     * those after it.
     */
    record MultiFailed(List<ErrorCode> results) implements Outcome {}

    /** @param password 16 bytes with which the client proves later that the session is its own */
    record SessionCreated(long sessionId, int timeoutMs, Bytes password) implements Outcome {}

    record SessionAttached(long sessionId, int timeoutMs, Bytes password) implements Outcome {}

    /** No such session, or not its password. */
    record SessionRefused(long sessionId) implements Outcome {}

    record SessionClosed(long sessionId) implements Outcome {}

    /**
     * A change of the members is done: who asked for it is told so only now.
     *
     * @param text of {@code /zookeeper/config}, and its stat
     */
    record Reconfigured(Bytes text, Stat stat) implements Outcome {}

    /** The change was accepted; what becomes of it is told by {@link ChangeDone}. */
    record ChangeAccepted() implements Outcome {}

    /** A joint configuration is in force. */
    record ChangeBegun() implements Outcome {}

    /** The leader changed the members by itself. */
    record Configured() implements Outcome {}

    /**
     * An accepted change is done, or was abandoned.
     *
     * @param origin where the result is awaited
     * @param seq the origin's number of the entry that was accepted
     * @param result {@link Reconfigured} or {@link Failed}
     */
    record ChangeDone(Origin origin, long seq, Outcome result) implements Outcome {}

    record Failed(ErrorCode error) implements Outcome {}

    /** It was applied before (seq ≤ last), or an older start of its origin sent it. Nobody waits for it. */
    record Skipped() implements Outcome {}
}
