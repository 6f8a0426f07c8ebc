package dev.quorate.ensemble.admin;

import dev.quorate.ensemble.member.Histogram;
import dev.quorate.ensemble.member.Status;

/**
 * All that is told about a member at one moment.
 *
 * @param status the loop's part
 * @param traffic the client port's part
 * @param leaving whether this member was told to end, and serves its clients for a last moment
 */
public record Observation(Status status, Traffic traffic, boolean leaving) {

    /**
     * What the client port counts.
     *
     * @param connections open client connections
     * @param outstanding requests that are not answered yet
     * @param received requests since the start
     * @param sent replies and watch events since the start
     * @param rejected connections refused by a limit
     * @param malformed connections closed because of bytes that are no request
     * @param tooLarge connections closed because of a request above the limit
     * @param slowClosed connections closed because their client did not read
     * @param latencyNs from a request's arrival to its reply
     */
    public record Traffic(int connections, int outstanding, long received, long sent, long rejected, long malformed,
            long tooLarge, long slowClosed, Histogram latencyNs) {}

    /** Whether this member serves clients as part of a quorum. */
    public boolean serves() {
        return status.peer().inSync() && status.peer().stayOutReason() == null;
    }

    /** Why it does not serve, or soon will not, in one line. */
    public String reasonNotServing() {
        if (leaving) {
            return "this member ends";
        }
        var reason = status.peer().stayOutReason();
        return reason != null ? reason.replaceAll("\\s+", " ") : "not in sync with a quorum: " + role();
    }

    /** The role as the status page names it. */
    public String role() {
        return switch (status.peer().role()) {
            case FOUNDING -> "founding";
            case LOOKING -> "looking";
            case LEADING -> "leader";
            case FOLLOWING -> "follower";
            case OBSERVING -> "observer";
            case STOPPED -> "stopped";
        };
    }

    /** The role as ZooKeeper's words name it: a lone voter is {@code standalone}. */
    public String mode() {
        boolean alone = status.membership().voters().size() <= 1 && status.membership().observers().isEmpty();
        return alone && role().equals("leader") ? "standalone" : role();
    }
}
