package dev.quorate.ensemble.tree;

/** The kinds of watch that stay after they fired; on the wire 0 and 1. */
public enum AddWatchMode {
    PERSISTENT,
    PERSISTENT_RECURSIVE
}
