package dev.quorate.ensemble.member;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The syncs that clients of this member wait for: first for the leader's word, then for being applied up to it. */
final class Syncs {
    private record Waiting(long zxid, Client client, Client.Pending pending) {}

    private record Asked(Client client, Client.Pending pending) {}

    private final Map<Long, Asked> asked = new LinkedHashMap<>();
    private final List<Long> unsent = new ArrayList<>();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::zxid));
    private long lastToken;

    void ask(Client client, Client.Pending pending) {
        long token = ++lastToken;
        asked.put(token, new Asked(client, pending));
        unsent.add(token);
    }

    /** The tokens to be sent to the leader on the present path. */
    List<Long> takeUnsent() {
        if (unsent.isEmpty())
            return List.of();
        List<Long> tokens = List.copyOf(unsent);
        unsent.clear();
        return tokens;
    }

    /** The path to the leader is another one: what it has not answered is asked again. */
    void rewind() {
        asked.values().removeIf(each -> each.client().closed);
        unsent.clear();
        unsent.addAll(asked.keySet());
    }

    /** The leader's word: this sync may be answered when {@code zxid} is applied here. */
    void answered(long token, long zxid) {
        Asked sync = asked.remove(token);
        if (sync != null)
            waiting.add(new Waiting(zxid, sync.client(), sync.pending()));
    }

    /** A client whose sync is due now that {@code appliedZxid} is applied; null when none is. */
    @Nullable
    Client releaseNext(long appliedZxid) {
        Waiting next = waiting.peek();
        if (next == null || next.zxid() > appliedZxid)
            return null;
        waiting.poll();
        next.pending().released = true;
        return next.client();
    }
}
