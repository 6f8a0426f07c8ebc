package dev.quorate.ensemble.zab;

/** What comes after a step of a role: it stays, or another role begins. */
sealed interface Next {
    Next STAY = new Stay();

    record Stay() implements Next {}

    /**
     * Look for a leader.
     *
     * @param failedToLead this member was elected but could not activate its epoch: let others try first
     * @param successor id of the member to which the leader handed over, 0 when it did not
     */
    record Look(boolean failedToLead, int successor) implements Next {
        Look(boolean failedToLead) {
            this(failedToLead, 0);
        }
    }

    record Lead() implements Next {}

    record Follow(Link leader) implements Next {}

    /** Take part in nothing, for the given reason. */
    record Stop(String reason) implements Next {}
}
