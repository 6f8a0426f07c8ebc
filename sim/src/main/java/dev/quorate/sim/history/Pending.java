package dev.quorate.sim.history;

import java.util.HashSet;
import java.util.Set;

/**
 * A write of unknown outcome: it took place once, after the zxid {@code after} and before {@code before}, or not at all.
 */
record Pending(Op op, Call.Write call, long after, long before) {

    /** Whether it changes, or depends on, what the other call does. */
    boolean concerns(Op other, TreeModel model) {
        Set<String> paths = new HashSet<>();
        touch(call, op.session(), model, paths);
        Set<String> others = new HashSet<>();
        touch(other.call(), other.session(), model, others);
        paths.retainAll(others);
        return !paths.isEmpty();
    }

    /** The paths whose state a call depends on or changes. */
    private static void touch(Call call, long session, TreeModel model, Set<String> paths) {
        switch (call) {
            case Call.Multi multi -> {
                for (Call.Step step : multi.steps()) {
                    touch(step, session, model, paths);
                }
            }
            case Call.CloseSession unused -> {
                for (String path : model.ephemerals(session)) {
                    add(path, paths);
                }
            }
            case Call.Step step -> add(step.path(), paths);
            case Call.Read read -> add(read.path(), paths);
            case Call.Sync unused -> { }
        }
    }

    private static void add(String path, Set<String> paths) {
        paths.add(path);
        paths.add(TreeModel.parentOf(path));
    }
}
