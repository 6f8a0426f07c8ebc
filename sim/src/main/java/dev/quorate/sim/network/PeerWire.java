package dev.quorate.sim.network;

import dev.quorate.ensemble.zab.Message;
import java.util.List;

/** Messages as they are after a journey as bytes. */
final class PeerWire {
    private PeerWire() {}

    /** @param bytes how much they are on the wire */
    record Packed(List<Message> messages, long bytes) {}

    static Packed pack(List<Message> messages) {
        return new Packed(List.copyOf(messages), 64L * messages.size());
    }
}
