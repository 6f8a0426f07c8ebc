package dev.quorate.sim.history;

import dev.quorate.sim.history.Result.NodeStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The simplest tree that answers as ZooKeeper does, with undo: the checker tries where unknown writes took place. */
final class TreeModel {
    /** In place of a zxid that is not known. */
    static final long UNKNOWN_ZXID = -1;

    private final Map<Long, String> users;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Set<String>> children = new HashMap<>();
    private final Map<Long, Set<String>> ephemerals = new HashMap<>();
    private final List<Runnable> undo = new ArrayList<>();

    /** @param creates how many children were ever created under it: the next sequence number */
    record Node(String data, int version, long czxid, long mzxid, long owner, int creates, List<Grant> acl) {}

    /** How a write ended. */
    record Outcome(int error, Result result) {
        static Outcome failed(int error) {
            return new Outcome(error, Result.NONE);
        }
    }

    /** @param users whose sessions are whose; those that are not in it belong to nobody */
    TreeModel(Map<Long, String> users) {
        this.users = users;
        nodes.put("/", new Node("", 0, 0, 0, 0, 0, Grant.OPEN));
        children.put("/", new TreeSet<>());
    }

    @Nullable
    Node node(String path) {
        return nodes.get(path);
    }

    Set<String> children(String path) {
        return children.getOrDefault(path, new TreeSet<>());
    }

    /** Paths of a session's ephemeral znodes. */
    Set<String> ephemerals(long session) {
        return ephemerals.getOrDefault(session, new TreeSet<>());
    }

    @Nullable
    NodeStat stat(String path) {
        Node node = nodes.get(path);
        return node == null
                ? null
                : new NodeStat(node.czxid, node.mzxid, node.version, node.owner, children(path).size());
    }

    boolean isAllowed(long session, Node node, int perm) {
        return Grant.allows(node.acl, users.getOrDefault(session, Grant.ANYONE), perm);
    }

    /** A mark for {@link #undoTo}. */
    int mark() {
        return undo.size();
    }

    void undoTo(int mark) {
        while (undo.size() > mark) {
            undo.removeLast().run();
        }
    }

    /** No earlier mark will be returned to. */
    void forgetUndo() {
        undo.clear();
    }

    /** Applies a write; nothing has changed when its outcome is an error. */
    Outcome apply(Call.Write write, long session, long zxid) {
        return switch (write) {
            case Call.Step step -> applyStep(step, session, zxid);
            case Call.Multi multi -> applyMulti(multi, session, zxid);
            case Call.SetAcl set -> setAcl(set, session);
            case Call.CloseSession unused -> {
                for (String path : new ArrayList<>(ephemerals(session))) {
                    remove(path);
                }
                yield new Outcome(Errors.OK, Result.NONE);
            }
        };
    }

    private Outcome applyMulti(Call.Multi multi, long session, long zxid) {
        int mark = mark();
        List<Result> results = new ArrayList<>();
        for (Call.Step step : multi.steps()) {
            Outcome outcome = applyStep(step, session, zxid);
            if (outcome.error != Errors.OK) {
                undoTo(mark);
                return Outcome.failed(outcome.error);
            }
            results.add(outcome.result);
        }
        return new Outcome(Errors.OK, new Result.Steps(results));
    }

    private Outcome applyStep(Call.Step step, long session, long zxid) {
        return switch (step) {
            case Call.Create create -> create(create, session, zxid);
            case Call.SetData set -> set(set, session, zxid);
            case Call.Delete delete -> delete(delete, session);
            case Call.Check check ->
                new Outcome(error(check.path(), check.version(), session, Grant.READ), Result.NONE);
        };
    }

