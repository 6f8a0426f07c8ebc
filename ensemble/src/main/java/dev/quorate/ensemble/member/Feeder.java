package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Effect;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Event;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Streams history and snapshots from disk to learners that catch up. It reads a piece, sends it, and reads on only
 * while the link's queue is short, so heartbeats on the same link never wait behind more than a few pieces.
 */
final class Feeder {
    private static final int SNAPSHOT_PIECE_BYTES = 256 << 10;
    /**
     * Longer than what the log writes at once: it reads and writes by turns, and under full load a learner is to come
     * closer.
     */
    private static final int HISTORY_PIECE_BYTES = 4 << 20;
    private static final long HIGH_WATER_BYTES = 4 << 20;

    private final Storage storage;
    private final Transport transport;
    private final Consumer<Event> step;
    private final Runnable snapshotWanted;
    private final Map<Long, Feed> feeds = new HashMap<>();
    private long lastToken;

    /** @param snapshotWanted told when a learner needs a snapshot and none on disk is intact */
    Feeder(Storage storage, Transport transport, Consumer<Event> step, Runnable snapshotWanted) {
        this.storage = storage;
        this.transport = transport;
        this.step = step;
        this.snapshotWanted = snapshotWanted;
    }

    /** One stream to one link; {@code position} is the last zxid sent, or the offset in the snapshot. */
    private static final class Feed {
        final int peer;
        final long link;
        final long epoch;
        final long toZxid;
        final boolean snapshot;
        long position;
        boolean waiting;

        Feed(int peer, long link, long epoch, long position, long toZxid, boolean snapshot) {
            this.peer = peer;
            this.link = link;
            this.epoch = epoch;
            this.position = position;
            this.toZxid = toZxid;
            this.snapshot = snapshot;
        }
    }

    void sendHistory(Effect.SendHistory effect) {
        begin(new Feed(effect.peer(), effect.link(), effect.epoch(), effect.afterZxid(), effect.toZxid(), false));
    }

    void sendSnapshot(Effect.SendSnapshot effect) {
        begin(new Feed(effect.peer(), effect.link(), 0, 0, 0, true));
    }

    private void begin(Feed feed) {
        long token = ++lastToken;
        feeds.put(token, feed);
        readOn(token, feed);
    }

    private void readOn(long token, Feed feed) {
        if (feed.snapshot)
            storage.readSnapshot(token, feed.position, SNAPSHOT_PIECE_BYTES);
        else
            storage.readHistory(token, feed.position, feed.toZxid, HISTORY_PIECE_BYTES);
    }

    void historyRead(long token, List<Entry> entries) {
        Feed feed = feeds.get(token);
        if (feed == null)
            return;
        if (entries.isEmpty()) {
            end(token);
            step.accept(new Event.HistoryGone(feed.peer, feed.link));
            return;
        }
        transport.send(feed.peer, feed.link, new Message.Propose(feed.epoch, entries));
        feed.position = entries.getLast().zxid();
        if (feed.position < feed.toZxid) {
            readOnOrWait(token, feed);
        } else {
            end(token);
            step.accept(new Event.HistorySent(feed.peer, feed.link, feed.position));
        }
    }

    void snapshotRead(long token, long zxid, long offset, Payload bytes, boolean last) {
        Feed feed = feeds.get(token);
        if (feed == null)
            return;
        if (zxid == Zxid.NONE) {
            end(token);
            snapshotWanted.run();
            transport.disconnect(feed.peer, feed.link, "there is no intact snapshot to send yet; one is taken");
            return;
        }
        transport.send(feed.peer, feed.link, new Message.SnapshotChunk(zxid, offset, bytes, last));
        feed.position = offset + bytes.size();
        if (!last) {
            readOnOrWait(token, feed);
        } else {
            end(token);
            step.accept(new Event.SnapshotSent(feed.peer, feed.link, zxid));
        }
    }

    private void readOnOrWait(long token, Feed feed) {
        feed.waiting = transport.queuedBytes(feed.peer, feed.link) > HIGH_WATER_BYTES;
        if (!feed.waiting)
            readOn(token, feed);
    }

    /** A link's queue is short again. */
    void drained(int peer, long link) {
        for (Map.Entry<Long, Feed> each : new ArrayList<>(feeds.entrySet())) {
            Feed feed = each.getValue();
            if (feed.peer != peer || feed.link != link || !feed.waiting)
                continue;
            feed.waiting = false;
            readOn(each.getKey(), feed);
        }
    }

    void linkDown(int peer, long link) {
        for (Map.Entry<Long, Feed> each : new ArrayList<>(feeds.entrySet())) {
            if (each.getValue().peer == peer && each.getValue().link == link)
                end(each.getKey());
        }
    }

    /** This member leads no more: nothing is fed. */
    void stop() {
        for (Long token : new ArrayList<>(feeds.keySet()))
            end(token);
    }

    private void end(long token) {
        feeds.remove(token);
        storage.endRead(token);
    }
}
