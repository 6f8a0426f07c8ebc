package dev.quorate.e2e;

import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.e2e.local.LocalCluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Opens the cluster that the system property {@code quorate.cluster} names: {@code local}, which is the default, or
 * {@code kubernetes}.
 */
public final class Clusters {
    private Clusters() {}

    /** A cluster without an operator. */
    public static Cluster open(Path folder) {
        try {
            return switch (System.getProperty("quorate.cluster", "local")) {
                case "local" -> LocalCluster.start(folder);
                case "kubernetes" -> KubernetesCluster.open();
                default -> throw new IllegalArgumentException("quorate.cluster must be local or kubernetes");
            };
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** An Ensemble of this build's server, not yet created. */
    public static Ensemble ensemble(Cluster cluster, String name, int replicas) {
        var ensemble = new Ensemble();
        ensemble.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(cluster.namespace()).build());
        ensemble.setSpec(spec(cluster, replicas, "1Gi"));
        return ensemble;
    }

    /** @param size of the volumes */
    public static EnsembleSpec spec(Cluster cluster, int replicas, String size) {
        return EnsembleSpec.of(replicas, cluster.image(), new StorageSpec(size, null, null));
    }
}
