package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client is answered; immutable, so that it may be encoded on another thread. */
public sealed interface Response {
    /** What headers, a Stat and lengths take at most. */
    int FIXED_BYTES = 128;

    /** About how many bytes it takes, here until it is sent and then on the wire. */
    default long bytes() {
        return switch (this) {
            case Data read -> FIXED_BYTES + (read.data() == null ? 0 : read.data().length());
            case Children children -> FIXED_BYTES + children.names().packed().length();
            case ChildrenWithStat children -> FIXED_BYTES + children.names().packed().length();
            case Ephemerals all -> FIXED_BYTES + 64L * all.paths().size();
            case Multi multi -> FIXED_BYTES + multi.parts().stream().mapToLong(part -> part.response().bytes()).sum();
            default -> FIXED_BYTES;
        };
    }

    /** No body: delete, ping, closing, watches set or removed. */
    record Done() implements Response {
        static final Done DONE = new Done();
    }

    record Failed(ErrorCode error) implements Response {}

    record Created(String path) implements Response {}

    record CreatedWithStat(String path, Stat stat) implements Response {}

    /** exists, setData, setACL. */
    record StatOnly(Stat stat) implements Response {}

    record Data(@Nullable Bytes data, Stat stat) implements Response {}

    record Children(Names names) implements Response {}

    record ChildrenWithStat(Names names, Stat stat) implements Response {}

    record AclResult(List<Acl> acl, Stat stat) implements Response {}

    record Ephemerals(List<String> paths) implements Response {}

    record ChildrenNumber(int count) implements Response {}

    record WhoAmI(List<Identity> identities) implements Response {}

    record Synced(String path) implements Response {}

    /** addWatch is answered with an error code as its body. */
    record WatchAdded() implements Response {}

    /** One part for each operation: a result, or {@link Failed}. */
    record Multi(List<Part> parts) implements Response {}

    /** @param kind the operation that the part answers */
    record Part(Kind kind, Response response) {}

    enum Kind {
        CREATE,
        CREATE_WITH_STAT,
        DELETE,
        SET_DATA,
        CHECK,
        GET_DATA,
        GET_CHILDREN,
        ERROR
    }

    /** The answer to a write that is not a multi. */
    static Response of(Request.Write write, Outcome outcome) {
        return single(outcome, write.shape());
    }

    /** The answer to a multi. */
    static Response of(Request.WriteMulti write, Outcome outcome) {
        return switch (outcome) {
            case Outcome.MultiDone done -> {
                List<Part> parts = new ArrayList<>(done.results().size());
                for (int i = 0; i < done.results().size(); i++) {
                    Outcome result = done.results().get(i);
                    Request.ReplyShape shape = write.shapes().get(i);
                    parts.add(new Part(kind(result, shape), single(result, shape)));
                }
                yield new Multi(parts);
            }
            case Outcome.MultiFailed failed -> {
                List<Part> parts = new ArrayList<>(failed.results().size());
                for (ErrorCode error : failed.results()) {
                    parts.add(new Part(Kind.ERROR, new Failed(error)));
                }
                yield new Multi(parts);
            }
            case Outcome.Failed failed -> new Failed(failed.error());
            default -> throw new IllegalStateException("not an outcome of a multi: " + outcome);
        };
    }

    private static Response single(Outcome outcome, Request.ReplyShape shape) {
        return switch (outcome) {
            case Outcome.Created created -> shape == Request.ReplyShape.WITH_STAT
                    ? new CreatedWithStat(created.path(), created.stat())
                    : new Created(created.path());
            case Outcome.StatResult result -> new StatOnly(result.stat());
            case Outcome.Reconfigured changed -> new Data(changed.text(), changed.stat());
            case Outcome.Failed failed -> new Failed(failed.error());
            case Outcome.Deleted deleted -> Done.DONE;
            case Outcome.Checked checked -> Done.DONE;
            default -> throw new IllegalStateException("not an outcome of a client's write: " + outcome);
        };
    }

    private static Kind kind(Outcome outcome, Request.ReplyShape shape) {
        return switch (outcome) {
            case Outcome.Created done -> shape == Request.ReplyShape.WITH_STAT ? Kind.CREATE_WITH_STAT : Kind.CREATE;
            case Outcome.Deleted done -> Kind.DELETE;
            case Outcome.StatResult done -> Kind.SET_DATA;
            case Outcome.Checked done -> Kind.CHECK;
            default -> throw new IllegalStateException("not an outcome of an operation of a multi: " + outcome);
        };
    }
}
