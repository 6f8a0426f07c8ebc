package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Labels;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What concerns single members. None of these rules takes a serving member away. */
final class MemberRules {
    private MemberRules() {}

    /** Notes on each claim where a process of its member may run, before that can matter. */
    static Optional<Step> noteNodes(Observed seen, Desired desired, Membership membership) {
        var notes = new TreeMap<String, @Nullable String>();
        for (PodSeen pod : seen.pods().values()) {
            ClaimSeen claim = seen.claims().get(pod.id());
            String node = pod.stopped() ? null : pod.node();
            // A Pod that has no node has no process, but an older one may have one where the note says.
            if (claim != null && pod.node() != null && !Objects.equals(node, claim.node())) {
                notes.put(claim.name(), node);
            }
        }
        return notes.isEmpty() ? Optional.empty() : Optional.of(new Step.NoteNodes(notes));
    }

    /** A Pod that has ended never starts its containers again; its place is needed. The note on the claim stays. */
    static Optional<Step> removeEndedPod(Observed seen, Desired desired, Membership membership) {
        return seen.pods().values().stream().filter(pod -> pod.ended() && !pod.terminating()).findFirst()
                .map(pod -> new Step.DeleteObject("Pod", pod.name(), pod.uid(),
                        "it has ended and is started again on its volume"));
    }

    /** Starts every member and every newcomer that has a claim, no Pod, and surely no process. */
    static Optional<Step> startMembers(Observed seen, Desired desired, Membership membership) {
        boolean founded = Diagnosis.isFounded(seen);
        List<Integer> retired = ScaleRules.retired(seen, membership);
        List<Step.StartMembers.Start> starts = membership.running().stream()
                .filter(id -> !retired.contains(id))
                .filter(id -> !seen.pods().containsKey(id) && seen.claims().containsKey(id))
                .map(id -> Objects.requireNonNull(seen.claims().get(id)))
                .filter(claim -> !claim.removed() && !claim.terminating()
                        && Diagnosis.oldProcess(seen, claim).isEmpty())
                .map(claim -> new Step.StartMembers.Start(desired.pod(claim.id(), claim.uid(), founded), claim.name(),
                        claim.uid(), claim.node()))
                .toList();
        return starts.isEmpty() ? Optional.empty() : Optional.of(new Step.StartMembers(starts));
    }

    /**
     * The label of voters follows what members say, for the disruption budget. While nobody knows who votes in an
     * ensemble that was founded, what the labels say of it stays.
     */
    static Optional<Step> labels(Observed seen, Desired desired, Membership membership) {
        var changes = new TreeMap<String, Map<String, @Nullable String>>();
        boolean unclear = !membership.known() && Diagnosis.isFounded(seen);
        for (PodSeen pod : seen.pods().values()) {
            String voter = unclear
                    ? pod.voterLabel()
                    : ScaleRules.isVoterSoon(seen, membership, pod.id()) ? "true" : null;
            if (!Objects.equals(voter, pod.voterLabel()) && !pod.terminating()) {
                var label = new TreeMap<String, @Nullable String>();
                label.put(Labels.VOTER, voter);
                changes.put(pod.name(), label);
            }
        }
        return changes.isEmpty() ? Optional.empty() : Optional.of(new Step.LabelPods(changes));
    }
}
