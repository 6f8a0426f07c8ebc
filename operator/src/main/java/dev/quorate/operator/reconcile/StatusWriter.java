package dev.quorate.operator.reconcile;

import dev.quorate.crds.BindingStatus;
import dev.quorate.crds.Condition;
import dev.quorate.crds.Condition.Status;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.crds.MemberStatus;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.Decision;
import dev.quorate.operator.plan.Diagnosis;
import dev.quorate.operator.plan.Identities;
import dev.quorate.operator.plan.Membership;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.PodSeen;
import dev.quorate.operator.plan.Problem;
import dev.quorate.operator.plan.Problem.Gravity;
import dev.quorate.operator.plan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From what is seen to what is reported, as a pure function. Nothing in it moves with load, so that an unchanged
 * ensemble has an unchanged status; the status before is looked at only for the times of transitions.
 */
final class StatusWriter {
    private final Observed seen;
    private final Decision decision;
    private final List<Problem> problems;
    private final @Nullable EnsembleStatus before;
    private final long generation;
    private final Instant now;

    private StatusWriter(Observed seen, Decision decision, List<Problem> problems, @Nullable EnsembleStatus before,
            long generation, Instant now) {
        this.seen = seen;
        this.decision = decision;
        this.problems = problems;
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    /**
     * The status to report.
     *
     * @param failure why the step could not be performed, empty where it could
     * @param before the status reported last
     */
    static EnsembleStatus status(Observed seen, Decision decision, Optional<Problem> failure,
            @Nullable EnsembleStatus before, long generation, Instant now) {
        List<Problem> problems = new ArrayList<>(Diagnosis.of(seen));
        failure.ifPresent(problems::addFirst);
        return new StatusWriter(seen, decision, problems, before, generation, now).write();
    }

    private EnsembleStatus write() {
        List<Integer> ids = membership().map(Membership::running).orElse(List.of());
        List<MemberStatus> members = ids.stream().map(this::member).toList();
        int ready = (int) members.stream().filter(MemberStatus::ready).count();
        Optional<Integer> leader = leader();
        return new EnsembleStatus(generation, identity().map(Identity::clusterId).orElse(null),
                leader.map(seen.names()::pod).orElse(null), ready, ids.size(), Labels.selectorText(seen.names()),
                version(),
                ids.stream().map(id -> Desired.clientEndpoint(seen.names(), id)).toList(), binding(), members,
                List.of(available(leader), ready(ready, ids.size()), progressing(), degraded(), initialized()));
    }

    private Optional<Identity> identity() {
        return Identities.of(seen);
    }

    private Optional<Membership> membership() {
        return identity().map(identity -> Membership.of(seen, identity));
    }

    private MemberStatus member(int id) {
        Role role = seen.answer(id).map(Answer::role).orElse(Role.UNKNOWN);
        return new MemberStatus(id, seen.names().pod(id), role.text(), Diagnosis.isReady(seen, id));
    }

    private @Nullable BindingStatus binding() {
        String name = seen.names().binding();
        return seen.live("Secret", name).isPresent() ? new BindingStatus(name) : null;
    }

    private @Nullable String version() {
        String versions = seen.freshAnswers().stream().map(Answer::version).distinct().sorted()
                .collect(Collectors.joining(", "));
        return versions.isEmpty() ? null : versions;
    }

    /** The leader that a quorum of voters is in sync with now, by their own word. */
    private Optional<Integer> leader() {
        Membership membership = membership().orElse(null);
        return membership == null
                ? Optional.empty()
                : membership.voters().stream().filter(id -> followers(membership, id) >= membership.quorum())
                        .findFirst();
    }

    private long followers(Membership membership, int leader) {
        return membership.voters().stream().flatMap(id -> seen.answer(id).stream())
                .filter(answer -> answer.inSync() && answer.leader() == leader).count();
    }

    private Condition available(Optional<Integer> leader) {
        if (leader.isPresent()) {
            return condition("Available", Status.True, StatusReason.QuorumServes.name(), "A quorum serves clients");
        }
        Membership membership = membership().orElse(null);
        if (membership == null) {
            return condition("Available", Status.Unknown, StatusReason.NoContact.name(),
                    "It is not known who the members are");
        }
        long silent = membership.voters().stream().filter(this::mayServeUnseen).count();
        return silent >= membership.quorum()
                ? condition("Available", Status.Unknown, StatusReason.NoContact.name(),
                        "Members run but do not answer the operator, so it can't tell whether they serve")
                : condition("Available", Status.False, StatusReason.NoQuorum.name(),
                        "No quorum of members serves clients");
    }

    /** A Pod that its node calls Ready but that does not answer the operator. */
    private boolean mayServeUnseen(int id) {
        PodSeen pod = seen.pods().get(id);
        return pod != null && pod.ready() && seen.answer(id).isEmpty();
    }

    private Condition ready(int ready, int members) {
        Problem first = problems.stream().findFirst().orElse(null);
        if (first != null) {
            return condition("Ready", Status.False, first.reason().name(),
                    messages(problems.stream().filter(problem -> problem.gravity() == first.gravity()).toList()));
        }
        return members > 0 && ready == members
                ? condition("Ready", Status.True, StatusReason.AllMembersServe.name(),
                        "All members serve and are as the spec says")
                : condition("Ready", Status.False, StatusReason.MembersStarting.name(),
                        ready + " of " + members + " members are ready");
    }

    private Condition progressing() {
        return switch (decision.step()) {
            case Step.Done done ->
                condition("Progressing", Status.False, StatusReason.Settled.name(), "There is nothing to do");
            case Step.Wait wait -> waiting(wait.until());
            case Step step -> condition("Progressing", Status.True, step.getClass().getSimpleName(), step.summary());
        };
    }

    private Condition waiting(Problem until) {
        return switch (until.gravity()) {
            case PASSING, PLANNED -> condition("Progressing", Status.True, until.reason().name(), until.message());
            case ASKS_A_HUMAN ->
                condition("Progressing", Status.False, StatusReason.WaitsForHuman.name(), until.message());
            case BROKEN, LATER -> condition("Progressing", Status.False, until.reason().name(), until.message());
        };
    }

    /** Broken, or not whole although it was founded. */
    private Condition degraded() {
        boolean founded = Diagnosis.isFounded(seen);
        List<Problem> grave = problems.stream().filter(problem -> problem.gravity() == Gravity.BROKEN
                || (problem.gravity() == Gravity.PASSING && founded)).toList();
        if (grave.isEmpty()) {
            return condition("Degraded", Status.False, StatusReason.Sound.name(), "Nothing is broken");
        }
        return condition("Degraded", Status.True, grave.getFirst().reason().name(),
                messages(grave));
    }

    private static String messages(List<Problem> problems) {
        return problems.stream().map(Problem::message).collect(Collectors.joining(". "));
    }

    private Condition initialized() {
        if (problems.stream().anyMatch(problem -> problem.reason() == Problem.Reason.DataLost)) {
            return condition("Initialized", Status.False, "DataLost", "The data of the ensemble is gone");
        }
        return Diagnosis.isFounded(seen)
                ? condition("Initialized", Status.True, StatusReason.Founded.name(), "The ensemble was founded")
                : condition("Initialized", Status.False, StatusReason.Founding.name(),
                        "The first configuration is not committed yet");
    }

    private Condition condition(String type, Status status, String reason, String message) {
        String since = before == null
                ? now.toString()
                : before.conditions().stream().filter(old -> old.type().equals(type) && old.status() == status)
                        .map(Condition::lastTransitionTime).findFirst().orElse(now.toString());
        return new Condition(type, status, reason, message, since, generation);
    }
}
