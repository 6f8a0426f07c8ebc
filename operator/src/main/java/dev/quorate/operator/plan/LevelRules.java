package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.plan.RollRules.Roll;
import java.util.Optional;

/**
 * The ensemble takes up the rules and formats of a new release when every member has served with a build that knows
 * them for the time that the spec says. Before that the release before may be set again, and after that never.
 */
final class LevelRules {
    private LevelRules() {}

    static Optional<Step> raise(Observed seen, Desired desired, Membership membership) {
        if (!Roll.mayGoOn(seen, membership) || !Roll.outdated(seen, membership).isEmpty() || membership.level() == 0) {
            return Optional.empty();
        }
        long settleMs = seen.spec().levelSettleSeconds() * 1000L;
        int next = membership.level() + 1;
        boolean due = membership.all().stream().allMatch(id -> seen.asides().steadyMs(id) >= settleMs
                && seen.answer(id).filter(answer -> answer.supportedLevel() >= next).isPresent());
        return due ? Contacts.leader(seen).map(leader -> new Step.RaiseLevel(next, leader)) : Optional.empty();
    }
}
