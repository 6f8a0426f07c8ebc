package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * The local storage class: a claim is bound when a pod first uses it, to a folder on the one node, and the folder is
 * deleted with the claim.
 */
final class Claims {
    private final KubernetesClient client;
    private final Path folder;
    private final String node;

    Claims(KubernetesClient client, Path folder, String node) {
        this.client = client;
        this.folder = folder;
        this.node = node;
    }

    /**
     * The folder of a claim, which is bound first where it is not yet.
     *
     * @throws Volumes.NotYet when there is no such claim
     */
    synchronized Path bind(String namespace, String name) throws IOException, Volumes.NotYet {
        var claim = client.persistentVolumeClaims().inNamespace(namespace).withName(name).get();
        if (claim == null || claim.getMetadata().getDeletionTimestamp() != null) {
            throw new Volumes.NotYet("persistentvolumeclaim \"" + name + "\" not found");
        }
        var path = folder(claim);
        if (claim.getSpec().getVolumeName() == null) {
            Files.createDirectories(path);
            client.resource(volume(claim, path)).createOr(existing -> existing.update());
            // Patches, since others write to the claim at the same time.
            client.resource(claim).edit(now -> new PersistentVolumeClaimBuilder(now).editMetadata()
                    .addToAnnotations("volume.kubernetes.io/selected-node", node).endMetadata().editSpec()
                    .withVolumeName(volumeName(claim)).endSpec()
                    .build());
            client.resource(claim)
                    .editStatus(now -> new PersistentVolumeClaimBuilder(now).withNewStatus().withPhase("Bound")
                            .withAccessModes(claim.getSpec().getAccessModes())
                            .withCapacity(claim.getSpec().getResources().getRequests()).endStatus().build());
        }
        return path;
    }

    /** A folder is as large as anybody wants it. */
    void grow(PersistentVolumeClaim claim) {
        var wanted = claim.getSpec().getResources().getRequests();
        if (claim.getSpec().getVolumeName() != null && claim.getStatus().getCapacity() != null
                && !claim.getStatus().getCapacity().equals(wanted)) {
            client.resource(claim).editStatus(now -> new PersistentVolumeClaimBuilder(now).editStatus()
                    .withCapacity(wanted).endStatus().build());
        }
    }

    /** Deletes what a deleted claim was bound to. */
    void reclaim(PersistentVolumeClaim claim) throws IOException {
        client.persistentVolumes().withName(volumeName(claim)).delete();
        deleteTree(folder(claim));
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (var paths = Files.walk(root)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private PersistentVolume volume(PersistentVolumeClaim claim, Path path) {
        return new PersistentVolumeBuilder().withNewMetadata().withName(volumeName(claim)).endMetadata().withNewSpec()
                .withCapacity(claim.getSpec().getResources().getRequests())
                .withAccessModes(claim.getSpec().getAccessModes())
                .withPersistentVolumeReclaimPolicy("Delete").withStorageClassName(claim.getSpec().getStorageClassName())
                .withClaimRef(new ObjectReferenceBuilder().withApiVersion("v1").withKind("PersistentVolumeClaim")
                        .withName(claim.getMetadata().getName()).withNamespace(claim.getMetadata().getNamespace())
                        .withUid(claim.getMetadata().getUid()).build())
                .withNewHostPath().withPath(path.toString()).endHostPath().withNewNodeAffinity().withNewRequired()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression().withKey("kubernetes.io/hostname").withOperator("In").withValues(node)
                .endMatchExpression()
                .endNodeSelectorTerm().endRequired().endNodeAffinity().endSpec().build();
    }

    private Path folder(PersistentVolumeClaim claim) {
        return folder.resolve(volumeName(claim));
    }

    private static String volumeName(PersistentVolumeClaim claim) {
        return "pvc-" + claim.getMetadata().getUid();
    }
}
