package dev.quorate.sim.history;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which operations of a history depend on the same znodes. */
final class Concerns {
    private final Map<Long, Set<String>> ephemerals = new HashMap<>();
    private final IdentityHashMap<Op, Set<String>> paths = new IdentityHashMap<>();

    Concerns(List<Op> ops) {
        for (Op op : ops) {
            addEphemerals(op.session(), op.call(), op.done() == null ? Result.NONE : op.done().result());
        }
    }

    /** Whether one can change what the other is answered, or what it does. */
    boolean meet(Op one, Op other) {
        return !Collections.disjoint(of(one), of(other));
    }

    private Set<String> of(Op op) {
        return paths.computeIfAbsent(op, key -> {
            Set<String> touched = new HashSet<>();
            touch(key.call(), key.session(), touched);
            return touched;
        });
    }

    private void touch(Call call, long session, Set<String> touched) {
        switch (call) {
            case Call.Multi multi -> {
                for (Call.Step step : multi.steps()) {
                    touch(step, session, touched);
                }
            }
            case Call.CloseSession unused -> {
                for (String path : ephemerals.getOrDefault(session, Set.of())) {
                    add(path, touched);
                }
            }
            case Call.Step step -> add(step.path(), touched);
            case Call.Read read -> add(read.path(), touched);
            case Call.Sync unused -> {
            }
        }
    }

    private static void add(String path, Set<String> touched) {
        touched.add(path);
        touched.add(TreeModel.parentOf(path));
    }

    /** The paths of all ephemeral znodes that a session may have had. */
    private void addEphemerals(long session, Call call, Result result) {
        if (call instanceof Call.Multi multi) {
            for (int i = 0; i < multi.steps().size(); i++) {
                Result of = result instanceof Result.Steps steps ? steps.results().get(i) : Result.NONE;
                addEphemerals(session, multi.steps().get(i), of);
            }
        } else if (call instanceof Call.Create create && create.ephemeral()) {
            ephemerals.computeIfAbsent(session, key -> new HashSet<>())
                    .add(result instanceof Result.Created made ? made.path() : create.path());
        }
    }
}
