package dev.quorate.ensemble.zab;

/**
 * Entries that are missing in a damaged history.
 *
 * @param afterZxid the last entry before them that is known
 * @param toZxid the last one of them
 */
public record Hole(long afterZxid, long toZxid) {
    @Override
    public String toString() {
        return "after " + Zxid.text(afterZxid) + " up to " + Zxid.text(toZxid);
    }
}
