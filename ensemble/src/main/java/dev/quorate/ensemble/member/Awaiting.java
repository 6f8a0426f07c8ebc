package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Outcome;

/** Waits for the outcome of a write that was submitted here. */
public interface Awaiting {
    void applied(long zxid, Outcome outcome);
}
