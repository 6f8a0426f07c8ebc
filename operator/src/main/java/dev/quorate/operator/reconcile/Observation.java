package dev.quorate.operator.reconcile;

import dev.quorate.crds.Ensemble;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.ClaimSeen;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.Identities;
import dev.quorate.operator.plan.Membership;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.PodSeen;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** From caches, the API server and the answers of members to one picture of an ensemble. */
final class Observation {
    private final KubernetesClient client;
    private final Caches caches;
    private final MemberAnswers answers;
    private final LongSupplier clockMs;

    Observation(KubernetesClient client, Caches caches, MemberAnswers answers, LongSupplier clockMs) {
        this.client = client;
        this.caches = caches;
        this.answers = answers;
        this.clockMs = clockMs;
    }

    Observed of(Ensemble ensemble) {
        var names = new Names(ensemble.getMetadata().getNamespace(), ensemble.getMetadata().getName());
        var owner = new Owner(names.ensemble(), ensemble.getMetadata().getUid());
        String foundAgain = Seen.annotation(ensemble, Labels.FOUND_AGAIN);
        SortedMap<Integer, ClaimSeen> claims = claims(ensemble, names, owner);
        Optional<Identity> identity = Identities.of(ensemble.getSpec(), owner, foundAgain,
                claims.values().stream().filter(claim -> !claim.removed()).toList());
        SortedMap<Integer, PodSeen> pods = pods(ensemble, names, owner,
                identity.map(Identity::founders).orElse(List.of()));
        var first = new Observed(clockMs.getAsLong(), names, owner, ensemble.getSpec(),
                Seen.annotation(ensemble, Labels.FOUNDED), foundAgain, claims, pods,
                answers.of(ResourceID.fromResource(ensemble), pods.values()), List.of());
        return identity.map(known -> complete(first, ensemble, known)).orElse(first);
    }

    /** Adds what can only be looked for once it is known who the ensemble is. */
    private Observed complete(Observed seen, Ensemble ensemble, Identity identity) {
        for (int id : Membership.of(seen, identity).all()) {
            if (!seen.pods().containsKey(id) || !seen.claims().containsKey(id)) {
                return with(seen, nodes(seen), objects(seen, ensemble, identity));
            }
        }
        return with(seen, seen.claims(), objects(seen, ensemble, identity));
    }

    private static Observed with(Observed seen, SortedMap<Integer, ClaimSeen> claims, List<HasMetadata> objects) {
        return new Observed(seen.nowMs(), seen.names(), seen.owner(), seen.spec(), seen.founded(), seen.foundAgain(),
                claims, seen.pods(), seen.answers(), objects);
    }

    private SortedMap<Integer, ClaimSeen> claims(Ensemble ensemble, Names names, Owner owner) {
        var claims = new TreeMap<Integer, ClaimSeen>();
        for (PersistentVolumeClaim claim : caches.all(PersistentVolumeClaim.class, ensemble)) {
            Seen.memberId(claim).ifPresent(id -> claims.put(id, Seen.claim(id, claim, owner)));
        }
        // Those that a founding would make, and that the cache may not know yet.
        for (int id = 1; id <= ensemble.getSpec().replicas(); id++) {
            int member = id;
            if (!claims.containsKey(member)) {
                caches.find(PersistentVolumeClaim.class, names.namespace(), names.claim(member))
                        .ifPresent(claim -> claims.put(member, Seen.claim(member, claim, owner)));
            }
        }
        return claims;
    }

    private SortedMap<Integer, PodSeen> pods(Ensemble ensemble, Names names, Owner owner, List<Integer> founders) {
        var pods = new TreeMap<Integer, PodSeen>();
        for (Pod pod : caches.all(Pod.class, ensemble)) {
            Seen.memberId(pod).ifPresent(id -> pods.put(id, Seen.pod(id, pod, owner)));
        }
        for (int id : founders) {
            if (!pods.containsKey(id)) {
                caches.find(Pod.class, names.namespace(), names.pod(id))
                        .ifPresent(pod -> pods.put(id, Seen.pod(id, pod, owner)));
            }
        }
        return pods;
    }

    /** Looks at the nodes of members that are to be started again. */
    private SortedMap<Integer, ClaimSeen> nodes(Observed seen) {
        var claims = new TreeMap<>(seen.claims());
        claims.replaceAll((id, claim) -> {
            String node = claim.node();
            return node == null || seen.pods().containsKey(id) ? claim : Seen.withNode(claim, node(node));
        });
        return claims;
    }

    private NodeSeen node(String name) {
        try {
            Node node = client.nodes().withName(name).get();
            if (node == null) {
                return NodeSeen.GONE;
            }
            return node.getStatus().getConditions().stream().anyMatch(
                    condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"))
                            ? NodeSeen.READY
                            : NodeSeen.NOT_READY;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return NodeSeen.UNREADABLE;
            }
            throw e;
        }
    }

    private List<HasMetadata> objects(Observed seen, Ensemble ensemble, Identity identity) {
        var desired = new Desired(seen.names(), seen.owner(), seen.spec(), identity);
        var objects = new ArrayList<HasMetadata>(caches.all(ConfigMap.class, ensemble));
        Stream.concat(desired.prerequisites().stream(), desired.surroundings(1).stream())
                .filter(like -> objects.stream().noneMatch(
                        object -> object.getMetadata().getName().equals(like.getMetadata().getName())
                                && object.getKind().equals(like.getKind())))
                .flatMap(like -> caches
                        .find(like.getClass(), seen.names().namespace(), like.getMetadata().getName()).stream())
                .forEach(objects::add);
        caches.find(Secret.class, seen.names().namespace(), seen.names().credentials()).ifPresent(objects::add);
        return objects;
    }
}
