package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.plan.Answer.Committed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who is a member: what the committed configuration says, as members in sync know it, or else those that are not. While
 * nobody tells, those that have a volume.
 *
 * @param known whether a member in sync told it; nobody is added or removed on a guess
 * @param version of the configuration
 * @param level of rules and formats in force
 * @param highestId the highest id that was ever given
 * @param changing whether a change is under way
 * @param voters ids, ascending
 * @param observers ids, ascending
 * @param joining ids that have a volume and are above all that were given: learners, which are no members yet
 */
public record Membership(boolean known, long version, int level, int highestId, boolean changing,
        List<Integer> voters, List<Integer> observers, List<Integer> joining) {
    public Membership {
        voters = voters.stream().sorted().toList();
        observers = observers.stream().sorted().toList();
        joining = joining.stream().sorted().toList();
    }

    /** The newest configuration that a member in sync reports, of this cluster only. */
    public static Membership of(Observed seen, Identity identity) {
        return newest(seen, identity, true).map(committed -> known(seen, committed))
                .or(() -> newest(seen, identity, false).map(Membership::remembered))
                .orElseGet(() -> guessed(seen, identity));
    }

    private static Optional<Committed> newest(Observed seen, Identity identity, boolean inSync) {
        return seen.freshAnswers().stream()
                .filter(answer -> (answer.inSync() || !inSync) && answer.clusterId().equals(identity.clusterId())
                        && !answer.committed().voters().isEmpty())
                .map(Answer::committed).max(Comparator.comparingLong(Committed::version));
    }

    /** What members say that are in no quorum: others may know a newer one. */
    private static Membership remembered(Committed committed) {
        return new Membership(false, committed.version(), committed.level(), committed.highestId(),
                committed.changing(), committed.voters(), committed.observers(), List.of());
    }

    private static Membership known(Observed seen, Committed committed) {
        List<Integer> joining = seen.memberClaims().stream().map(ClaimSeen::id)
                .filter(id -> id > committed.highestId() && !committed.names(id)).toList();
        return new Membership(true, committed.version(), committed.level(), committed.highestId(),
                committed.changing(), committed.voters(), committed.observers(), joining);
    }

    /** A founder without a volume has lost it, unless there were others after the founders. */
    private static Membership guessed(Observed seen, Identity identity) {
        var members = new TreeSet<Integer>();
        seen.memberClaims().forEach(claim -> members.add(claim.id()));
        if (identity.founders().containsAll(seen.claims().keySet())) {
            members.addAll(identity.founders());
        }
        return new Membership(false, 0, 0, 0, false, List.copyOf(members), List.of(), List.of());
    }

    /** All members, ascending. */
    public List<Integer> all() {
        return joined(voters, observers);
    }

    /** All that run, ascending: the members and those that are about to become members. */
    public List<Integer> running() {
        return joined(all(), joining);
    }

    /** How many voters are more than half of them. */
    public int quorum() {
        return voters.size() / 2 + 1;
    }

    private static List<Integer> joined(List<Integer> some, List<Integer> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        all.sort(Comparator.naturalOrder());
        return List.copyOf(all);
    }
}
