package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Services, configuration and the like: always as desired, whoever changed them. */
final class ObjectRules {
    private ObjectRules() {}

    /** An immutable object with another content can only be made anew. */
    static Optional<Step> replaceConfig(Observed seen, Desired desired, Membership membership) {
        ConfigMap config = desired.config();
        return seen.live(config).filter(live -> live instanceof ConfigMap other
                && Boolean.TRUE.equals(other.getImmutable()) && !Objects.equals(other.getData(), config.getData()))
                .map(live -> delete(live, "it does not hold what its name says"));
    }

    /** What Pods need comes before Pods; that it has changed can wait until they run. */
    static Optional<Step> missingPrerequisites(Observed seen, Desired desired, Membership membership) {
        return apply(desired.prerequisites().stream().filter(object -> seen.live(object).isEmpty()).toList());
    }

    static Optional<Step> credentials(Observed seen, Desired desired, Membership membership) {
        return seen.live("Secret", seen.names().credentials()).isPresent()
                ? Optional.empty()
                : Optional.of(new Step.MakeCredentials());
    }

    /** Undoes what others changed, and makes what is missing. */
    static Optional<Step> drift(Observed seen, Desired desired, Membership membership) {
        var objects = new ArrayList<>(desired.prerequisites());
        objects.addAll(desired.surroundings(ScaleRules.budgetedVoters(seen, membership)));
        return apply(objects.stream()
                .filter(object -> seen.live(object).filter(live -> !Drift.between(object, live)).isEmpty()).toList());
    }

    /** Nobody can change it, so that it is there is enough. */
    static Optional<Step> binding(Observed seen, Desired desired, Membership membership) {
        return seen.live(desired.binding()).isPresent()
                ? Optional.empty()
                : Optional.of(new Step.CreateObject(desired.binding()));
    }

    /** A configuration that no Pod names any more. */
    static Optional<Step> pruneConfig(Observed seen, Desired desired, Membership membership) {
        String current = desired.config().getMetadata().getName();
        return seen.objects().stream().filter(object -> object instanceof ConfigMap)
                .filter(config -> desired.owner().controls(config.getMetadata()))
                .filter(config -> !config.getMetadata().getName().equals(current))
                .filter(config -> seen.pods().values().stream()
                        .noneMatch(pod -> config.getMetadata().getName().equals(pod.config())))
                .findFirst().map(config -> delete(config, "no member uses it any more"));
    }

    private static Optional<Step> apply(List<HasMetadata> objects) {
        return objects.isEmpty() ? Optional.empty() : Optional.of(new Step.ApplyObjects(objects));
    }

    private static Step delete(HasMetadata object, String why) {
        return new Step.DeleteObject(object.getKind(), object.getMetadata().getName(), object.getMetadata().getUid(),
                why);
    }
}
