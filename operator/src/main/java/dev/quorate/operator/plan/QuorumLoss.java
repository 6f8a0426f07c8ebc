package dev.quorate.operator.plan;

import dev.quorate.operator.plan.Problem.Reason;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether so many voters are lost that the others can't go on, and what is needed then. */
final class QuorumLoss {
    private QuorumLoss() {}

    static Optional<Problem> of(Observed seen, Membership membership) {
        if (membership.known() || !Diagnosis.isFounded(seen) || membership.voters().isEmpty()) {
            return Optional.empty();
        }
        var missing = new ArrayList<String>();
        for (int id : membership.voters()) {
            String why = why(seen, id);
            if (why != null) {
                missing.add(seen.names().pod(id) + " (" + why + ")");
            }
        }
        int left = membership.voters().size() - missing.size();
        return left >= membership.quorum()
                ? Optional.empty()
                : Optional.of(new Problem(Reason.QuorumLost, "The ensemble can't serve: " + membership.quorum()
                        + " of its " + membership.voters().size() + " voters must run with their data, and " + left
                        + " can. Bring back at least " + (membership.quorum() - left) + " of "
                        + String.join(", ", missing)));
    }

    /** Why a member can't come back by itself; null where it can. */
    private static @Nullable String why(Observed seen, int id) {
        ClaimSeen claim = seen.claims().get(id);
        PodSeen pod = seen.pods().get(id);
        if (claim == null) {
            return "its volume claim " + seen.names().claim(id) + " is gone";
        }
        if (pod == null) {
            return claim.terminating() ? "its volume claim " + claim.name() + " is being deleted" : where(claim);
        }
        String stayOut = seen.answer(id).map(Answer::stayOutReason).orElse(null);
        return stayOut != null ? "it stays out: " + stayOut : pod.trouble();
    }

    private static @Nullable String where(ClaimSeen claim) {
        return claim.node() == null
                ? null
                : switch (claim.nodeSeen()) {
                    case READY -> null;
                    case NOT_READY -> "its node " + claim.node() + " does not answer";
                    case GONE -> "its node " + claim.node() + " is no part of the cluster any more";
                    case UNREADABLE -> "its node " + claim.node() + " may not be read by the operator";
                };
    }
}
