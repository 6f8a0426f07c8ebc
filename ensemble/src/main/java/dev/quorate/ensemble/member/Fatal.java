package dev.quorate.ensemble.member;

/** Told, on the loop, of what this process can't go on from. */
public interface Fatal {
    void storageFailed(String what, Exception cause);
}
