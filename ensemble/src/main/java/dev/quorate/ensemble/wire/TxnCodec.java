package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.zab.Payload;

/** Transactions as the bytes that are logged and sent between members. */
public final class TxnCodec {
    private TxnCodec() {}

    public static Payload encode(Txn txn) {
        throw new UnsupportedOperationException();
    }

    /** @throws MalformedPacket when the bytes are not a transaction */
    public static Txn decode(Payload payload) throws MalformedPacket {
        throw new UnsupportedOperationException();
    }

    /** The origin alone, without decoding the rest. */
    public static Origin origin(Payload payload) {
        throw new UnsupportedOperationException();
    }

    public static int originId(Payload payload) {
        throw new UnsupportedOperationException();
    }

    public static long seq(Payload payload) {
        throw new UnsupportedOperationException();
    }
}
