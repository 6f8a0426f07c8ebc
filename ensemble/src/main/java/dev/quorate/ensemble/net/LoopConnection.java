package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The loop's end of a client connection: gathers a batch's output and hands it to the network's thread at once. */
final class LoopConnection implements ClientConnection {
    /** Replies up to this long are bounded by their number alone. */
    private static final long UNCOUNTED_BYTES = 1024;
    private static final Outgoing CLOSE = new Outgoing.Close();

    private final ClientHandler handler;
    private final String remoteAddress;
    private List<Outgoing> queued = new ArrayList<>();
    private int credit;
    private final AtomicLong unreadBytes = new AtomicLong();
    private volatile boolean awaited;

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
        long bytes = response.bytes();
        if (bytes > UNCOUNTED_BYTES) {
            unreadBytes.addAndGet(bytes);
        }
        queued.add(new Outgoing.Reply(xid, zxid, response, bytes));
    }

    @Override
    public boolean isFull() {
        if (unreadBytes.get() <= handler.maxUnreadBytes()) {
            return false;
        }
        awaited = true;
        return unreadBytes.get() > handler.maxUnreadBytes(); // it may have been read in between
    }

    /** From the network's thread: a reply of so many bytes is on its way. */
    void sent(long bytes) {
        if (bytes > UNCOUNTED_BYTES && unreadBytes.addAndGet(-bytes) <= handler.maxUnreadBytes() && awaited) {
            awaited = false;
            handler.drained();
        }
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
