package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The access lists in use, each once; znodes name them by number. A list goes when no znode has it any more. Numbers
 * may differ between members.
 */
final class Acls {
    /** The number of the list that lets everybody do everything; it never goes. */
    static final int OPEN = 0;

    private final Map<List<Acl>, Integer> numbers = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Integer> unused = new ArrayList<>();
    private final List<Integer> idle = new ArrayList<>();

    private static final class Entry {
        private final List<Acl> acl;
        private final long hash;
        private int users;

        private Entry(List<Acl> acl) {
            this.acl = acl;
            this.hash = hash(acl);
        }

        private static long hash(List<Acl> acl) {
            long hash = acl.size();
            for (Acl line : acl) {
                hash = Hash.mix(hash + line.perms(), Hash.text(line.identity().scheme()));
                hash = Hash.mix(hash, Hash.text(line.identity().id()));
            }
            return hash;
        }
    }

    Acls() {
        entries.add(new Entry(Acl.OPEN));
        numbers.put(Acl.OPEN, OPEN);
    }

    /** The number of a list, which stays only if {@link #use} is called before the next {@link #settle}. */
    int number(List<Acl> acl) {
        if (acl.equals(Acl.OPEN)) {
            return OPEN;
        }
        Integer known = numbers.get(acl);
        if (known != null) {
            return known;
        }
        Entry entry = new Entry(List.copyOf(acl));
        int number = unused.isEmpty() ? entries.size() : unused.removeLast();
        if (number == entries.size()) {
            entries.add(entry);
        } else {
            entries.set(number, entry);
        }
        numbers.put(entry.acl, number);
        idle.add(number);
        return number;
    }

    List<Acl> acl(int number) {
        return entries.get(number).acl;
    }

    long hash(int number) {
        return entries.get(number).hash;
    }

    void use(int number) {
        entries.get(number).users++;
    }

    /** The list stays until the next {@link #settle}, so that an undone removal finds it again. */
    void release(int number) {
        if (--entries.get(number).users == 0 && number != OPEN) {
            idle.add(number);
        }
    }

    /** Drops the lists that nobody uses any more. */
    void settle() {
        for (int i = 0; i < idle.size(); i++) {
            int number = idle.get(i);
            Entry entry = entries.get(number);
            if (entry.users == 0 && numbers.remove(entry.acl) != null) {
                unused.add(number);
            }
        }
        idle.clear();
    }
}
