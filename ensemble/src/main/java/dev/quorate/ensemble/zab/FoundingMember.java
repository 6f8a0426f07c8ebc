package dev.quorate.ensemble.zab;

/** A voter of the founding set: its id and the incarnation of its disk when the ensemble was founded. */
public record FoundingMember(int id, long incarnation) {}
