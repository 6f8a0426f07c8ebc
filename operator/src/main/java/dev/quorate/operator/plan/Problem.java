package dev.quorate.operator.plan;

/**
 * Why something is not as it should be.
 *
 * @param reason one word for programs
 * @param message a sentence for people, with what to do where there is something to do
 */
public record Problem(Reason reason, String message) {
    /** What a problem means for the ensemble. */
    public enum Gravity {
        /** Something is broken, or too doubtful to go on. */
        BROKEN,
        /** The spec asks for what only a human may do in this release; what runs is sound. */
        ASKS_A_HUMAN,
        /** It gets better by itself. */
        PASSING
    }

    /** The reasons, which appear in conditions. */
    public enum Reason {
        InvalidSpec(Gravity.BROKEN),
        ForeignObject(Gravity.BROKEN),
        ClaimsDisagree(Gravity.BROKEN),
        DataLost(
                Gravity.BROKEN),
        ClaimLost(Gravity.BROKEN),
        ClaimTerminating(Gravity.BROKEN),
        OldProcessMayRun(
                Gravity.BROKEN),
        PodTrouble(Gravity.BROKEN),
        WrongCluster(Gravity.BROKEN),
        MemberStaysOut(
                Gravity.BROKEN),
        UnknownAdminApi(Gravity.BROKEN),
        CredentialsIncomplete(
                Gravity.BROKEN),
        StepFailed(Gravity.BROKEN),
        MemberNotReady(
                Gravity.PASSING),
        ReplicasDiffer(Gravity.ASKS_A_HUMAN),
        RestartNeeded(
                Gravity.ASKS_A_HUMAN),
        StorageDiffers(Gravity.ASKS_A_HUMAN);

        private final Gravity gravity;

        Reason(Gravity gravity) {
            this.gravity = gravity;
        }

        public Gravity gravity() {
            return gravity;
        }
    }
}
