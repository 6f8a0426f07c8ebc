package dev.quorate.ensemble.member;

/** Time. The simulator has its own. */
public interface Clock {
    /** Milliseconds that never go back; only differences have a meaning. Counts on while the process is stopped. */
    long monotonicMs();

    /** The same in nanoseconds, for measuring how long something took; as fine as the clock is. */
    default long monotonicNs() {
        return monotonicMs() * 1_000_000;
    }

    /** The wall clock, in milliseconds since 1970. Never used for a decision of the protocol. */
    long wallMs();
}
