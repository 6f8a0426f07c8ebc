package dev.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.quorate.crds.Ensemble;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the operator and the scenarios rely on in an API server. The local one is right where it passes what a real
 * one passes.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiConformanceTest {
    private final Cluster cluster;
    private final KubernetesClient client;
    private final String namespace;

    ApiConformanceTest(@TempDir Path folder) {
        cluster = Clusters.open(folder);
        client = cluster.client();
        namespace = cluster.namespace();
    }

    @AfterEach
    void cleanUp() {
        client.configMaps().inNamespace(namespace).withLabel("conformance").delete();
        client.services().inNamespace(namespace).withLabel("conformance").delete();
        client.resources(Ensemble.class).inNamespace(namespace).delete();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    void applyCreatesThenMergesAndDropsWhatItsOwnerNoLongerStates() {
        apply("operator", configMap("a", Map.of("kept", "1", "dropped", "2")));
        apply("person", configMap("a", Map.of("other", "3")));
        var merged = apply("operator", configMap("a", Map.of("kept", "4")));
        assertThat(merged.getData()).isEqualTo(Map.of("kept", "4", "other", "3"));
    }

    @Test
    void applyThatChangesNothingKeepsTheResourceVersion() {
        var first = apply("operator", configMap("a", Map.of("key", "1")));
        var second = apply("operator", configMap("a", Map.of("key", "1")));
        assertThat(second.getMetadata().getResourceVersion()).isEqualTo(first.getMetadata().getResourceVersion());
    }

    @Test
    void applyOverAnothersValueIsAConflictUnlessForced() {
        apply("operator", configMap("a", Map.of("key", "1")));
        var other = configMap("a", Map.of("key", "2"));
        assertThatThrownBy(() -> client.resource(other).patch(context("person", false)))
                .isInstanceOf(KubernetesClientException.class)
                .extracting(failed -> ((KubernetesClientException) failed).getCode()).isEqualTo(409);
        assertThat(apply("person", other).getData()).containsEntry("key", "2");
    }

    @Test
    void anUpdateTakesOwnershipOfWhatItChangesAndApplyTakesItBack() {
        apply("operator", configMap("a", Map.of("key", "1")));
        client.configMaps().inNamespace(namespace).withName("a")
                .edit(map -> new ConfigMapBuilder(map).addToData("key", "drift").build());
        assertThat(apply("operator", configMap("a", Map.of("key", "1"))).getData()).containsEntry("key", "1");
    }

    @Test
    void listsWithKeysMergeItemByItem() {
        apply("operator", service(List.of(80)));
        var merged = client.resource(service(List.of(81))).patch(context("person", true));
        assertThat(merged.getSpec().getPorts()).extracting(port -> port.getPort()).containsExactlyInAnyOrder(80, 81);
    }

    @Test
    void anItemThatItsOwnerNoLongerStatesGoes() {
        apply("operator", service(List.of(80, 81)));
        assertThat(apply("operator", service(List.of(80))).getSpec().getPorts())
                .extracting(port -> port.getPort()).containsExactly(80);
    }

    @Test
    void aClaimDoesNotShrink() {
        var claim = client.resource(new PersistentVolumeClaimBuilder().withNewMetadata().withName("shrinking")
                .withNamespace(namespace).endMetadata().withNewSpec().withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("2Gi")).endResources().endSpec().build()).create();
        try {
            assertThatThrownBy(() -> client.resource(claim).edit(now -> new PersistentVolumeClaimBuilder(now).editSpec()
                    .editResources().addToRequests("storage", new Quantity("1Gi")).endResources().endSpec().build()))
                    .isInstanceOf(KubernetesClientException.class)
                    .extracting(failed -> ((KubernetesClientException) failed).getCode()).isEqualTo(422);
        } finally {
            client.resource(claim).delete();
        }
    }

    @Test
    void managedFieldsNameTheOwnerOfEachField() {
        var applied = apply("operator", configMap("a", Map.of("key", "1")));
        assertThat(applied.getMetadata().getManagedFields()).singleElement().satisfies(entry -> {
            assertThat(entry.getManager()).isEqualTo("operator");
            assertThat(entry.getOperation()).isEqualTo("Apply");
            assertThat(entry.getFieldsV1().getAdditionalProperties()).containsKey("f:data");
        });
    }

    @Test
    void staleUpdatesAndDuplicatesAreConflicts() {
        var first = client.resource(configMap("a", Map.of("key", "1"))).create();
        client.resource(configMap("a", Map.of("key", "2"))).update();
        var stale = new ConfigMapBuilder(first).addToData("key", "3").build();
        assertThatThrownBy(() -> client.resource(stale).update()).hasMessageContaining("the object has been modified");
        assertThatThrownBy(() -> client.resource(configMap("a", Map.of())).create())
                .hasMessageContaining("already exists");
    }

    @Test
    void deleteHoldsItsPreconditions() {
        var created = client.resource(configMap("a", Map.of())).create();
        var other = new ConfigMapBuilder(created).editMetadata().withResourceVersion("1").endMetadata().build();
        assertThatThrownBy(() -> client.resource(other).lockResourceVersion("1").delete())
                .hasMessageContaining("in the precondition (1) does not match");
        assertThat(client.configMaps().inNamespace(namespace).withName("a").get()).isNotNull();
    }

    @Test
    void anImmutableConfigMapKeepsItsData() {
        client.resource(new ConfigMapBuilder(configMap("a", Map.of("key", "1"))).withImmutable(true).build()).create();
        assertThatThrownBy(() -> apply("person", configMap("a", Map.of("key", "2")))).hasMessageContaining("immutable");
    }

    @Test
    void plainTextOfASecretBecomesData() {
        var secret = new SecretBuilder().withNewMetadata().withName("plain").withNamespace(namespace).endMetadata()
                .addToStringData("key", "text").build();
        var created = client.resource(secret).create();
        client.resource(created).delete();
        assertThat(created.getData()).isEqualTo(Map.of("key", "dGV4dA=="));
    }

    @Test
    void whatIsOwnedGoesWithItsLastOwner() {
        var owner = client.resource(configMap("owner", Map.of())).create();
        var reference = new OwnerReferenceBuilder().withApiVersion("v1").withKind("ConfigMap").withName("owner")
                .withUid(owner.getMetadata().getUid()).build();
        client.resource(new ConfigMapBuilder(configMap("owned", Map.of())).editMetadata().withOwnerReferences(reference)
                .endMetadata().build())
                .create();
        client.resource(owner).delete();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.configMaps().inNamespace(namespace).withName("owned").get() == null);
    }

    @Test
    void aWatchTellsEveryChangeInOrderAndOnlyWhatMatches() {
        var seen = new CopyOnWriteArrayList<String>();
        try (var watch = client.configMaps().inNamespace(namespace).withLabel("conformance", "yes")
                .watch(recorder(seen))) {
            client.resource(configMap("a", Map.of("key", "1"))).create();
            client.resource(new ConfigMapBuilder(configMap("b", Map.of())).editMetadata()
                    .addToLabels("conformance", "no").endMetadata().build())
                    .create();
            client.resource(configMap("a", Map.of("key", "2"))).update();
            client.configMaps().inNamespace(namespace).withName("a").delete();
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 3);
            assertThat(watch).isNotNull();
        }
        assertThat(seen).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
    }

    @Test
    void anInformerFollowsChanges() {
        try (var informer = client.configMaps().inNamespace(namespace).withLabel("conformance").inform()) {
            client.resource(configMap("a", Map.of("key", "1"))).create();
            await().atMost(Duration.ofSeconds(30)).until(() -> !informer.getStore().list().isEmpty());
            client.configMaps().inNamespace(namespace).withName("a").delete();
            await().atMost(Duration.ofSeconds(30)).until(() -> informer.getStore().list().isEmpty());
        }
    }

    @Test
    void aBadEnsembleIsRefusedWithASentenceAndAGoodOneGetsItsDefaults() {
        assertThatThrownBy(() -> client.resource(Clusters.ensemble(cluster, "none", 0)).create())
                .hasMessageContaining("replicas must be from 1 to 99");
        assertThatThrownBy(() -> client.resource(Clusters.ensemble(cluster, "1st", 3)).create())
                .hasMessageContaining("choose a name without '.' and without a digit in front");
        var created = client.resource(generic("good", Map.of("image", cluster.image(), "unknown", "field"))).create();
        assertThat(created.<Object>get("spec", "replicas")).isEqualTo(3);
        assertThat(created.<Object>get("spec", "unknown")).isNull();
        assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void theStatusOfAnEnsembleIsASubresource() {
        client.resource(generic("good", Map.of("image", cluster.image()))).create();
        var status = generic("good", Map.of());
        status.setAdditionalProperty("spec", null);
        status.setAdditionalProperty("status", Map.of("leader", "good-2"));
        var patched = client.resource(status).subresource("status").patch(context("operator", true));
        assertThat(patched.<Object>get("status", "leader")).isEqualTo("good-2");
        assertThat(patched.getMetadata().getGeneration()).isEqualTo(1);

        var withoutStatus = generic("good", Map.of("image", cluster.image(), "replicas", 5));
        var updated = client.resource(withoutStatus).patch(context("person", true));
        assertThat(updated.<Object>get("status", "leader")).isEqualTo("good-2");
        assertThat(updated.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void theNumberOfReplicasIsASubresource() {
        client.resource(generic("good", Map.of("image", cluster.image()))).create();
        var ensembles = client.resources(Ensemble.class).inNamespace(namespace).withName("good");
        assertThat(ensembles.scale().getSpec().getReplicas()).isEqualTo(3);
        ensembles.scale(4);
        assertThat(ensembles.get().getSpec().replicas()).isEqualTo(4);
        assertThatThrownBy(() -> ensembles.scale(0)).hasMessageContaining("replicas must be from 1 to 99");
    }

    @Test
    void aPodIsEvictedByItsUid() {
        client.resource(new PodBuilder().withNewMetadata().withName("evicted").withNamespace(namespace)
                .addToLabels("conformance", "evicted").endMetadata().withNewSpec().addNewContainer().withName("c")
                .withImage("none.invalid/none").endContainer().endSpec().build()).create();
        var pods = client.pods().inNamespace(namespace).withName("evicted");
        // Of another uid it is not: a real server takes a minute and a half to say so.
        assertThat(pods.evict(eviction(pods.get().getMetadata().getUid()))).isTrue();
    }

    private Eviction eviction(String uid) {
        return new EvictionBuilder().withNewMetadata().withName("evicted").withNamespace(namespace).endMetadata()
                .withDeleteOptions(
                        new DeleteOptionsBuilder().withNewPreconditions().withUid(uid).endPreconditions().build())
                .build();
    }

    @Test
    void aLeaseIsHeldByOne() {
        var lease = new LeaseBuilder().withNewMetadata().withName("operator").withNamespace(namespace).endMetadata()
                .withNewSpec()
                .withHolderIdentity("one").endSpec().build();
        var held = client.resource(lease).create();
        client.resource(new LeaseBuilder(held).editSpec().withHolderIdentity("two").endSpec().build()).update();
        assertThatThrownBy(() -> client
                .resource(new LeaseBuilder(held).editSpec().withHolderIdentity("three").endSpec().build()).update())
                .hasMessageContaining("the object has been modified");
        client.resource(lease).delete();
    }

    private ConfigMap apply(String manager, ConfigMap map) {
        return client.resource(map).patch(context(manager, true));
    }

    private Service apply(String manager, Service service) {
        return client.resource(service).patch(context(manager, true));
    }

    private static PatchContext context(String manager, boolean force) {
        return new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(manager)
                .withForce(force).build();
    }

    private ConfigMap configMap(String name, Map<String, String> data) {
        return new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace(namespace)
                .addToLabels("conformance", "yes").endMetadata()
                .withData(data).build();
    }

    private Service service(List<Integer> ports) {
        var builder = new ServiceBuilder().withNewMetadata().withName("ports").withNamespace(namespace)
                .addToLabels("conformance", "yes")
                .endMetadata().withNewSpec().withClusterIP("None");
        ports.forEach(port -> builder.addNewPort().withName("p" + port).withPort(port).withProtocol("TCP").endPort());
        return builder.endSpec().build();
    }

    private GenericKubernetesResource generic(String name, Map<String, Object> spec) {
        var resource = new GenericKubernetesResource();
        resource.setApiVersion("quorate.dev/v1alpha1");
        resource.setKind("Ensemble");
        resource.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder().withName(name)
                .withNamespace(namespace).build());
        resource.setAdditionalProperty("spec", spec);
        return resource;
    }

    private static Watcher<ConfigMap> recorder(List<String> seen) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                if (action != Action.BOOKMARK) {
                    seen.add(action + " " + map.getMetadata().getName());
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("closed: " + cause);
            }
        };
    }
}
