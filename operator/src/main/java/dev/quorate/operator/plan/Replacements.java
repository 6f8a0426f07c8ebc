package dev.quorate.operator.plan;

import dev.quorate.operator.plan.RollRules.Roll;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Members that make room for new ones with ids of their own: those that are lost, those that somebody asked to replace,
 * and those whose volume is of another StorageClass than the spec says. A new member learns first, then takes the place
 * in the one change of the configuration that also keeps the old one from ever voting again. Of members that serve, one
 * at a time makes room.
 */
final class Replacements {
    private Replacements() {}

    /** Who makes room now, by id, and why. */
    static SortedMap<Integer, String> of(Observed seen, Membership membership) {
        var replaced = new TreeMap<Integer, String>();
        if (!membership.known() || seen.spec().paused()) {
            return replaced;
        }
        for (int id : membership.all()) {
            if (!Diagnosis.serves(seen, id)) {
                lost(seen, membership, id).ifPresent(why -> replaced.put(id, why));
            }
        }
        // Newcomers are given up only where somebody says so: as long as none can start, each would leave a volume
        // behind.
        membership.joining().stream().filter(id -> seen.asides().replace().contains(id))
                .forEach(id -> replaced.put(id, wish(seen, id).orElseThrow()));
        if (replaced.isEmpty()) {
            next(seen, membership).ifPresent(id -> replaced.put(id, wish(seen, id).orElseThrow()));
        }
        return replaced;
    }

    /** Whether a member that serves is to be replaced, sooner or later. */
    static boolean isWished(Observed seen, int id) {
        return wish(seen, id).isPresent();
    }

    private static Optional<String> lost(Observed seen, Membership membership, int id) {
        if (seen.asides().replace().contains(id)) {
            return wish(seen, id);
        }
        Integer limitSeconds = seen.spec().heal().replaceAfterSeconds();
        return limitSeconds == null || seen.asides().steadyMs(id) < limitSeconds * 1000L
                || comesBack(seen, membership, id)
                        ? Optional.empty()
                        : Optional.of("it has not served for " + limitSeconds + " s");
    }

    /**
     * It runs and is on its way, or what keeps it down is the changed spec, with which a new one would fare no better.
     */
    private static boolean comesBack(Observed seen, Membership membership, int id) {
        boolean learns = seen.answer(id).filter(answer -> answer.stayOutReason() == null).isPresent();
        PodSeen pod = seen.pods().get(id);
        return learns || (pod != null && Roll.halts(seen, membership, pod));
    }

    /**
     * The one of those that serve. It is begun when all serve, and in a window; once there is a newcomer it goes on.
     * The leader comes last.
     */
    private static Optional<Integer> next(Observed seen, Membership membership) {
        boolean begun = membership.running().size() > seen.spec().replicas();
        boolean mayBegin = Windows.isOpen(seen) && !membership.changing()
                && membership.all().stream().allMatch(id -> Diagnosis.isReady(seen, id));
        return begun || mayBegin
                ? membership.all().stream().filter(id -> Diagnosis.serves(seen, id) && isWished(seen, id))
                        .min(Comparator.<Integer>comparingInt(id -> Contacts.isLeader(seen, id) ? 1 : 0)
                                .thenComparingInt(id -> membership.voters().contains(id) ? 1 : 0)
                                .thenComparing(Comparator.reverseOrder()))
                : Optional.empty();
    }

    private static Optional<String> wish(Observed seen, int id) {
        if (seen.asides().replace().contains(id)) {
            return Optional.of("the annotation quorate.dev/replace asks for it");
        }
        String wanted = seen.spec().storage().className();
        ClaimSeen claim = seen.claims().get(id);
        String present = claim == null ? null : claim.className();
        return wanted == null || present == null || present.equals(wanted)
                ? Optional.empty()
                : Optional.of("its volume is of StorageClass " + present + ", and the spec says " + wanted);
    }
}
