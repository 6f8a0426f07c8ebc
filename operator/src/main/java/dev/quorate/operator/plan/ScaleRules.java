package dev.quorate.operator.plan;

import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.Step.ChangeMembers;
import dev.quorate.operator.plan.Step.Contact;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * From the members that there are to those that shall be. Newcomers learn without a vote until they are in sync, then
 * all of them are added, and those that leave are removed, in one joint change. Who is no member any more ends, and its
 * volume goes by the claim policy. All of it can be turned around at any moment.
 */
final class ScaleRules {
    private ScaleRules() {}

    /** New members begin with a volume, which names them. */
    static Optional<Step> addLearners(Observed seen, Desired desired, Membership membership) {
        if (!membership.known() || membership.changing()) {
            return Optional.empty();
        }
        List<Integer> newcomers = Goal.of(seen, membership).newcomers();
        return newcomers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Step.AddLearners(newcomers.stream().map(desired::claim).toList()));
    }

    /**
     * The one change of the configuration. Whoever comes is in sync, and the voters that stay are a quorum of the new
     * ones. The disruption budget and the labels are ahead of it where voters are added.
     */
    static Optional<Step> changeMembers(Observed seen, Desired desired, Membership membership) {
        if (!isDue(seen, membership)) {
            return Optional.empty();
        }
        Goal goal = Goal.of(seen, membership);
        Optional<Contact> leader = Contacts.leader(seen);
        return leader.map(contact -> new ChangeMembers(membership.version(),
                goal.changed(membership).stream()
                        .map(id -> desired.memberLine(id, goal.voters().contains(id))).toList(),
                joiners(goal, membership).stream().map(id -> seen.names().claim(id)).toList(),
                goal.leaving(membership), contact));
    }

    private static List<Integer> joiners(Goal goal, Membership membership) {
        return membership.joining().stream().filter(goal::names).toList();
    }

    /** A leader that leaves lets another one lead first: it is quicker than to find out that it is gone. */
    static Optional<Step> handOverBefore(Observed seen, Desired desired, Membership membership) {
        boolean leads = isDue(seen, membership) && membership.voters().size() > 1 && Goal.of(seen, membership)
                .leaving(membership).stream().anyMatch(id -> Contacts.isLeader(seen, id));
        return leads ? Contacts.leader(seen).map(Step.HandOverLeader::new) : Optional.empty();
    }

    /** Whether the configuration can be changed to what the spec asks for, now. */
    static boolean isDue(Observed seen, Membership membership) {
        if (!membership.known() || membership.changing()) {
            return false;
        }
        Goal goal = Goal.of(seen, membership);
        long inSync = goal.voters().stream().filter(id -> Diagnosis.isReady(seen, id)).count();
        return !goal.isReached(membership) && goal.newcomers().isEmpty()
                && goal.rising(membership).stream().allMatch(id -> Diagnosis.isReady(seen, id))
                && inSync > goal.voters().size() / 2;
    }

    /**
     * How many voters the disruption budget stands for: those that there are and those that are about to come, and
     * never fewer than it counts by their labels. Growing it is ahead of the labels, and shrinking behind them. A
     * newcomer that is counted already must not stand in for a voter that is missing. A Pod that is ending, perhaps for
     * ever on a lost node, is not counted by Kubernetes either.
     */
    static int budgetedVoters(Observed seen, Membership membership) {
        if (!membership.known() && Diagnosis.isFounded(seen)) {
            return liveBudget(seen).orElse(membership.voters().size());
        }
        var voters = new TreeSet<>(membership.voters());
        if (isDue(seen, membership)) {
            voters.addAll(Goal.of(seen, membership).voters());
        }
        seen.pods().values().stream().filter(pod -> pod.labelledVoter() && !pod.terminating())
                .forEach(pod -> voters.add(pod.id()));
        return voters.size();
    }

    /** What the budget stands for; it stays while nobody tells who votes. */
    private static Optional<Integer> liveBudget(Observed seen) {
        return seen.live("PodDisruptionBudget", seen.names().disruptionBudget())
                .map(live -> live instanceof PodDisruptionBudget budget ? budget.getSpec().getMinAvailable() : null)
                .map(IntOrString::getIntVal).map(least -> least + 1);
    }

    /** Who is to be counted by the disruption budget: whoever votes, and whoever is about to. */
    static boolean isVoterSoon(Observed seen, Membership membership, int id) {
        return membership.voters().contains(id)
                || (isDue(seen, membership) && Goal.of(seen, membership).voters().contains(id));
    }

    /** A member whose claim was given up by a mistake of timing is one all the same: the configuration says so. */
    static Optional<Step> keepClaims(Observed seen, Desired desired, Membership membership) {
        List<String> claims = membership.known()
                ? seen.claims().values().stream().filter(claim -> claim.removed() && !claim.terminating()
                        && membership.all().contains(claim.id())).map(ClaimSeen::name).toList()
                : List.of();
        return claims.isEmpty() ? Optional.empty() : Optional.of(new Step.KeepClaims(claims));
    }

    /** First the claim says that its member is none any more, then the Pod ends, then the claim goes by its policy. */
    static Optional<Step> retire(Observed seen, Desired desired, Membership membership) {
        List<Integer> retired = retired(seen, membership);
        Optional<Contact> leader = Contacts.leader(seen);
        if (retired.isEmpty() || leader.isEmpty()) {
            return Optional.empty();
        }
        List<ClaimSeen> unmarked = retired.stream().flatMap(id -> claim(seen, id).stream())
                .filter(claim -> !claim.removed() && !claim.terminating()).toList();
        if (!unmarked.isEmpty()) {
            return Optional.of(new Step.GiveUpClaims(unmarked.stream().map(ClaimSeen::name).toList(),
                    unmarked.stream().map(ClaimSeen::id).toList(), leader.get()));
        }
        Optional<Step> pod = retired.stream().filter(id -> seen.pods().containsKey(id))
                .map(id -> Objects.requireNonNull(seen.pods().get(id))).filter(each -> !each.terminating()).findFirst()
                .map(each -> new Step.EndRemoved(each.id(), each.name(), each.uid(), leader.get()));
        return pod.or(() -> unusedClaim(seen, retired)
                .map(claim -> new Step.DeleteClaim(claim.name(), claim.uid(), claim.id(), leader.get())));
    }

    private static Optional<ClaimSeen> unusedClaim(Observed seen, List<Integer> retired) {
        return seen.spec().storage().claimPolicy() == ClaimPolicy.Delete
                ? retired.stream().filter(id -> !seen.pods().containsKey(id)).flatMap(id -> claim(seen, id).stream())
                        .filter(claim -> !claim.terminating()
                                && (claim.node() == null || claim.nodeSeen() == NodeSeen.READY
                                        || claim.nodeSeen() == NodeSeen.GONE))
                        .findFirst()
                : Optional.empty();
    }

    /** Ids with a Pod or a volume that are no members, and shall not become any. */
    static List<Integer> retired(Observed seen, Membership membership) {
        if (!membership.known() || membership.changing() || seen.spec().paused()) {
            return List.of();
        }
        Goal goal = Goal.of(seen, membership);
        var ids = new TreeSet<>(seen.claims().keySet());
        ids.addAll(seen.pods().keySet());
        ids.removeAll(membership.all());
        ids.removeAll(joiners(goal, membership));
        return new ArrayList<>(ids);
    }

    private static Optional<ClaimSeen> claim(Observed seen, int id) {
        return Optional.ofNullable(seen.claims().get(id));
    }
}
