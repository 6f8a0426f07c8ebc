package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.plan.Answer.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which labels tell the roles of members. They are a hint for people and Services: nothing is decided by them, so they
 * are no step, which would wait for other steps and hold them up.
 */
public final class Roles {
    /**
     * A label to be changed.
     *
     * @param uid of the Pod that the role was seen of
     * @param led whether it is labelled as leader until now
     * @param role null takes the label away
     */
    public record Change(String pod, String uid, boolean led, @Nullable String role) {}

    private Roles() {}

    /** What is to be changed, whoever becomes leader last: two leaders at a time would be worse than none. */
    public static List<Change> changes(Observed seen) {
        int leader = leader(seen);
        var changes = new ArrayList<Change>();
        for (PodSeen pod : seen.pods().values()) {
            String role = seen.answer(pod.id()).flatMap(answer -> role(answer, pod.id() == leader)).orElse(null);
            if (pod.ours() && !Objects.equals(role, pod.roleLabel())) {
                changes.add(new Change(pod.name(), pod.uid(), Labels.LEADER.equals(pod.roleLabel()), role));
            }
        }
        changes.sort(Comparator.comparing(change -> Labels.LEADER.equals(change.role())));
        return changes;
    }

    /** One that was leader may not have heard yet that it is not any more; the later epoch is right. */
    private static int leader(Observed seen) {
        return seen.pods().keySet().stream()
                .filter(id -> seen.answer(id).filter(answer -> answer.role() == Role.LEADER && answer.inSync())
                        .isPresent())
                .max(Comparator.comparingLong(id -> seen.answer(id).map(Answer::epoch).orElse(0L))).orElse(0);
    }

    private static Optional<String> role(Answer answer, boolean leads) {
        return switch (answer.role()) {
            case LEADER -> leads ? Optional.of(Labels.LEADER) : Optional.empty();
            case FOLLOWER, OBSERVER -> answer.inSync() ? Optional.of(answer.role().text()) : Optional.empty();
            case LOOKING, FOUNDING, STOPPED, UNKNOWN -> Optional.empty();
        };
    }
}
