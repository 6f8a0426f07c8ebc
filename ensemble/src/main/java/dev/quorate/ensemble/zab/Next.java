package dev.quorate.ensemble.zab;

/** What comes after a step of a role: it stays, or another role begins. */
sealed interface Next {
    Next STAY = new Stay();

    record Stay() implements Next {}

    /**
     * Look for a leader.
     *
     * @param failedToLead this member was elected but could not activate its epoch: let others try first
     */
    record Look(boolean failedToLead) implements Next {}

    record Lead() implements Next {}

    record Follow(Link leader) implements Next {}

    /** Take part in nothing, for the given reason. */
    record Stop(String reason) implements Next {}
}
