package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import java.util.ArrayList;
import java.util.List;

/** The loop's end of a client connection: gathers a batch's output and hands it to the network's thread at once. */
final class LoopConnection implements ClientConnection {
    private static final Outgoing CLOSE = new Outgoing.Close();

    private final ClientHandler handler;
    private final String remoteAddress;
    private List<Outgoing> queued = new ArrayList<>();
    private int credit;

    LoopConnection(ClientHandler handler, String remoteAddress) {
        this.handler = handler;
        this.remoteAddress = remoteAddress;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void connected(int timeoutMs, long sessionId, byte[] password) {
        queued.add(new Outgoing.Connected(timeoutMs, sessionId, password));
    }

    @Override
    public void reply(int xid, long zxid, Response response) {
        queued.add(new Outgoing.Reply(xid, zxid, response));
    }

    @Override
    public void event(WatchEvent event) {
        queued.add(new Outgoing.Event(event));
    }

    @Override
    public void flush() {
        if (queued.isEmpty() && credit == 0) {
            return;
        }
        var batch = new Outgoing.Batch(queued, credit);
        queued = new ArrayList<>(Math.min(queued.size(), 64));
        credit = 0;
        handler.deliver(batch);
    }

    /** Takes effect with the next {@link #flush}, like everything else. */
    @Override
    public void close() {
        queued.add(CLOSE);
    }

    @Override
    public void credit(int requests) {
        credit += requests;
    }
}
