package dev.quorate.operator.plan;

import dev.quorate.operator.plan.Problem.Reason;
import dev.quorate.operator.plan.RollRules.Roll;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the spec asks for and is not done yet, and what it waits for. */
final class Unfinished {
    private Unfinished() {}

    static List<Problem> of(Observed seen, Membership membership) {
        var problems = new ArrayList<Problem>();
        List<PodSeen> outdated = Roll.outdated(seen, membership);
        Goal goal = Goal.wanted(seen, membership);
        boolean scales = membership.known() && (!goal.isReached(membership) || !membership.joining().isEmpty());
        if (seen.spec().paused()) {
            paused(scales, outdated, problems);
        } else {
            if (scales || membership.changing()) {
                problems.add(new Problem(Reason.Scaling, scaling(seen, membership, goal)));
            }
            if (!outdated.isEmpty()) {
                problems.add(rolling(seen, membership, outdated));
            }
        }
        storage(seen, problems);
        return problems;
    }

    private static void paused(boolean scales, List<PodSeen> outdated, List<Problem> problems) {
        if (scales || !outdated.isEmpty()) {
            problems.add(new Problem(Reason.Paused, "The spec asks for a change, which is not begun while spec.paused "
                    + "is true" + (outdated.isEmpty() ? "" : ". Not restarted yet: " + names(outdated))));
        }
    }

    private static String scaling(Observed seen, Membership membership, Goal goal) {
        if (membership.changing()) {
            return "A change of the members is under way";
        }
        String waits = goal.rising(membership).stream().filter(id -> !Diagnosis.isReady(seen, id))
                .map(seen.names()::pod).collect(Collectors.joining(", "));
        return "The ensemble has " + text(membership.voters().size(), membership.observers().size())
                + " and is to have " + text(goal.voters().size(), goal.observers().size())
                + (waits.isEmpty() ? "" : ". Waits until these are in sync: " + waits);
    }

    private static String text(int voters, int observers) {
        return voters + " voters" + (observers == 0 ? "" : " and " + observers + " observers");
    }

    private static Problem rolling(Observed seen, Membership membership, List<PodSeen> outdated) {
        return Roll.halting(seen, membership)
                .map(pod -> new Problem(Reason.RollHalted, pod.name() + " has the changed spec and does not get ready: "
                        + why(seen, pod) + ". No other member is touched. Correct the spec, or set it back to what "
                        + names(outdated) + " run with"))
                .orElseGet(() -> new Problem(Reason.Rolling, "Members are restarted one after the other for a "
                        + "changed spec. Still to come: " + names(outdated)));
    }

    private static String why(Observed seen, PodSeen pod) {
        String trouble = pod.trouble();
        if (pod.crashing()) {
            return "it ends again and again";
        }
        return trouble != null ? trouble : "not within " + seen.spec().readyTimeoutSeconds() + " s";
    }

    private static String names(List<PodSeen> pods) {
        return pods.stream().map(PodSeen::name).collect(Collectors.joining(", "));
    }

    private static void storage(Observed seen, List<Problem> problems) {
        String size = seen.spec().storage().size();
        String others = seen.memberClaims().stream().filter(claim -> !sameAmount(claim.size(), size))
                .map(claim -> claim.name() + " (" + claim.size() + ")").collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            problems.add(new Problem(Reason.StorageDiffers, "spec.storage.size is " + size + ", but there are " + others
                    + ". This release does not grow volumes: raise the request of each claim yourself, or set the size "
                    + "back"));
        }
    }

    private static boolean sameAmount(String one, String other) {
        return amount(one).compareTo(amount(other)) == 0;
    }

    private static BigDecimal amount(String quantity) {
        return Quantity.getAmountInBytes(Quantity.parse(quantity));
    }
}
