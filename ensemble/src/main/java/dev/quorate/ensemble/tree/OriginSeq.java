package dev.quorate.ensemble.tree;

/** The last sequence number applied of an origin; the tree keeps one for each member id. */
public record OriginSeq(Origin origin, long seq) {}
