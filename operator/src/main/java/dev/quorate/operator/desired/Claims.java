package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The claims of the members. They outlive everything else, so they carry what must last. */
final class Claims {
    private Claims() {}

    static PersistentVolumeClaim claim(Names names, Owner owner, EnsembleSpec spec, Identity identity, int id) {
        List<OwnerReference> owners = spec.storage().claimPolicy() == ClaimPolicy.Delete
                ? List.of(owner.reference())
                : List.of();
        var annotations = new TreeMap<>(
                Map.of(Labels.CLUSTER_ID, identity.clusterId(), Labels.FOUNDERS, identity.foundersText()));
        var labels = new TreeMap<>(
                Map.of(Labels.ENSEMBLE, names.ensemble(), Labels.MEMBER_ID, Integer.toString(id)));
        return new PersistentVolumeClaimBuilder().withNewMetadata().withName(names.claim(id))
                .withNamespace(names.namespace()).withLabels(labels).withAnnotations(annotations)
                .withOwnerReferences(owners).endMetadata().withNewSpec().withAccessModes("ReadWriteOnce")
                .withStorageClassName(spec.storage().className()).withNewResources()
                .withRequests(Map.of("storage", new Quantity(spec.storage().size()))).endResources().endSpec().build();
    }
}
