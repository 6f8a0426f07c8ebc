package dev.quorate.sim.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What each write of a history changed, as watches see it, by path and zxid. */
final class TreeChanges {
    private static final NavigableMap<Long, Boolean> NONE = new TreeMap<>();

    private final Map<String, NavigableMap<Long, Boolean>> ofNodes = new HashMap<>();
    private final Map<String, NavigableMap<Long, Boolean>> ofChildren = new HashMap<>();
    private final NavigableMap<Long, List<String>> paths = new TreeMap<>();

    private final AccessLists access;

    /** @param users whose sessions are whose */
    TreeChanges(List<Timeline.Placed> placed, Map<Long, String> users) {
        TreeModel model = new TreeModel(users);
        access = new AccessLists(users);
        for (Timeline.Placed item : placed) {
            if (item.op().call() instanceof Call.Write write) {
                change(model, item, write);
            }
        }
    }

    AccessLists access() {
        return access;
    }

    /** Changes of a znode itself: whether it is there from then on. */
    NavigableMap<Long, Boolean> ofNode(String path) {
        return ofNodes.getOrDefault(path, NONE);
    }

    /** Changes of the list of a znode's children. */
    NavigableMap<Long, Boolean> ofChildren(String path) {
        return ofChildren.getOrDefault(path, NONE);
    }

    /** Which znodes changed, by zxid. */
    NavigableMap<Long, List<String>> paths() {
        return paths;
    }

    private void change(TreeModel model, Timeline.Placed item, Call.Write write) {
        List<String> gone = new ArrayList<>();
        if (write instanceof Call.CloseSession) {
            gone.addAll(model.ephemerals(item.op().session()));
        }
        TreeModel.Outcome outcome = model.apply(write, item.op().session(), item.zxid());
        model.forgetUndo();
        if (outcome.error() != Errors.OK || item.zxid() == TreeModel.UNKNOWN_ZXID) {
            return;
        }
        for (String path : gone) {
            changed(path, true, false, item.zxid());
        }
        if (write instanceof Call.Multi multi && outcome.result() instanceof Result.Steps done) {
            for (int i = 0; i < multi.steps().size(); i++) {
                step(multi.steps().get(i), done.results().get(i), item.zxid());
            }
        } else if (write instanceof Call.Step step) {
            step(step, outcome.result(), item.zxid());
        } else if (write instanceof Call.SetAcl set) {
            access.set(set.path(), item.zxid(), set.acl());
        }
    }

    private void step(Call.Step step, Result result, long zxid) {
        switch (step) {
            case Call.Create create ->
                changed(result instanceof Result.Created made ? made.path() : create.path(), true, true, zxid);
            case Call.Delete delete -> changed(delete.path(), true, false, zxid);
            case Call.SetData set -> changed(set.path(), false, true, zxid);
            case Call.Check unused -> {
            }
        }
    }

    private void changed(String path, boolean membership, boolean exists, long zxid) {
        ofNodes.computeIfAbsent(path, key -> new TreeMap<>()).put(zxid, exists);
        paths.computeIfAbsent(zxid, key -> new ArrayList<>()).add(path);
        if (membership) {
            access.set(path, zxid, Grant.OPEN);
            ofChildren.computeIfAbsent(TreeModel.parentOf(path), key -> new TreeMap<>()).put(zxid, true);
        }
    }
}
