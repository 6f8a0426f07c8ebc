package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.Effect;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads entries for members whose log is damaged. An answer is one piece; who wants more asks again. */
final class Lender {
    private static final int PIECE_BYTES = 256 << 10;

    private final Storage storage;
    private final Transport transport;
    private final Map<Long, Effect.SendRecords> asked = new HashMap<>();
    private long lastToken;

    Lender(Storage storage, Transport transport) {
        this.storage = storage;
        this.transport = transport;
    }

    void send(Effect.SendRecords effect) {
        asked.put(++lastToken, effect);
        storage.readRecords(lastToken, effect.afterZxid(), effect.toZxid(), PIECE_BYTES);
    }

    void read(long token, List<Entry> entries) {
        Effect.SendRecords effect = asked.remove(token);
        if (effect == null)
            throw new IllegalStateException("records were read that nobody asked for");
        transport.send(effect.peer(), effect.link(), new Message.Records(effect.afterZxid(), entries));
    }
}
