package dev.quorate.operator.plan;

import static dev.quorate.operator.plan.Problem.Gravity.ASKS_A_HUMAN;
import static dev.quorate.operator.plan.Problem.Gravity.BROKEN;
import static dev.quorate.operator.plan.Problem.Gravity.LATER;
import static dev.quorate.operator.plan.Problem.Gravity.PASSING;
import static dev.quorate.operator.plan.Problem.Gravity.PLANNED;

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
        /** The spec asks for what is left to a human; what runs is sound. */
        ASKS_A_HUMAN,
        /** It gets better by itself. */
        PASSING,
        /** Something is done as the spec asks; nothing is wrong. */
        PLANNED,
        /** Something is done later, as the spec asks; nothing is wrong. */
        LATER
    }

    /** The reasons, which appear in conditions. */
    public enum Reason {
        InvalidSpec(BROKEN),
        ForeignObject(BROKEN),
        ClaimsDisagree(BROKEN),
        DataLost(BROKEN),
        QuorumLost(BROKEN),
        ClaimLost(BROKEN),
        ClaimTerminating(BROKEN),
        OldProcessMayRun(BROKEN),
        PodTrouble(BROKEN),
        WrongCluster(BROKEN),
        MemberStaysOut(BROKEN),
        UnknownAdminApi(BROKEN),
        CredentialsIncomplete(BROKEN),
        StepFailed(BROKEN),
        RollHalted(BROKEN),
        DowngradeRefused(BROKEN),
        Paused(ASKS_A_HUMAN),
        StorageDiffers(ASKS_A_HUMAN),
        VolumeCannotGrow(ASKS_A_HUMAN),
        MemberNotReady(PASSING),
        EvictionRefused(PLANNED),
        MemberRefused(PLANNED),
        Scaling(PLANNED),
        Rolling(PLANNED),
        Replacing(PLANNED),
        VolumesGrowing(PLANNED),
        MaintenanceWindow(LATER);

        private final Gravity gravity;

        Reason(Gravity gravity) {
            this.gravity = gravity;
        }

        public Gravity gravity() {
            return gravity;
        }
    }

    /** What the problem means for the ensemble. */
    public Gravity gravity() {
        return reason.gravity();
    }
}
