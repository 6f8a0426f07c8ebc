package dev.quorate.ensemble.net;

import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import java.util.ArrayList;
import java.util.List;

/** How large messages are, and how to make one that is too large into several that mean the same. */
final class PeerMessages {
    private static final long FIXED_BYTES = 64;
    private static final long PER_ITEM_BYTES = 24;

    private PeerMessages() {}

    /** Whether it brings what a learner writes to its disk. */
    static boolean isHistory(Message message) {
        return message instanceof Message.Propose || message instanceof Message.SnapshotChunk;
    }

    /** About how many bytes a message takes on the wire. */
    static long sizeOf(Message message) {
        if (message instanceof Message.Propose propose) {
            long bytes = FIXED_BYTES;
            for (Entry entry : propose.entries()) {
                bytes += PER_ITEM_BYTES + entry.payload().size();
            }
            return bytes;
        }
        if (message instanceof Message.Forward forward) {
            long bytes = FIXED_BYTES;
            for (Payload payload : forward.payloads()) {
                bytes += PER_ITEM_BYTES + payload.size();
            }
            return bytes;
        }
        if (message instanceof Message.SnapshotChunk chunk) {
            return FIXED_BYTES + chunk.bytes().size();
        }
        if (message instanceof Message.Touch touch) {
            return FIXED_BYTES + 8L * touch.sessions().length;
        }
        return FIXED_BYTES;
    }

    /** The same message as one or several, each of about {@code maxBytes} at most. */
    static List<Message> split(Message message, long size, long maxBytes) {
        if (size <= maxBytes) {
            return List.of(message);
        }
        if (message instanceof Message.Propose propose) {
            var parts = new ArrayList<Message>();
            var entries = propose.entries();
            for (int from = 0; from < entries.size();) {
                int to = from;
                for (long bytes = 0; to < entries.size() && (to == from || bytes < maxBytes); to++) {
                    bytes += PER_ITEM_BYTES + entries.get(to).payload().size();
                }
                parts.add(new Message.Propose(propose.epoch(), entries.subList(from, to)));
                from = to;
            }
            return parts;
        }
        if (message instanceof Message.Forward forward) {
            var parts = new ArrayList<Message>();
            var payloads = forward.payloads();
            for (int from = 0; from < payloads.size();) {
                int to = from;
                for (long bytes = 0; to < payloads.size() && (to == from || bytes < maxBytes); to++) {
                    bytes += PER_ITEM_BYTES + payloads.get(to).size();
                }
                parts.add(new Message.Forward(forward.firstSeq() + from, payloads.subList(from, to)));
                from = to;
            }
            return parts;
        }
        return List.of(message);
    }
}
