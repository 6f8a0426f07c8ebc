package dev.quorate.operator.reconcile;

import dev.quorate.crds.Ensemble;
import dev.quorate.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Watched copies of everything that carries the label of an ensemble. Any change wakes a round of that ensemble. What a
 * cache does not hold is asked for: it may be too new for the cache, or lack the label.
 */
final class Caches {
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(Pod.class, PersistentVolumeClaim.class,
            Service.class, ConfigMap.class, Secret.class, ServiceAccount.class, PodDisruptionBudget.class);

    private final KubernetesClient client;
    private final Map<String, InformerEventSource<? extends HasMetadata, Ensemble>> sources = new TreeMap<>();

    Caches(EventSourceContext<Ensemble> context) {
        this.client = context.getClient();
        KINDS.forEach(kind -> sources.put(HasMetadata.getKind(kind), source(kind, context)));
    }

    private static <T extends HasMetadata> InformerEventSource<T, Ensemble> source(Class<T> kind,
            EventSourceContext<Ensemble> context) {
        return new InformerEventSource<>(InformerEventSourceConfiguration.from(kind, Ensemble.class)
                .withName(HasMetadata.getKind(kind)).withLabelSelector(Labels.ENSEMBLE)
                .withSecondaryToPrimaryMapper(Caches::ensembleOf).build(), context);
    }

    private static Set<ResourceID> ensembleOf(HasMetadata object) {
        return Set.of(new ResourceID(object.getMetadata().getLabels().get(Labels.ENSEMBLE),
                object.getMetadata().getNamespace()));
    }

    List<EventSource<?, Ensemble>> eventSources() {
        return new ArrayList<>(sources.values());
    }

    /** All objects of a kind that carry the ensemble's label, as the cache has them. */
    <T extends HasMetadata> List<T> all(Class<T> kind, Ensemble ensemble) {
        return source(kind).getSecondaryResources(ensemble).stream().map(kind::cast).toList();
    }

    /** One object of one of the watched kinds: from the cache, or else from the API server. */
    <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
        return source(kind).get(new ResourceID(name, namespace)).<T>map(kind::cast)
                .or(() -> Optional.ofNullable(client.resources(kind).inNamespace(namespace).withName(name).get()));
    }

    private InformerEventSource<? extends HasMetadata, Ensemble> source(Class<? extends HasMetadata> kind) {
        var source = sources.get(HasMetadata.getKind(kind));
        if (source == null) {
            throw new IllegalStateException(kind + " is not watched");
        }
        return source;
    }
}
