package dev.quorate.operator.desired;

import dev.quorate.crds.Ensemble;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** The Ensemble to which objects belong, by name and uid. */
public record Owner(String name, String uid) {
    /** As controller: drains look for one, and an object has at most one. */
    public OwnerReference reference() {
        return new OwnerReferenceBuilder().withApiVersion(Ensemble.GROUP + "/" + Ensemble.VERSION)
                .withKind(Ensemble.KIND).withName(name).withUid(uid).withController(true)
                .withBlockOwnerDeletion(true).build();
    }

    /** Whether this Ensemble is the controller of the object. */
    public boolean controls(ObjectMeta object) {
        return object.getOwnerReferences().stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController()) && owner.getUid().equals(uid));
    }
}
