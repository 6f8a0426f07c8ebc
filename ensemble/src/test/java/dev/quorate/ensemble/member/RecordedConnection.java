package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import java.util.ArrayList;
import java.util.List;

/** A connection that remembers what it was told. */
final class RecordedConnection implements ClientConnection {
    /** An answer. */
    record Reply(int xid, long zxid, Response response) {}

    final List<Object> sent = new ArrayList<>();
    long sessionId;
    int timeoutMs = -1;
    byte[] password = {};
    boolean closed;
    boolean full;
    int credit;

    List<Reply> replies() {
        return sent.stream().filter(Reply.class::isInstance).map(Reply.class::cast).toList();
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    @Override
    public void connected(int negotiatedMs, long id, byte[] secret) {
        timeoutMs = negotiatedMs;
        sessionId = id;
        password = secret;
    }

    @Override
    public void reply(int xid, long zxid, Response response) {
        sent.add(new Reply(xid, zxid, response));
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void event(WatchEvent event) {
        sent.add(event);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void credit(int requests) {
        credit += requests;
    }
}
