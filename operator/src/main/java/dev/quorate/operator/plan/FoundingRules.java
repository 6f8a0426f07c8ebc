package dev.quorate.operator.plan;

import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Optional;

/** Founding an ensemble once, and what keeps it from being founded twice. */
final class FoundingRules {
    private FoundingRules() {}

    /**
     * The claims come before everything else, since they carry who the ensemble is. While it is not founded a missing
     * one may be made: founding is unanimous, so an empty disk beside a founded one can't found anything. Later it may
     * not: an id whose disk is gone must not vote again.
     */
    static Optional<Step> bootstrap(Observed seen, Desired desired, Membership membership) {
        if (Diagnosis.isFounded(seen)) {
            return Optional.empty();
        }
        List<PersistentVolumeClaim> missing = desired.identity().founders().stream()
                .filter(id -> !seen.claims().containsKey(id)).map(desired::claim).toList();
        return missing.isEmpty() ? Optional.empty() : Optional.of(new Step.Bootstrap(desired.identity(), missing));
    }

    /** Once the first configuration is committed, the Ensemble and every claim say so. */
    static Optional<Step> markFounded(Observed seen, Desired desired, Membership membership) {
        if (!Diagnosis.isFounded(seen)) {
            return Optional.empty();
        }
        String clusterId = desired.identity().clusterId();
        boolean ensemble = !clusterId.equals(seen.founded());
        List<String> claims = seen.memberClaims().stream()
                .filter(claim -> !clusterId.equals(claim.foundedMark()) && !claim.terminating()).map(ClaimSeen::name)
                .toList();
        return ensemble || !claims.isEmpty()
                ? Optional.of(new Step.MarkFounded(clusterId, ensemble, claims))
                : Optional.empty();
    }

    /** Claims go with the Ensemble only where the policy says so. */
    static Optional<Step> ownClaims(Observed seen, Desired desired, Membership membership) {
        boolean delete = seen.spec().storage().claimPolicy() == ClaimPolicy.Delete;
        ClaimOwner wanted = delete ? ClaimOwner.THIS_ENSEMBLE : ClaimOwner.NOBODY;
        List<Step.OwnClaims.Ownership> changes = seen.memberClaims().stream()
                .filter(claim -> claim.owner() != wanted && !claim.terminating())
                .map(claim -> new Step.OwnClaims.Ownership(claim.name(), claim.resourceVersion(),
                        delete ? desired.owner().reference() : null))
                .toList();
        return changes.isEmpty() ? Optional.empty() : Optional.of(new Step.OwnClaims(changes));
    }
}
