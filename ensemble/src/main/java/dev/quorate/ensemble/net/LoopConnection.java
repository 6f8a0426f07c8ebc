package dev.quorate.ensemble.net;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The loop's end of a client connection: gathers a batch's output and hands it to the network's thread at once. */
final class LoopConnection implements ClientConnection {
    private static final long EVENT_BYTES = 64;
    private static final Outgoing CLOSE = new Outgoing.Close();

    private final ClientHandler handler;
    private final String remoteAddress;
    private List<Outgoing> queued = new ArrayList<>();
    private long queuedBytes;
    private int credit;
    private final Unread all;
    private final AtomicLong unreadBytes = new AtomicLong();
    private volatile boolean awaited;
    private volatile boolean cut;
    private volatile boolean gone;

    LoopConnection(ClientHandler handler, Unread all, String remoteAddress) {
        this.handler = handler;
        this.all = all;
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
        queuedBytes += bytes;
        queued.add(new Outgoing.Reply(xid, zxid, response, bytes));
    }

    @Override
    public boolean isFull() {
        if (!holdsTooMuch()) {
            return false;
        }
        awaited = true;
        return holdsTooMuch(); // it may have been read in between
    }

    private boolean holdsTooMuch() {
        long bytes = unreadBytes.get() + queuedBytes;
        return bytes > (all.isOver() ? 0 : handler.maxUnreadBytes());
    }

    /** What waits for this client, but for the batch that the loop is at. */
    long unreadBytes() {
        return unreadBytes.get();
    }

    /** From the network's thread: the socket took so much. */
    void sent(long bytes) {
        if (gone) {
            return;
        }
        unreadBytes.addAndGet(-bytes);
        all.add(-bytes);
        if (awaited && unreadBytes.get() <= (all.isOver() ? 0 : handler.maxUnreadBytes())) {
            awaited = false;
            handler.drained();
        }
    }

    /** From the network's thread: the connection is closed. */
    void closed() {
        gone = true;
        all.left(this, unreadBytes.getAndSet(0));
    }

    /** From any thread: too much waits for this client. */
    void cutOff(String why) {
        cut = true;
        handler.cutOffLater(why);
    }

    boolean isCut() {
        return cut;
    }

    @Override
    public void event(WatchEvent event) {
        long bytes = EVENT_BYTES + event.path().length();
        queuedBytes += bytes;
        queued.add(new Outgoing.Event(event, bytes));
    }

    @Override
    public void flush() {
        if (queued.isEmpty() && credit == 0) {
            return;
        }
        unreadBytes.addAndGet(queuedBytes);
        all.add(gone ? queuedBytes - unreadBytes.getAndSet(0) : queuedBytes);
        queuedBytes = 0;
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
