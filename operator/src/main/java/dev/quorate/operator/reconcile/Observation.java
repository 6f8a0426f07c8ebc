package dev.quorate.operator.reconcile;

import dev.quorate.crds.Ensemble;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.ClaimSeen;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import dev.quorate.operator.plan.Diagnosis;
import dev.quorate.operator.plan.Identities;
import dev.quorate.operator.plan.Membership;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.Observed.Asides;
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
import java.time.Instant;
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
    private final Spells spells;
    private final LongSupplier clockMs;
    private final LongSupplier wallMs;

    /**
     * @param clockMs the clock that answers are dated by
     * @param wallMs the time of day, as it stands in objects
     */
    Observation(KubernetesClient client, Caches caches, MemberAnswers answers, Spells spells, LongSupplier clockMs,
            LongSupplier wallMs) {
        this.spells = spells;
        this.wallMs = wallMs;
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
                claims.values().stream().filter(claim -> !claim.removed()).map(ClaimSeen::id).toList());
        var first = new Observed(clockMs.getAsLong(), names, owner, ensemble.getSpec(),
                Seen.annotation(ensemble, Labels.FOUNDED), foundAgain, claims, pods,
                answers.of(ResourceID.fromResource(ensemble), pods.values()), List.of());
        return identity.map(known -> complete(first, ensemble, known).with(asides(first, ensemble, known)))
                .orElse(first);
    }

    private Asides asides(Observed seen, Ensemble ensemble, Identity identity) {
        return new Asides(Instant.ofEpochMilli(wallMs.getAsLong()), Seen.replace(ensemble),
                spells.steadyMs(ResourceID.fromResource(ensemble), seen, identity));
    }

    /** Adds what can only be looked for once it is known who the ensemble is. */
    private Observed complete(Observed seen, Ensemble ensemble, Identity identity) {
        boolean missing = Membership.of(seen, identity).running().stream()
                .anyMatch(id -> !seen.pods().containsKey(id) || !seen.claims().containsKey(id));
        SortedMap<Integer, ClaimSeen> claims = missing || isClaimToGo(seen) ? nodes(seen) : seen.claims();
        return with(seen, claims, objects(seen, ensemble, identity));
    }

    /** A claim is deleted only where nothing runs on it any more. */
    private static boolean isClaimToGo(Observed seen) {
        return seen.spec().storage().claimPolicy() == ClaimPolicy.Delete
                && seen.claims().values().stream().anyMatch(ClaimSeen::removed);
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
        boolean founded = Seen.annotation(ensemble, Labels.FOUNDED) != null;
        for (int id = 1; id <= ensemble.getSpec().voters(); id++) {
            int member = id;
            if (!founded && !claims.containsKey(member)) {
                caches.find(PersistentVolumeClaim.class, names.namespace(), names.claim(member))
                        .ifPresent(claim -> claims.put(member, Seen.claim(member, claim, owner)));
            }
        }
        return claims;
    }

    private SortedMap<Integer, PodSeen> pods(Ensemble ensemble, Names names, Owner owner, List<Integer> ids) {
        var pods = new TreeMap<Integer, PodSeen>();
        for (Pod pod : caches.all(Pod.class, ensemble)) {
            Seen.memberId(pod).ifPresent(id -> pods.put(id, Seen.pod(id, pod, owner, wallMs.getAsLong())));
        }
        for (int id : ids) {
            if (!pods.containsKey(id)) {
                caches.find(Pod.class, names.namespace(), names.pod(id))
                        .ifPresent(pod -> pods.put(id, Seen.pod(id, pod, owner, wallMs.getAsLong())));
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
            return node.getStatus() != null && node.getStatus().getConditions().stream().anyMatch(
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
        Desired desired = Diagnosis.desired(seen, identity, Membership.of(seen, identity));
        var objects = new ArrayList<HasMetadata>(caches.all(ConfigMap.class, ensemble));
        Stream.concat(desired.prerequisites().stream(), desired.surroundings(1).stream())
                .filter(like -> objects.stream().noneMatch(
                        object -> object.getMetadata().getName().equals(like.getMetadata().getName())
                                && object.getKind().equals(like.getKind())))
                .flatMap(like -> caches
                        .find(like.getClass(), seen.names().namespace(), like.getMetadata().getName()).stream())
                .forEach(objects::add);
        for (String secret : List.of(seen.names().credentials(), seen.names().binding())) {
            caches.find(Secret.class, seen.names().namespace(), secret).ifPresent(objects::add);
        }
        return objects;
    }
}