    private Outcome create(Call.Create create, long session, long zxid) {
        String parentPath = parentOf(create.path());
        Node parent = nodes.get(parentPath);
        if (parent == null) {
            return Outcome.failed(Errors.NO_NODE);
        }
        if (!isAllowed(session, parent, Grant.CREATE)) {
            return Outcome.failed(Errors.NO_AUTH);
        }
        String path = create.sequential() ? create.path() + "%010d".formatted(parent.creates) : create.path();
        if (nodes.containsKey(path)) {
            return Outcome.failed(Errors.NODE_EXISTS);
        }
        if (parent.owner != 0) {
            return Outcome.failed(Errors.NO_CHILDREN_FOR_EPHEMERALS);
        }
        put(parentPath, new Node(parent.data, parent.version, parent.czxid, parent.mzxid, parent.owner,
                parent.creates + 1, parent.acl));
        long owner = create.ephemeral() ? session : 0;
        put(path, new Node(create.data(), 0, zxid, zxid, owner, 0, Grant.OPEN));
        addTo(children, parentPath, path.substring(path.lastIndexOf('/') + 1));
        if (owner != 0) {
            addTo(ephemerals, owner, path);
        }
        return new Outcome(Errors.OK, new Result.Created(path));
    }

    private Outcome set(Call.SetData set, long session, long zxid) {
        int error = error(set.path(), set.version(), session, Grant.WRITE);
        Node node = nodes.get(set.path());
        if (error != Errors.OK || node == null) {
            return Outcome.failed(error);
        }
        put(set.path(), new Node(set.data(), node.version + 1, node.czxid, zxid, node.owner, node.creates,
                node.acl));
        return stated(set.path());
    }

    private Outcome setAcl(Call.SetAcl set, long session) {
        int error = error(set.path(), -1, session, Grant.ADMIN);
        Node node = nodes.get(set.path());
        if (error != Errors.OK || node == null) {
            return Outcome.failed(error);
        }
        put(set.path(), new Node(node.data, node.version, node.czxid, node.mzxid, node.owner, node.creates, set.acl()));
        return stated(set.path());
    }

    private Outcome stated(String path) {
        NodeStat stat = stat(path);
        return new Outcome(Errors.OK, stat == null ? Result.NONE : new Result.Stated(stat));
    }

    private Outcome delete(Call.Delete delete, long session) {
        Node parent = nodes.get(parentOf(delete.path()));
        if (parent != null && !isAllowed(session, parent, Grant.DELETE)) {
            return Outcome.failed(Errors.NO_AUTH);
        }
        int error = error(delete.path(), delete.version(), session, 0);
        if (error == Errors.OK && !children(delete.path()).isEmpty()) {
            error = Errors.NOT_EMPTY;
        }
        if (error == Errors.OK) {
            remove(delete.path());
        }
        return new Outcome(error, Result.NONE);
    }

    /** @param perm what it takes; 0 for nothing */
    private int error(String path, int version, long session, int perm) {
        Node node = nodes.get(path);
        if (node == null) {
            return Errors.NO_NODE;
        }
        if (perm != 0 && !isAllowed(session, node, perm)) {
            return Errors.NO_AUTH;
        }
        return version == -1 || version == node.version ? Errors.OK : Errors.BAD_VERSION;
    }

    private void remove(String path) {
        Node node = nodes.get(path);
        if (node != null) {
            removeFrom(children, parentOf(path), path.substring(path.lastIndexOf('/') + 1));
            if (node.owner != 0) {
                removeFrom(ephemerals, node.owner, path);
            }
            nodes.remove(path);
            undo.add(() -> nodes.put(path, node));
        }
    }

    private void put(String path, Node node) {
        Node old = nodes.put(path, node);
        undo.add(() -> {
            if (old == null) {
                nodes.remove(path);
            } else {
                nodes.put(path, old);
            }
        });
    }

    private <K> void addTo(Map<K, Set<String>> sets, K key, String value) {
        sets.computeIfAbsent(key, absent -> new TreeSet<>()).add(value);
        undo.add(() -> sets.getOrDefault(key, new TreeSet<>()).remove(value));
    }

    private <K> void removeFrom(Map<K, Set<String>> sets, K key, String value) {
        sets.getOrDefault(key, new TreeSet<>()).remove(value);
        undo.add(() -> sets.computeIfAbsent(key, absent -> new TreeSet<>()).add(value));
    }

    static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }
}
