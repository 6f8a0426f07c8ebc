package dev.quorate.sim.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Which access list each znode had at which zxid, and whose sessions are whose. */
final class AccessLists {
    private final Map<Long, String> users;
    private final Map<String, NavigableMap<Long, List<Grant>>> lists = new HashMap<>();

    /** @param users by session; sessions that are not in it belong to nobody */
    AccessLists(Map<Long, String> users) {
        this.users = users;
    }

    /** From this zxid on. */
    void set(String path, long zxid, List<Grant> list) {
        lists.computeIfAbsent(path, key -> new TreeMap<>()).put(zxid, list);
    }

    /** Whether a session may hear of a change at this zxid: of the end of a znode by the list that it had. */
    boolean mayHear(long session, String path, long zxid, boolean ofItsEnd) {
        return mayRead(session, at(path, ofItsEnd ? zxid - 1 : zxid));
    }

    /** Whether a session may read a path by each of the lists that it had from one zxid to another. */
    boolean mayReadThroughout(long session, String path, long fromZxid, long toZxid) {
        return mayRead(session, at(path, fromZxid)) && (fromZxid >= toZxid
                || of(path).subMap(fromZxid, false, toZxid, true).values().stream()
                        .allMatch(list -> mayRead(session, list)));
    }

    private List<Grant> at(String path, long zxid) {
        Map.Entry<Long, List<Grant>> last = of(path).floorEntry(zxid);
        return last == null ? Grant.OPEN : last.getValue();
    }

    private NavigableMap<Long, List<Grant>> of(String path) {
        return lists.getOrDefault(path, new TreeMap<>());
    }

    private boolean mayRead(long session, List<Grant> list) {
        return Grant.allows(list, users.getOrDefault(session, Grant.ANYONE), Grant.READ);
    }
}
