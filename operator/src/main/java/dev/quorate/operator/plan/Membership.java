package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Identity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who is a member: what the committed configuration says, or the founders while nobody tells.
 *
 * @param voters ids, ascending
 * @param observers ids, ascending
 */
public record Membership(List<Integer> voters, List<Integer> observers) {
    public Membership {
        voters = voters.stream().sorted().toList();
        observers = observers.stream().sorted().toList();
    }

    /** The newest configuration that a member in sync reports, of this cluster only. */
    public static Membership of(Observed seen, Identity identity) {
        return seen.freshAnswers().stream()
                .filter(answer -> answer.inSync() && answer.clusterId().equals(identity.clusterId())
                        && !answer.voters().isEmpty())
                .max(Comparator.comparingLong(Answer::configVersion))
                .map(answer -> new Membership(answer.voters(), answer.observers()))
                .orElseGet(() -> new Membership(identity.founders(), List.of()));
    }

    /** All ids, ascending. */
    public List<Integer> all() {
        var all = new ArrayList<>(voters);
        all.addAll(observers);
        all.sort(Comparator.naturalOrder());
        return all;
    }

    /** How many voters are more than half of them. */
    public int quorum() {
        return voters.size() / 2 + 1;
    }
}
