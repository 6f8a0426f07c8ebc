package dev.quorate.operator.reconcile;

/**
 * Reasons of conditions besides those of problems and, while the operator is at work, the names of its steps.
 * docs/troubleshooting.md describes all of them.
 */
enum StatusReason {
    QuorumServes,
    NoQuorum,
    NoContact,
    AllMembersServe,
    MembersStarting,
    Settled,
    WaitsForHuman,
    Sound,
    Founded,
    Founding
}
