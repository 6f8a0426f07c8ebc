package dev.quorate.bench.client;

/**
 * What a row of the benchmark does to the ensemble.
 *
 * @param mix which requests
 * @param dataBytes size of each znode's data
 * @param connectionsPerMember connections to every member
 * @param inFlight requests that a connection keeps unanswered; with {@code alternating} the whole load keeps just one
 * @param alternating whether there is a single request in flight at all, sent on the connections in turn, so that the
 *            leader and its followers are asked equally often
 */
public record Load(Mix mix, int dataBytes, int connectionsPerMember, int inFlight, boolean alternating) {
    /** The kinds of request, and their shares. */
    public enum Mix {
        /** New znodes only. */
        CREATES(0),
        /** {@code setData} only. */
        WRITES(0),
        /** {@code getData} only. */
        READS(10),
        /** Seven reads and three {@code setData} out of ten. */
        MIXED(7);

        private final int readsOfTen;

        Mix(int readsOfTen) {
            this.readsOfTen = readsOfTen;
        }

        /** Whether a connection's {@code n}th request is a read; reads and writes alternate as evenly as they can. */
        boolean isRead(int n) {
            return Math.floorMod(n * 3, 10) < readsOfTen;
        }
    }

    /** The usual pressure: ten connections a member, twenty requests in flight on each. */
    public static Load pipelined(Mix mix, int dataBytes) {
        return new Load(mix, dataBytes, 10, 20, false);
    }

    /** No pressure: one request in flight, taking turns between one connection a member. */
    public static Load oneInFlight(Mix mix, int dataBytes) {
        return new Load(mix, dataBytes, 1, 1, true);
    }
}
