package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Credentials;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.SpecCheck;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.Problem.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Doubts that stop everything: what runs is left alone until they are gone. */
final class Blockers {
    /** A named doubt. */
    private record Blocker(String name, Function<Observed, Optional<Problem>> doubt) {}

    private static final List<Blocker> ALL = List.of(new Blocker("invalid-spec", Blockers::invalidSpec),
            new Blocker("claims-disagree", Blockers::claimsDisagree), new Blocker("data-lost", Blockers::dataLost),
            new Blocker("foreign-object", Blockers::foreignObject),
            new Blocker("credentials-incomplete", Blockers::credentialsIncomplete));

    private Blockers() {}

    static Optional<Problem> first(Observed seen) {
        return ALL.stream().flatMap(blocker -> blocker.doubt().apply(seen).stream()).findFirst();
    }

    static Optional<Decision> decide(Observed seen) {
        return ALL.stream()
                .flatMap(blocker -> blocker.doubt().apply(seen).stream()
                        .map(problem -> new Decision(blocker.name(), new Step.Wait(problem))))
                .findFirst();
    }

    private static Optional<Problem> invalidSpec(Observed seen) {
        List<String> problems = SpecCheck.problems(seen.spec());
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(Reason.InvalidSpec, String.join(". ", problems)));
    }

    private static Optional<Problem> claimsDisagree(Observed seen) {
        if (Identities.of(seen).isEmpty()) {
            return Optional.of(new Problem(Reason.ClaimsDisagree, "The volume claims of this name do not belong to one "
                    + "cluster by their annotations quorate.dev/cluster-id and quorate.dev/founders. Move those away "
                    + "that are not of this ensemble, or restore their annotations"));
        }
        String founded = seen.founded();
        boolean other = founded != null && !seen.memberClaims().isEmpty()
                && Identities.of(seen).filter(identity -> identity.clusterId().equals(founded)).isEmpty()
                && !Identities.consents(seen.foundAgain(), founded);
        return other
                ? Optional.of(new Problem(Reason.ClaimsDisagree, "The Ensemble is marked as cluster " + founded
                        + ", but its volume claims belong to another one. Restore the claims of that cluster, or "
                        + "remove the annotation quorate.dev/founded from the Ensemble to adopt what is on the claims"))
                : Optional.empty();
    }

    private static Optional<Problem> dataLost(Observed seen) {
        String founded = seen.founded();
        return founded != null && seen.memberClaims().isEmpty() && !Identities.consents(seen.foundAgain(), founded)
                ? Optional.of(new Problem(Reason.DataLost, "All volume claims of cluster " + founded + " are gone, and "
                        + "with them its data. Restore them from a backup, or consent to begin anew and empty with: "
                        + "kubectl annotate ensemble " + seen.names().ensemble()
                        + " --overwrite quorate.dev/found-again=<a word not used before>"))
                : Optional.empty();
    }

    /** An object with one of our names that belongs to somebody else is never touched. */
    private static Optional<Problem> foreignObject(Observed seen) {
        Optional<Desired> desired = Diagnosis.desired(seen);
        if (desired.isEmpty()) {
            return Optional.empty();
        }
        Stream<String> objects = Stream.of(desired.get().prerequisites(), desired.get().surroundings(1),
                List.of(desired.get().binding())).flatMap(List::stream).flatMap(like -> seen.live(like).stream())
                .filter(live -> isForeign(seen, live)).map(Blockers::name);
        Stream<String> secret = seen.live("Secret", seen.names().credentials()).stream()
                .filter(live -> controller(live).filter(owner -> !owner.getUid().equals(seen.owner().uid()))
                        .isPresent())
                .map(Blockers::name);
        Stream<String> pods = seen.pods().values().stream().filter(pod -> !pod.ours()).map(pod -> "Pod " + pod.name());
        Stream<String> claims = seen.memberClaims().stream().filter(claim -> claim.owner() == ClaimOwner.ANOTHER)
                .map(claim -> "PersistentVolumeClaim " + claim.name());
        return Stream.of(objects, secret, pods, claims).flatMap(names -> names).findFirst()
                .map(name -> new Problem(Reason.ForeignObject, name + " has a name of this ensemble but belongs to "
                        + "somebody else. It is left alone: wait until it is gone, delete it, or rename the Ensemble"));
    }

    private static boolean isForeign(Observed seen, HasMetadata live) {
        return controller(live).map(owner -> !owner.getUid().equals(seen.owner().uid()))
                .orElseGet(() -> !seen.names().ensemble().equals(
                        live.getMetadata().getLabels().get(Labels.ENSEMBLE)));
    }

    private static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController())).findFirst();
    }

    private static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }

    private static Optional<Problem> credentialsIncomplete(Observed seen) {
        return seen.live("Secret", seen.names().credentials())
                .filter(live -> live instanceof Secret secret && !Credentials.complete(secret))
                .map(live -> new Problem(Reason.CredentialsIncomplete, "Secret " + seen.names().credentials()
                        + " must hold peer.key and admin.token. Add them, or delete the Secret while no member runs: a "
                        + "new one is made"));
    }
}
