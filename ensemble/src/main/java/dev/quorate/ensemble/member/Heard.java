package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Message;
import java.util.ArrayList;
import java.util.List;

/** The clients that were heard since the leader was last told of them. */
final class Heard {
    private final List<Client> touched = new ArrayList<>();

    void add(Client client) {
        if (client.touched)
            return;
        client.touched = true;
        touched.add(client);
    }

    /**
     * Their sessions, for a leader elsewhere: they are kept for as long as it acknowledges the report.
     *
     * @param shortOfRoom what else the leader is told of this member: whether its disk is nearly full
     */
    Message.Touch report(Lease lease, boolean shortOfRoom, long nowMs) {
        List<Lease.Hold> holds = touched.stream().map(client -> client.hold).toList();
        return new Message.Touch(lease.report(nowMs, holds), shortOfRoom, take());
    }

    /** Their sessions, for the leader that this member is, which takes note at once. */
    long[] reported(long nowMs) {
        touched.forEach(client -> client.hold.reported(nowMs));
        return take();
    }

    private long[] take() {
        long[] sessions = new long[touched.size()];
        for (int i = 0; i < sessions.length; i++) {
            touched.get(i).touched = false;
            sessions[i] = touched.get(i).sessionId();
        }
        touched.clear();
        return sessions;
    }
}
