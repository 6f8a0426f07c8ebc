package dev.quorate.operator.plan;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import org.jspecify.annotations.Nullable;

/** What people ask for in the {@link World}. */
final class Specs {
    private Specs() {}

    static EnsembleSpec spec(int replicas, String image) {
        return spec(replicas, 7, image, ClaimPolicy.Retain, false);
    }

    static EnsembleSpec spec(int replicas, int maxVoters, String image, ClaimPolicy policy, boolean paused) {
        return new EnsembleSpec(replicas, maxVoters, image, new StorageSpec("1Gi", null, policy), null, null, null,
                paused, 600, 3600, HealSpec.defaults(), null);
    }

    static EnsembleSpec with(EnsembleSpec spec, StorageSpec storage) {
        return new EnsembleSpec(spec.replicas(), spec.maxVoters(), spec.image(), storage, null, spec.config(), null,
                spec.paused(), 600, spec.levelSettleSeconds(), spec.heal(), spec.maintenance());
    }

    static EnsembleSpec with(EnsembleSpec spec, int levelSettleSeconds, HealSpec heal,
            @Nullable MaintenanceSpec maintenance) {
        return new EnsembleSpec(spec.replicas(), spec.maxVoters(), spec.image(), spec.storage(), null,
                spec.config(), null,
                spec.paused(), 600, levelSettleSeconds, heal, maintenance);
    }
}
