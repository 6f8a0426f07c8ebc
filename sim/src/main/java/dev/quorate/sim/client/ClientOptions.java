package dev.quorate.sim.client;

/**
 * How clients behave.
 *
 * @param clients how many there are
 * @param thinkMeanNs mean pause between two operations of a client, exponentially distributed
 * @param inFlight how many requests of a client may wait for their answers
 * @param timeoutMs the session timeout that they ask for
 * @param keys how many znodes they write to
 * @param readShare share of reads among the operations
 * @param syncShare share of syncs among the reads
 * @param closeShare share of ends of sessions among the writes
 * @param aclShare share of changes of access lists among the writes; with any, every client proves who it is
 */
public record ClientOptions(
        int clients,
        long thinkMeanNs,
        int inFlight,
        int timeoutMs,
        int keys,
        double readShare,
        double syncShare,
        double closeShare,
        double aclShare) {}
