package dev.quorate.operator.reconcile;

import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.plan.Diagnosis;
import dev.quorate.operator.plan.Membership;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.PodSeen;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * For how long members serve, or do not, on a clock that nobody sets. It is all that the operator remembers, and it
 * only ever makes it wait: another operator begins to count anew.
 */
final class Spells {
    /**
     * @param podUid the Pod that serves; null while none does, since what does not serve may be tried again meanwhile
     */
    private record Spell(@Nullable String podUid, long sinceMs) {}

    private final Map<ResourceID, Map<Integer, Spell>> ensembles = new ConcurrentHashMap<>();

    /** What is known by member id, the given picture included. */
    SortedMap<Integer, Long> steadyMs(ResourceID ensemble, Observed seen, Identity identity) {
        Membership membership = Membership.of(seen, identity);
        Map<Integer, Spell> spells = ensembles.computeIfAbsent(ensemble, unknown -> new ConcurrentHashMap<>());
        if (membership.known()) {
            spells.keySet().retainAll(membership.running());
        }
        var steadyMs = new TreeMap<Integer, Long>();
        for (int id : membership.running()) {
            PodSeen pod = seen.pods().get(id);
            String podUid = pod != null && Diagnosis.serves(seen, id) ? pod.uid() : null;
            Spell spell = spells.get(id);
            if (spell == null || !Objects.equals(spell.podUid(), podUid)) {
                spell = new Spell(podUid, seen.nowMs());
                spells.put(id, spell);
            }
            steadyMs.put(id, seen.nowMs() - spell.sinceMs());
        }
        return steadyMs;
    }

    void forget(ResourceID ensemble) {
        ensembles.remove(ensemble);
    }
}
