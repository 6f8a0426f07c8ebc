package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Response;
import java.util.ArrayList;
import java.util.List;

/** What clients are told in a batch. It goes out at its end, one write a client, and admission is given back then. */
final class Replies {
    private final List<Client> dirty = new ArrayList<>();

    void reply(Client client, int xid, long zxid, Response response) {
        client.connection.reply(xid, zxid, response);
        client.answered++;
        changed(client);
    }

    /** Something was put into this client's connection, or the connection was closed. */
    void changed(Client client) {
        if (client.dirty)
            return;
        client.dirty = true;
        dirty.add(client);
    }

    /** Ends a batch. */
    void flush() {
        for (Client client : dirty) {
            client.dirty = false;
            if (client.answered > 0)
                client.connection.credit(client.answered);
            client.answered = 0;
            client.connection.flush();
        }
        dirty.clear();
    }
}
