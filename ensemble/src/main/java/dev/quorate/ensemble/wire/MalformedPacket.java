package dev.quorate.ensemble.wire;

/** Bytes that are not what they should be; the message says what is wrong and where. */
public final class MalformedPacket extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedPacket(String message) {
        super(message);
    }
}
