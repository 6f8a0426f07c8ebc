package dev.quorate.e2e.quickstart;

import dev.quorate.crds.Ensemble;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file with the Ensemble, applied as {@code kubectl apply --server-side} would do, again after each edit. */
final class EnsembleFile {
    private static final String FIELD_MANAGER = "quickstart";

    private final Path path;
    private @Nullable FileTime applied;

    EnsembleFile(Path path) {
        this.path = path;
    }

    /** True when the file was written since it was last applied; an editor may take it away for a moment. */
    boolean hasChanged() {
        try {
            return !Files.getLastModifiedTime(path).equals(applied);
        } catch (IOException away) {
            return false;
        }
    }

    /**
     * Applies the file.
     *
     * @return the Ensemble as the API server took it
     * @throws Refused with a sentence for the person who wrote the file
     */
    Ensemble apply(KubernetesClient client, String namespace) throws Refused {
        try {
            applied = Files.getLastModifiedTime(path);
            var ensemble = Serialization.unmarshal(Files.readString(path), Ensemble.class);
            if (ensemble == null || ensemble.getMetadata() == null || ensemble.getMetadata().getName() == null) {
                throw new Refused(path + " holds no Ensemble with a name");
            }
            ensemble.getMetadata().setNamespace(namespace);
            return client.resource(ensemble).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
        } catch (KubernetesClientException refused) {
            throw new Refused(Optional.ofNullable(refused.getStatus()).map(status -> status.getMessage())
                    .orElse(String.valueOf(refused.getMessage())));
        } catch (IOException | RuntimeException unreadable) {
            throw new Refused(path + " can't be read: " + unreadable.getMessage());
        }
    }

    /** The file can't be applied as it is. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String sentence) {
            super(sentence);
        }
    }
}
