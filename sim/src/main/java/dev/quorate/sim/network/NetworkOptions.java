package dev.quorate.sim.network;

/**
 * How the network behaves.
 *
 * @param delayMinNs least delay of a message
 * @param delayMeanNs mean of what comes on top, exponentially distributed
 * @param redialMaxNs a broken connection is made again after a random pause up to this
 */
public record NetworkOptions(long delayMinNs, long delayMeanNs, long redialMaxNs) {}
