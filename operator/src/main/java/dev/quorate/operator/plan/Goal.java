package dev.quorate.operator.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which members there shall be, as the spec asks for a number of them. The voters are the largest odd number, the rest
 * observers. The leader stays, then whoever is in sync, then the oldest; who is no member yet goes first, and who is to
 * be replaced does not count.
 *
 * @param voters ids, ascending
 * @param observers ids, ascending
 * @param newcomers ids that nobody has yet and that are to be added
 */
record Goal(List<Integer> voters, List<Integer> observers, List<Integer> newcomers) {
    /** What is worked for: nothing else than what there is while the spec says paused. */
    static Goal of(Observed seen, Membership membership) {
        return seen.spec().paused()
                ? new Goal(membership.voters(), membership.observers(), List.of())
                : wanted(seen, membership);
    }

    /** What the spec asks for. */
    static Goal wanted(Observed seen, Membership membership) {
        int replicas = seen.spec().replicas();
        Set<Integer> replaced = Replacements.of(seen, membership).keySet();
        List<Integer> running = membership.running().stream().filter(id -> !replaced.contains(id)).toList();
        List<Integer> kept = running.stream().sorted(Comparator
                .<Integer>comparingInt(id -> Contacts.isLeader(seen, id) ? 0 : 1)
                .thenComparingInt(id -> membership.joining().contains(id) ? 1 : 0)
                .thenComparingInt(id -> Diagnosis.isReady(seen, id) ? 0 : 1)
                .thenComparingInt(id -> membership.voters().contains(id) ? 0 : 1)
                .thenComparingInt(id -> id)).limit(replicas).toList();
        List<Integer> newcomers = newcomers(seen, membership, replicas - kept.size());
        var all = new ArrayList<>(kept);
        all.addAll(newcomers);
        // Who votes goes on voting as long as there is room.
        List<Integer> voters = all.stream().sorted(Comparator
                .<Integer>comparingInt(id -> Contacts.isLeader(seen, id) ? 0 : 1)
                .thenComparingInt(id -> membership.voters().contains(id) ? 0 : 1)
                .thenComparingInt(id -> Diagnosis.isReady(seen, id) ? 0 : 1)
                .thenComparingInt(id -> membership.observers().contains(id) ? 0 : 1)
                .thenComparingInt(id -> id)).limit(seen.spec().voters()).sorted().toList();
        return new Goal(voters, all.stream().filter(id -> !voters.contains(id)).sorted().toList(), newcomers);
    }

    /** Whether the id shall be a member's. */
    boolean names(int id) {
        return voters.contains(id) || observers.contains(id);
    }

    /** Whether the members are those that shall be. */
    boolean isReached(Membership membership) {
        return voters.equals(membership.voters()) && observers.equals(membership.observers());
    }

    /** Ids that are members now and shall not be. */
    List<Integer> leaving(Membership membership) {
        return membership.all().stream().filter(id -> !names(id)).toList();
    }

    /** Ids that are no members now, or in the other role, and shall be. */
    List<Integer> changed(Membership membership) {
        return Stream.concat(voters.stream().filter(id -> !membership.voters().contains(id)),
                observers.stream().filter(id -> !membership.observers().contains(id))).sorted().toList();
    }

    /** Ids of those that come, and of observers that are to vote: they must be in sync before. */
    List<Integer> rising(Membership membership) {
        return changed(membership).stream()
                .filter(id -> voters.contains(id) || membership.joining().contains(id)).toList();
    }

    /** Above all ids that were given, and all whose volume or Pod is still there; none that is not wanted. */
    private static List<Integer> newcomers(Observed seen, Membership membership, int count) {
        int highest = Math.max(membership.highestId(), Math.max(
                seen.claims().isEmpty() ? 0 : seen.claims().lastKey(),
                seen.pods().isEmpty() ? 0 : seen.pods().lastKey()));
        return IntStream.iterate(highest + 1, id -> id + 1).filter(id -> !seen.asides().replace().contains(id))
                .limit(Math.max(0, count)).boxed().toList();
    }
}
