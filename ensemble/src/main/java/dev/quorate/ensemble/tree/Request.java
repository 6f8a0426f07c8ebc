package dev.quorate.ensemble.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks, decoded. */
public sealed interface Request {
    /** Answered by {@link DataTree#read} of the member the client is connected to, in the session's order. */
    sealed interface Read extends Request {}

    /** A read that may stand in a {@link MultiRead}. */
    sealed interface ReadOp extends Read {
        String path();
    }

    record Exists(String path, boolean watch) implements Read {}

    record GetData(String path, boolean watch) implements ReadOp {}

    /** @param withStat whether the reply carries the znode's stat (getChildren2) */
    record GetChildren(String path, boolean watch, boolean withStat) implements ReadOp {}

    record GetAcl(String path) implements Read {}

    /** The session's ephemerals whose path begins with the prefix. */
    record GetEphemerals(String prefix) implements Read {}

    /** Counts the znodes below a path. */
    record GetAllChildrenNumber(String path) implements Read {}

    record WhoAmI() implements Read {}

    record MultiRead(List<ReadOp> ops) implements Read {}

    record AddWatch(String path, AddWatchMode mode) implements Read {}

    record RemoveWatches(String path, WatcherType type) implements Read {}

    record CheckWatches(String path, WatcherType type) implements Read {}

    /**
     * Arms again, after a reconnect, what the client watches, or fires what it missed since {@code relativeZxid}.
     *
     * @param persistent paths of persistent watches; empty in the older form of the request
     */
    record SetWatches(long relativeZxid, List<String> data, List<String> exist, List<String> child,
            List<String> persistent, List<String> recursive) implements Read {}

    /**
     * Ordered by the leader.
     *
     * @param shape how the outcome is shown
     */
    record Write(Command command, ReplyShape shape) implements Request {}

    /** A multi; {@code shapes} holds one for each operation. */
    record WriteMulti(Command.Multi multi, List<ReplyShape> shapes) implements Request {}

    /** Whether the reply to a create carries the stat besides the path (create2, createContainer, createTTL). */
    enum ReplyShape {
        PLAIN,
        WITH_STAT
    }

    record Sync(String path) implements Request {}

    record Ping() implements Request {}

    /** @param proof what the client sends to show who it is: for digest {@code user:password} */
    record Auth(int type, String scheme, @Nullable Bytes proof) implements Request {}

    record CloseSession() implements Request {}

    /** An operation that is not offered, {@code check} outside of a multi included: answered with UNIMPLEMENTED. */
    record Unknown(int opcode) implements Request {}

    /** The header was good and the body was not, or it is not taken here: answered with an error in its turn. */
    record Malformed(ErrorCode error, String reason) implements Request {}
}
