package dev.quorate.ensemble.zab;

/**
 * A configuration and where it stands in a history: it rules from the entry at {@code zxid} on.
 *
 * @param zxid of the entry that brought it, or any zxid up to which nothing can be truncated (that of a snapshot)
 */
public record ConfigurationAt(long zxid, Configuration configuration) {}
