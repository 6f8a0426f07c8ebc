package dev.quorate.ensemble.zab;

/** The present link to a peer. */
final class Link {
    private final int peer;
    private final long id;
    private final PeerInfo info;
    private long heardMs;

    Link(int peer, long id, PeerInfo info, long nowMs) {
        this.peer = peer;
        this.id = id;
        this.info = info;
        this.heardMs = nowMs;
    }

    int peer() {
        return peer;
    }

    long id() {
        return id;
    }

    PeerInfo info() {
        return info;
    }

    /** When the peer was last heard on it, in the time of {@code Peer.step}. */
    long heardMs() {
        return heardMs;
    }

    void heard(long nowMs) {
        heardMs = nowMs;
    }
}
