package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.Problem.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why an ensemble is not as it should be, the gravest first. */
public final class Diagnosis {
    private Diagnosis() {}

    /** Everything that is wrong or unfinished; empty where all is well. */
    public static List<Problem> of(Observed seen) {
        var problems = new ArrayList<Problem>();
        Blockers.first(seen).ifPresent(problems::add);
        Optional<Identity> identity = Identities.of(seen);
        if (identity.isPresent()) {
            Membership membership = Membership.of(seen, identity.get());
            QuorumLoss.of(seen, membership).ifPresent(problems::add);
            problems.addAll(Unfinished.of(seen, membership));
            for (int id : membership.all()) {
                member(seen, identity.get(), id).ifPresent(problems::add);
            }
            for (int id : membership.joining()) {
                newcomer(seen, identity.get(), id).ifPresent(problems::add);
            }
        }
        problems.sort(Comparator.comparing(Problem::gravity));
        return problems;
    }

    /** Nobody misses one that is no member yet. */
    private static Optional<Problem> newcomer(Observed seen, Identity identity, int id) {
        return member(seen, identity, id).map(problem -> problem.reason() == Reason.MemberNotReady
                ? new Problem(Reason.Scaling, problem.message())
                : problem);
    }

    /** What is wrong with one member, the cause before its effects. */
    private static Optional<Problem> member(Observed seen, Identity identity, int id) {
        ClaimSeen claim = seen.claims().get(id);
        PodSeen pod = seen.pods().get(id);
        if (claim == null) {
            return isFounded(seen)
                    ? Optional.of(claimLost(seen, id))
                    : Optional.of(notReady(seen, id, "is being made"));
        }
        if (claim.terminating()) {
            return Optional.of(new Problem(Reason.ClaimTerminating, "Volume claim " + claim.name()
                    + " is being deleted. Its data goes as soon as " + seen.names().pod(id) + " ends"));
        }
        if (pod == null) {
            return oldProcess(seen, claim).or(() -> Optional.of(notReady(seen, id, "is to be started")));
        }
        if (pod.trouble() != null) {
            return Optional.of(new Problem(Reason.PodTrouble, pod.name() + ": " + pod.trouble()));
        }
        return answer(seen, identity, pod);
    }

    private static Problem claimLost(Observed seen, int id) {
        return new Problem(Reason.ClaimLost, "Volume claim " + seen.names().claim(id) + " of member " + id
                + " is gone, and with it the member's vote; the others go on without it. " + replacement(seen, id));
    }

    /** How a member that is lost for good is replaced. */
    static String replacement(Observed seen, int id) {
        Integer limitSeconds = seen.spec().heal().replaceAfterSeconds();
        String command = "kubectl annotate ensemble " + seen.names().ensemble() + " --overwrite quorate.dev/replace="
                + id;
        return limitSeconds == null
                ? "If it is lost for good, replace it by a new member: " + command
                : "It is replaced by a new member when it has not served for " + limitSeconds + " s, or at once by: "
                        + command;
    }

    /** Why a process of the claim's member may still run although its Pod is gone. */
    static Optional<Problem> oldProcess(Observed seen, ClaimSeen claim) {
        String node = claim.node();
        if (node == null || claim.nodeSeen() == NodeSeen.READY) {
            return Optional.empty();
        }
        String state = switch (claim.nodeSeen()) {
            case READY -> throw new IllegalStateException("handled above");
            case NOT_READY -> "that node does not answer. It goes on as soon as the node is Ready again. "
                    + replacement(seen, claim.id());
            case GONE -> "that node is no part of the cluster any more. If it is switched off for sure, remove the "
                    + "annotation quorate.dev/node from the claim " + claim.name() + ". "
                    + replacement(seen, claim.id());
            case UNREADABLE ->
                "the operator is not allowed to read nodes: give it the ClusterRole quorate-operator-nodes";
        };
        return Optional.of(new Problem(Reason.OldProcessMayRun, seen.names().pod(claim.id())
                + " is not started again, since its old process may still run on node " + node + ": " + state));
    }

    private static Optional<Problem> answer(Observed seen, Identity identity, PodSeen pod) {
        Answer any = seen.answers().get(pod.id());
        if (any != null && !any.apiVersion().equals(Answer.API_VERSION)) {
            return Optional.of(new Problem(Reason.UnknownAdminApi, pod.name() + " speaks version " + any.apiVersion()
                    + " of the admin API, which this operator does not know: upgrade the operator"));
        }
        Answer answer = seen.answer(pod.id()).orElse(null);
        if (answer == null) {
            return Optional.of(notReady(seen, pod.id(), pod.terminating() ? "is ending" : "does not answer yet"));
        }
        if (!answer.clusterId().isEmpty() && !answer.clusterId().equals(identity.clusterId())) {
            return Optional.of(new Problem(Reason.WrongCluster, pod.name() + " holds data of cluster "
                    + answer.clusterId() + ", but this ensemble is " + identity.clusterId()));
        }
        String stayOut = answer.stayOutReason();
        if (stayOut != null) {
            return Optional.of(new Problem(Reason.MemberStaysOut, pod.name() + " stays out of the quorum: " + stayOut));
        }
        return isReady(seen, pod.id()) ? Optional.empty() : Optional.of(notReady(seen, pod.id(), state(answer)));
    }

    private static String state(Answer answer) {
        return answer.inSync() ? "is in sync, its Pod is not Ready yet" : "is " + answer.role().text();
    }

    private static Problem notReady(Observed seen, int id, String why) {
        return new Problem(Reason.MemberNotReady, seen.names().pod(id) + " " + why);
    }

    /** Whether a member is in sync in a quorum by its own word and by its probe. */
    public static boolean isReady(Observed seen, int id) {
        PodSeen pod = seen.pods().get(id);
        return pod != null && pod.ready() && !pod.terminating()
                && seen.answer(id).filter(Answer::inSync).isPresent();
    }

    /**
     * Whether a member is of use now, by its probe or by its own word: one of them is enough, since a kubelet and the
     * way from the operator to a member can break, too.
     */
    public static boolean serves(Observed seen, int id) {
        PodSeen pod = seen.pods().get(id);
        return pod != null && ((pod.ready() && !pod.terminating())
                || seen.answer(id).filter(Answer::inSync).isPresent());
    }

    /** Whether the ensemble is known to have been founded. */
    public static boolean isFounded(Observed seen) {
        String clusterId = Identities.of(seen).map(Identity::clusterId).orElse(null);
        return clusterId != null && (clusterId.equals(seen.founded())
                || seen.memberClaims().stream().anyMatch(claim -> clusterId.equals(claim.foundedMark()))
                || foundedByAnswer(seen, clusterId));
    }

    /** Whether a member says now that the ensemble is founded. */
    static boolean foundedByAnswer(Observed seen, @Nullable String clusterId) {
        return seen.freshAnswers().stream()
                .anyMatch(answer -> answer.founded() && answer.inSync() && answer.clusterId().equals(clusterId));
    }

    /** The desired state of what was observed; empty where it has no identity. */
    static Optional<Desired> desired(Observed seen) {
        return Identities.of(seen).map(identity -> desired(seen, identity, Membership.of(seen, identity)));
    }

    /** The desired state of an ensemble of which it is known who it is. */
    public static Desired desired(Observed seen, Identity identity, Membership membership) {
        return new Desired(seen.names(), seen.owner(), seen.spec(), identity,
                isFounded(seen) ? membership.all() : identity.founders());
    }
}
