package dev.quorate.operator.plan;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Owner;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which cluster an Ensemble is: what stands on its claims, or itself where there are none. */
public final class Identities {
    private static final Pattern CONSENT = Pattern.compile("[a-z0-9]{1,20}");

    private Identities() {}

    /**
     * The identity that all claims agree on, or a new one where there is no claim; empty where claims disagree or can't
     * be read.
     */
    public static Optional<Identity> of(EnsembleSpec spec, Owner owner, @Nullable String foundAgain,
            Collection<ClaimSeen> memberClaims) {
        if (memberClaims.isEmpty()) {
            return Optional.of(Identity.ofNew(ownClusterId(owner, foundAgain), spec.voters()));
        }
        List<Identity> seen = memberClaims.stream().map(ClaimSeen::identity).filter(Objects::nonNull).distinct()
                .toList();
        boolean readable = memberClaims.stream().allMatch(claim -> claim.identity() != null);
        return readable && seen.size() == 1 ? Optional.of(seen.getFirst()) : Optional.empty();
    }

    /** The identity of what was observed. */
    public static Optional<Identity> of(Observed seen) {
        return of(seen.spec(), seen.owner(), seen.foundAgain(), seen.memberClaims());
    }

    /** Whether a person consented to found anew after the given cluster was lost. */
    static boolean consents(@Nullable String foundAgain, String lost) {
        return foundAgain != null && CONSENT.matcher(foundAgain).matches() && !lost.endsWith("." + foundAgain);
    }

    /** A cluster that is founded again by consent is another cluster: an old disk must not pass for one of its own. */
    private static String ownClusterId(Owner owner, @Nullable String foundAgain) {
        return foundAgain != null && CONSENT.matcher(foundAgain).matches()
                ? owner.uid() + "." + foundAgain
                : owner.uid();
    }
}
