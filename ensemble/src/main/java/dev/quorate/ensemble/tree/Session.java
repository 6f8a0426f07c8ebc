package dev.quorate.ensemble.tree;

/**
 * A client's session, as replicated.
 *
 * @param id the zxid of its creation
 * @param timeoutMs negotiated timeout
 * @param owner id of the member its client is connected to
 */
public record Session(long id, int timeoutMs, int owner) {}
