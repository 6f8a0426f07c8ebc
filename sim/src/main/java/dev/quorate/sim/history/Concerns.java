package dev.quorate.sim.history;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which operations of a history depend on each other. */
final class Concerns {
    private final Map<Long, Set<String>> ephemerals = new HashMap<>();
    private final IdentityHashMap<Op, Touched> touched = new IdentityHashMap<>();

    /**
     * What an operation depends on and what it changes: paths, lists of children as {@code path/*}, and any child whose
     * name the ensemble chooses as {@code path/?}. Two writes that only add to a list or take from it don't depend on
     * each other.
     */
    private record Touched(Set<String> reads, Set<String> writes) {
        void reads(String path) {
            reads.add(path);
            reads.add(path + "/*");
            reads.add(TreeModel.parentOf(path) + "/?");
        }

        void comesOrGoes(String path) {
            reads(path);
            reads.add(TreeModel.parentOf(path));
            writes.add(path);
            writes.add(TreeModel.parentOf(path) + "/*");
        }
    }

    Concerns(List<Op> ops) {
        for (Op op : ops) {
            addEphemerals(op.session(), op.call(), op.done() == null ? Result.NONE : op.done().result());
        }
    }

    /** Whether one can change what the other is answered, or what it does. */
    boolean meet(Op one, Op other) {
        Touched first = of(one);
        Touched second = of(other);
        return !Collections.disjoint(first.writes, second.reads) || !Collections.disjoint(second.writes, first.reads);
    }

    private Touched of(Op op) {
        return touched.computeIfAbsent(op, key -> {
            Touched found = new Touched(new HashSet<>(), new HashSet<>());
            touch(key.call(), key.session(), found);
            return found;
        });
    }

    private void touch(Call call, long session, Touched found) {
        switch (call) {
            case Call.Multi multi -> {
                for (Call.Step step : multi.steps()) {
                    touch(step, session, found);
                }
            }
            case Call.CloseSession unused -> ephemerals.getOrDefault(session, Set.of()).forEach(found::comesOrGoes);
            case Call.Create create -> {
                found.comesOrGoes(create.path());
                if (create.sequential()) {
                    found.reads(TreeModel.parentOf(create.path()));
                    found.writes.add(TreeModel.parentOf(create.path()) + "/?");
                }
            }
            case Call.Delete delete -> found.comesOrGoes(delete.path());
            case Call.SetData set -> {
                found.reads(set.path());
                found.writes.add(set.path());
            }
            case Call.SetAcl set -> {
                found.reads(set.path());
                found.writes.add(set.path());
            }
            case Call.Check check -> found.reads(check.path());
            case Call.Read read -> found.reads(read.path());
            case Call.Watch unused -> {
            }
            case Call.Sync unused -> {
            }
        }
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
