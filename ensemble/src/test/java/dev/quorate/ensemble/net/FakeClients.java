package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.member.Clients;
import dev.quorate.ensemble.tree.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives everybody a session and answers every request, at once or when told. Runs on a test's loop. */
final class FakeClients implements Clients {
    final List<ClientConnection> connections = new CopyOnWriteArrayList<>();
    final List<Integer> xids = new CopyOnWriteArrayList<>();
    final AtomicInteger disconnected = new AtomicInteger();
    final AtomicInteger drained = new AtomicInteger();
    volatile Response response = new Response.Done();
    volatile boolean hold;
    volatile boolean refuseSessions;
    private final List<Held> held = new ArrayList<>();

    private record Held(ClientConnection connection, int xid) {}

    @Override
    public void connect(ClientConnection connection, long lastZxidSeen, int timeoutMs, long sessionId,
            byte[] password) {
        connections.add(connection);
        if (refuseSessions) {
            connection.connected(0, 0, new byte[16]);
            connection.close();
        } else {
            connection.connected(timeoutMs, connections.size(), new byte[16]);
        }
        connection.flush();
    }

    @Override
    public void requests(ClientConnection connection, List<ClientRequest> requests) {
        requests.forEach(request -> {
            xids.add(request.xid());
            held.add(new Held(connection, request.xid()));
        });
        if (!hold) {
            answerAll();
        }
    }

    void answerAll() {
        held.forEach(one -> {
            one.connection.reply(one.xid, 77, response);
            one.connection.credit(1);
            one.connection.flush();
        });
        held.clear();
    }

    @Override
    public void drained(ClientConnection connection) {
        drained.incrementAndGet();
    }

    @Override
    public void disconnected(ClientConnection connection) {
        disconnected.incrementAndGet();
    }
}
