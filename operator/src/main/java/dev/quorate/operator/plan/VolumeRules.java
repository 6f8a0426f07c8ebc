package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.plan.Problem.Reason;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Volumes grow to the size that the spec asks for, one after the other: if the storage can't, the first one shows it
 * and the others are as they were. They never shrink.
 */
final class VolumeRules {
    private VolumeRules() {}

    /** The next claim that is too small, as soon as no other one is growing. */
    static Optional<Step> grow(Observed seen, Desired desired, Membership membership) {
        if (seen.spec().paused() || !Windows.isOpen(seen) || !growing(seen, membership).isEmpty()) {
            return Optional.empty();
        }
        return small(seen, membership).stream()
                .min(Comparator.<ClaimSeen>comparingInt(claim -> Diagnosis.serves(seen, claim.id()) ? 1 : 0)
                        .thenComparingInt(ClaimSeen::id))
                .map(claim -> new Step.GrowVolume(claim.name(), claim.uid(), seen.spec().storage().size()));
    }

    /** Claims of members that ask for less than the spec. */
    static List<ClaimSeen> small(Observed seen, Membership membership) {
        return claims(seen, membership).stream()
                .filter(claim -> isLess(claim.size(), seen.spec().storage().size())).toList();
    }

    /** Claims of members that have less than they ask for. */
    private static List<ClaimSeen> growing(Observed seen, Membership membership) {
        return claims(seen, membership).stream()
                .filter(claim -> claim.capacity() != null && isLess(claim.capacity(), claim.size())).toList();
    }

    private static List<ClaimSeen> claims(Observed seen, Membership membership) {
        return seen.memberClaims().stream()
                .filter(claim -> membership.running().contains(claim.id()) && !claim.terminating()).toList();
    }

    /** What is still to grow. */
    static Optional<Problem> problem(Observed seen, Membership membership) {
        List<ClaimSeen> growing = growing(seen, membership);
        List<ClaimSeen> small = small(seen, membership);
        if (growing.isEmpty() && (small.isEmpty() || !Windows.isOpen(seen))) {
            return Optional.empty();
        }
        String now = growing.stream().map(claim -> claim.name() + " from " + claim.capacity() + " to " + claim.size())
                .collect(Collectors.joining(", "));
        return Optional.of(new Problem(Reason.VolumesGrowing, "Volumes grow to " + seen.spec().storage().size()
                + " one after the other" + (now.isEmpty() ? "" : ". Waits for the storage, which grows " + now)
                + (small.isEmpty() ? "" : ". Still to come: " + names(small))));
    }

    /** Claims that are larger than the spec says. */
    static Optional<Problem> differs(Observed seen) {
        String size = seen.spec().storage().size();
        List<ClaimSeen> larger = seen.memberClaims().stream().filter(claim -> isLess(size, claim.size())).toList();
        return larger.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(Reason.StorageDiffers, "spec.storage.size is " + size + ", but there are "
                        + larger.stream().map(claim -> claim.name() + " (" + claim.size() + ")")
                                .collect(Collectors.joining(", "))
                        + ". A volume can't shrink: set the size back, or have its member replaced by one with a "
                        + "smaller volume: kubectl annotate ensemble " + seen.names().ensemble()
                        + " --overwrite quorate.dev/replace=" + larger.getFirst().id()));
    }

    private static String names(List<ClaimSeen> claims) {
        return claims.stream().map(ClaimSeen::name).collect(Collectors.joining(", "));
    }

    private static boolean isLess(@Nullable String one, String other) {
        return one != null && amount(one).compareTo(amount(other)) < 0;
    }

    private static BigDecimal amount(String quantity) {
        return Quantity.getAmountInBytes(Quantity.parse(quantity));
    }
}
