package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Members take up a changed spec one after the other, by a restart: those that do not serve, observers, followers, and
 * the leader last, after it has handed over. The first that does not come back halts it all.
 */
final class RollRules {
    /** No election of members that can elect takes so long. */
    private static final long ELECTION_MS = 60_000;

    private RollRules() {}

    /**
     * A member that does not serve loses nothing by a restart. While a quorum serves, nothing else is touched as long
     * as one with the new spec does not serve; without a quorum the old spec may be what keeps it from serving.
     */
    static Optional<Step> restartBroken(Observed seen, Desired desired, Membership membership) {
        if (seen.spec().paused()) {
            return Optional.empty();
        }
        boolean halted = Roll.updated(seen, membership).stream().anyMatch(pod -> !Diagnosis.isReady(seen, pod.id()))
                && Contacts.leader(seen).isPresent();
        return Roll.outdated(seen, membership).stream()
                .filter(pod -> isBroken(seen, pod) && !pod.terminating() && mayRestart(seen, membership, pod, halted))
                .findFirst()
                .map(pod -> new Step.RestartBroken(pod.name(), pod.uid()));
    }

    private static boolean isBroken(Observed seen, PodSeen pod) {
        return !pod.ready() && seen.answer(pod.id()).filter(Answer::inSync).isEmpty();
    }

    private static boolean mayRestart(Observed seen, Membership membership, PodSeen pod, boolean halted) {
        if (halted) {
            return membership.joining().contains(pod.id());
        }
        if (pod.trouble() != null || pod.crashing() || Contacts.leader(seen).isPresent()) {
            return true;
        }
        // Without a quorum they follow one another as soon as the one before answers, so that they can find together;
        // an election is given its time.
        return pod.unreadyMs() > ELECTION_MS && membership.all().stream()
                .allMatch(other -> seen.pods().containsKey(other) && seen.answer(other).isPresent());
    }

    /** Restarts a member that serves, where all others do, too; the disruption budget has the last word. */
    static Optional<Step> restartNext(Observed seen, Desired desired, Membership membership) {
        List<PodSeen> outdated = Roll.outdated(seen, membership);
        if (outdated.isEmpty() || !Roll.mayGoOn(seen, membership) || !Windows.isOpen(seen)) {
            return Optional.empty();
        }
        PodSeen next = outdated.stream().max(Comparator.<PodSeen>comparingInt(pod -> order(seen, membership, pod))
                .thenComparingInt(PodSeen::id)).orElseThrow();
        return Contacts.isLeader(seen, next.id()) && membership.voters().size() > 1
                ? Contacts.leader(seen).map(Step.HandOverLeader::new)
                : Optional.of(new Step.EvictMember(next.id(), next.name(), next.uid()));
    }

    private static int order(Observed seen, Membership membership, PodSeen pod) {
        return Contacts.isLeader(seen, pod.id()) ? 0 : membership.voters().contains(pod.id()) ? 1 : 2;
    }

    /** How far a roll is. */
    static final class Roll {
        private Roll() {}

        /** The Pods of members that do not have the spec of now. */
        static List<PodSeen> outdated(Observed seen, Membership membership) {
            return pods(seen, membership, false);
        }

        /** The Pods of members that have the spec of now. */
        static List<PodSeen> updated(Observed seen, Membership membership) {
            return pods(seen, membership, true);
        }

        private static List<PodSeen> pods(Observed seen, Membership membership, boolean updated) {
            String hash = seen.inputHash();
            return membership.running().stream().filter(id -> seen.pods().containsKey(id))
                    .map(id -> Objects.requireNonNull(seen.pods().get(id)))
                    .filter(pod -> pod.ours() && hash.equals(pod.inputHash()) == updated).toList();
        }

        /** Whether every member serves by news of now, and nothing else is under way. */
        static boolean mayGoOn(Observed seen, Membership membership) {
            return membership.known() && !membership.changing() && !seen.spec().paused()
                    && Goal.of(seen, membership).isReached(membership) && membership.joining().isEmpty()
                    && membership.all().stream().allMatch(id -> Diagnosis.isReady(seen, id) && seen.isAsked(id));
        }

        /** The Pod that halts the roll: it has the new spec, and does not get ready. */
        static Optional<PodSeen> halting(Observed seen, Membership membership) {
            if (outdated(seen, membership).isEmpty()) {
                return Optional.empty();
            }
            long limitMs = seen.spec().readyTimeoutSeconds() * 1000L;
            return updated(seen, membership).stream()
                    .filter(pod -> !Diagnosis.isReady(seen, pod.id())
                            && (pod.trouble() != null || pod.crashing() || pod.unreadyMs() > limitMs))
                    .findFirst();
        }

        /** Whether a Pod can't run with the new spec while others still have the old one. */
        static boolean halts(Observed seen, Membership membership, PodSeen pod) {
            return (pod.trouble() != null || pod.crashing()) && seen.inputHash().equals(pod.inputHash())
                    && !outdated(seen, membership).isEmpty();
        }
    }
}
