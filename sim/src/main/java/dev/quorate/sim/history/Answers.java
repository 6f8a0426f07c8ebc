package dev.quorate.sim.history;

import dev.quorate.sim.history.Result.NodeStat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what clients were answered with what the model says. */
final class Answers {
    private Answers() {}

    /** What is wrong with the answer to a session's read, as the model stands now; null when nothing is. */
    static @Nullable String problem(TreeModel model, long session, Call.Read read, Op.Done done) {
        if (!Errors.decidedByTree(done.error())) {
            return null;
        }
        TreeModel.Node node = model.node(read.path());
        NodeStat stat = model.stat(read.path());
        if (node == null || stat == null) {
            return done.error() == Errors.NO_NODE
                    ? null
                    : "the model has no such znode at 0x" + Long.toHexString(done.zxid());
        }
        if (!model.isAllowed(session, node, Grant.READ)) {
            return done.error() == Errors.NO_AUTH
                    ? null
                    : "the session may not read this at 0x" + Long.toHexString(done.zxid());
        }
        Result expected = switch (read) {
            case Call.GetData unused -> new Result.Data(node.data(), stat);
            case Call.Exists unused -> new Result.Stated(stat);
            case Call.GetChildren unused -> new Result.Children(List.copyOf(model.children(read.path())));
        };
        return done.error() == Errors.OK && matches(expected, done.result())
                ? null
                : "the model at 0x" + Long.toHexString(done.zxid()) + " answers " + expected;
    }

    static boolean matches(Result expected, Result actual) {
        return switch (actual) {
            case Result.None unused -> true;
            case Result.Created created -> created.equals(expected);
            case Result.Stated stated ->
                expected instanceof Result.Stated model && matches(model.stat(), stated.stat());
            case Result.Data read -> expected instanceof Result.Data model && model.data().equals(read.data())
                    && matches(model.stat(), read.stat());
            case Result.Children children -> expected instanceof Result.Children model
                    && model.names().size() == children.names().size()
                    && new TreeSet<>(model.names()).equals(new TreeSet<>(children.names()));
            case Result.Steps steps -> expected instanceof Result.Steps model
                    && matchAll(model.results(), steps.results());
        };
    }

    private static boolean matchAll(List<Result> expected, List<Result> actual) {
        boolean all = expected.size() == actual.size();
        for (int i = 0; all && i < actual.size(); i++) {
            all = matches(expected.get(i), actual.get(i));
        }
        return all;
    }

    private static boolean matches(NodeStat model, NodeStat actual) {
        return model.version() == actual.version() && model.ephemeralOwner() == actual.ephemeralOwner()
                && model.children() == actual.children()
                && (model.czxid() == TreeModel.UNKNOWN_ZXID || model.czxid() == actual.czxid())
                && (model.mzxid() == TreeModel.UNKNOWN_ZXID || model.mzxid() == actual.mzxid());
    }
}
