package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import java.util.List;
import java.util.Optional;

/** Picks the one next step. It has no memory: the same picture gives the same step. */
public final class Planner {
    /** In this order; the first that speaks wins. */
    private static final List<Rule> RULES = List.of(new Rule("note-nodes", MemberRules::noteNodes),
            new Rule("bootstrap", FoundingRules::bootstrap), new Rule("mark-founded", FoundingRules::markFounded),
            new Rule("remove-ended-pod", MemberRules::removeEndedPod),
            new Rule("replace-config", ObjectRules::replaceConfig),
            new Rule("prerequisites", ObjectRules::missingPrerequisites),
            new Rule("credentials", ObjectRules::credentials), new Rule("keep-claims", ScaleRules::keepClaims),
            new Rule("start-members", MemberRules::startMembers), new Rule("objects", ObjectRules::drift),
            new Rule("binding", ObjectRules::binding),
            new Rule("claim-owners", FoundingRules::ownClaims), new Rule("labels", MemberRules::labels),
            new Rule("restart-broken", RollRules::restartBroken), new Rule("retire", ScaleRules::retire),
            new Rule("hand-over-first", ScaleRules::handOverBefore),
            new Rule("change-members", ScaleRules::changeMembers), new Rule("add-learners", ScaleRules::addLearners),
            new Rule("restart-next", RollRules::restartNext), new Rule("raise-level", LevelRules::raise),
            new Rule("settings", SettingRules::change), new Rule("prune-config", ObjectRules::pruneConfig),
            new Rule("grow-volumes", VolumeRules::grow));

    private Planner() {}

    /** The next step for what is seen. */
    public static Decision plan(Observed seen) {
        return Blockers.decide(seen).or(() -> act(seen)).orElseGet(() -> rest(seen));
    }

    private static Optional<Decision> act(Observed seen) {
        Desired desired = Diagnosis.desired(seen)
                .orElseThrow(() -> new IllegalStateException("an ensemble without identity is blocked before"));
        Membership membership = Membership.of(seen, desired.identity());
        return RULES.stream()
                .flatMap(rule -> rule.test().step(seen, desired, membership).stream()
                        .map(step -> new Decision(rule.name(), step)))
                .findFirst();
    }

    private static Decision rest(Observed seen) {
        return Diagnosis.of(seen).stream().findFirst()
                .map(problem -> new Decision("wait", new Step.Wait(problem)))
                .orElseGet(() -> new Decision("done", new Step.Done()));
    }
}
