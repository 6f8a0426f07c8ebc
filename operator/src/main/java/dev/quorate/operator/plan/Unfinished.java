package dev.quorate.operator.plan;

import dev.quorate.operator.plan.Problem.Reason;
import dev.quorate.operator.plan.RollRules.Roll;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** What the spec asks for and is not done yet, and what it waits for. */
final class Unfinished {
    /** The exit code of a server whose build does not know the level that is in force. */
    private static final int BUILD_TOO_OLD = 13;

    private Unfinished() {}

    static List<Problem> of(Observed seen, Membership membership) {
        var problems = new ArrayList<Problem>();
        List<PodSeen> outdated = Roll.outdated(seen, membership);
        Goal goal = Goal.wanted(seen, membership);
        boolean scales = membership.known() && (!goal.isReached(membership) || !membership.joining().isEmpty());
        if (seen.spec().paused()) {
            paused(scales || !wished(seen, membership).isEmpty() || !VolumeRules.small(seen, membership).isEmpty(),
                    outdated, problems);
        } else {
            members(seen, membership, goal, scales, problems);
            Optional<Problem> halted = halted(seen, membership, outdated);
            halted.ifPresent(problems::add);
            if (halted.isEmpty() && !outdated.isEmpty() && Windows.isOpen(seen)) {
                problems.add(
                        new Problem(Reason.Rolling, "Members are restarted one after the other for a changed spec. "
                                + "Still to come: " + names(outdated)));
            }
            VolumeRules.problem(seen, membership).ifPresent(problems::add);
            later(seen, membership, halted.isEmpty() ? outdated : List.of(), problems);
        }
        VolumeRules.differs(seen).ifPresent(problems::add);
        return problems;
    }

    private static void paused(boolean scales, List<PodSeen> outdated, List<Problem> problems) {
        if (scales || !outdated.isEmpty()) {
            problems.add(new Problem(Reason.Paused, "The spec asks for a change, which is not begun while spec.paused "
                    + "is true" + (outdated.isEmpty() ? "" : ". Not restarted yet: " + names(outdated))));
        }
    }

    /** Who comes, who goes, and who is replaced. */
    private static void members(Observed seen, Membership membership, Goal goal, boolean scales,
            List<Problem> problems) {
        SortedMap<Integer, String> replaced = Replacements.of(seen, membership);
        List<Integer> wished = wished(seen, membership);
        if (!replaced.isEmpty() && !membership.changing()) {
            String who = replaced.entrySet().stream().map(each -> seen.names().pod(each.getKey())
                    + " is replaced by a new member, since " + each.getValue()).collect(Collectors.joining(". "));
            problems.add(new Problem(Reason.Replacing, who + waits(seen, membership, goal)));
        } else if (scales || membership.changing()) {
            problems.add(new Problem(Reason.Scaling, scaling(seen, membership, goal)));
        } else if (!wished.isEmpty() && Windows.isOpen(seen)) {
            problems.add(new Problem(Reason.Replacing, podNames(seen, wished)
                    + " will be replaced, one at a time, as soon as all members serve"));
        }
    }

    /** Members that serve and shall be replaced one day. */
    private static List<Integer> wished(Observed seen, Membership membership) {
        return membership.known()
                ? membership.all().stream().filter(id -> Replacements.isWished(seen, id)).toList()
                : List.of();
    }

    /** What is left for the next maintenance window. */
    private static void later(Observed seen, Membership membership, List<PodSeen> outdated, List<Problem> problems) {
        if (Windows.isOpen(seen)) {
            return;
        }
        var left = new ArrayList<String>();
        if (!outdated.isEmpty()) {
            left.add("the restart of " + names(outdated));
        }
        if (!wished(seen, membership).isEmpty() && Replacements.of(seen, membership).isEmpty()) {
            left.add("the replacement of " + podNames(seen, wished(seen, membership)));
        }
        List<ClaimSeen> small = VolumeRules.small(seen, membership);
        if (!small.isEmpty()) {
            left.add("the growth of " + small.stream().map(ClaimSeen::name).collect(Collectors.joining(", ")));
        }
        if (!left.isEmpty()) {
            String next = Windows.next(seen).map(begin -> ", which begins at " + begin).orElse("");
            problems.add(new Problem(Reason.MaintenanceWindow,
                    "Waits for the next maintenance window" + next + ": " + String.join(", ", left)));
        }
    }

    private static String podNames(Observed seen, List<Integer> ids) {
        return ids.stream().map(seen.names()::pod).collect(Collectors.joining(", "));
    }

    private static String scaling(Observed seen, Membership membership, Goal goal) {
        if (membership.changing()) {
            return "A change of the members is under way";
        }
        return "The ensemble has " + text(membership.voters().size(), membership.observers().size())
                + " and is to have " + text(goal.voters().size(), goal.observers().size())
                + waits(seen, membership, goal);
    }

    private static String waits(Observed seen, Membership membership, Goal goal) {
        String waits = goal.rising(membership).stream().filter(id -> !Diagnosis.isReady(seen, id))
                .map(seen.names()::pod).collect(Collectors.joining(", "));
        return waits.isEmpty() ? "" : ". Waits until these are in sync: " + waits;
    }

    private static String text(int voters, int observers) {
        return voters + " voters" + (observers == 0 ? "" : " and " + observers + " observers");
    }

    private static Optional<Problem> halted(Observed seen, Membership membership, List<PodSeen> outdated) {
        return Roll.halting(seen, membership).map(pod -> Objects.equals(pod.exitCode(), BUILD_TOO_OLD)
                ? new Problem(Reason.DowngradeRefused, pod.name() + " can't go back to image " + seen.spec().image()
                        + ": the ensemble has taken up level " + membership.level()
                        + " of its rules and formats, which "
                        + "that release does not know. No other member is touched. Set the image back to what "
                        + names(outdated) + " run with")
                : new Problem(Reason.RollHalted, pod.name() + " has the changed spec and does not get ready: "
                        + why(seen, pod) + ". No other member is touched. Correct the spec, or set it back to what "
                        + names(outdated) + " run with"));
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
}
