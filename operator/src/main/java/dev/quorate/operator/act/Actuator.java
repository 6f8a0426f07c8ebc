package dev.quorate.operator.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.crds.Ensemble;
import dev.quorate.operator.desired.Credentials;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Step;
import dev.quorate.operator.plan.Step.OwnClaims.Ownership;
import dev.quorate.operator.plan.Step.StartMembers.Start;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * Performs exactly one step. Each begins with a look at live state for what must not be decided on old news, and can be
 * repeated after a crash at any point.
 */
public final class Actuator {
    /** Who the operator is in the managed fields of objects. */
    public static final String FIELD_MANAGER = "quorate-operator";

    /** Labels that follow what members say are managed apart from what the spec says. */
    static final String LABELS_MANAGER = "quorate-operator-labels";

    private static final int SECRET_BYTES = 32;

    private final KubernetesClient client;
    private final ApiCalls api;
    private final MemberSteps members;
    private final SecureRandom random = new SecureRandom();
    private final ObjectMapper mapper = new ObjectMapper();

    /** The client stays open; it belongs to the caller. */
    public Actuator(KubernetesClient client, AdminClient admin) {
        this.client = client;
        this.api = new ApiCalls(client);
        this.members = new MemberSteps(api, new MemberCommands(client, admin));
    }

    /**
     * Performs the step.
     *
     * @return whether anything changed
     * @throws StaleViewException if the step was decided on old news; nothing was done
     * @throws StepRefusedException if it can't be done now
     * @throws KubernetesClientException if the API server refused
     */
    public boolean perform(Step step, Names names, Owner owner) {
        return switch (step) {
            case Step.Bootstrap bootstrap -> bootstrap(bootstrap, names, owner);
            case Step.MakeCredentials credentials -> api.create(
                    Credentials.secret(names, owner, randomText(), randomText()));
            case Step.StartMembers start -> start(start.starts(), names, owner);
            case Step.ApplyObjects apply -> apply(apply.objects());
            case Step.CreateObject create -> api.create(create.object());
            case Step.DeleteObject delete -> delete(delete, names);
            case Step.MarkFounded mark -> markFounded(mark, names, owner);
            case Step.NoteNodes note -> noteNodes(note, names);
            case Step.OwnClaims own -> own(own.claims(), names);
            case Step.LabelPods label -> label(label, names);
            case Step.AddLearners add -> members.add(add, names, owner);
            case Step.ChangeMembers change -> members.change(change, names);
            case Step.ChangeSettings change -> members.changeSettings(change, names);
            case Step.HandOverLeader handOver -> members.handOver(handOver, names);
            case Step.EvictMember evict -> members.evict(evict, names);
            case Step.RestartBroken restart -> members.restart(restart, names);
            case Step.EndRemoved end -> members.end(end, names);
            case Step.GiveUpClaims giveUp -> members.giveUp(giveUp, names);
            case Step.KeepClaims keep -> members.keep(keep, names);
            case Step.DeleteClaim delete -> members.deleteClaim(delete, names);
            case Step.GrowVolume grow -> members.grow(grow, names);
            case Step.RaiseLevel raise -> members.raiseLevel(raise, names);
            case Step.Wait wait -> false;
            case Step.Done done -> false;
        };
    }

    /** Founding is decided on live state only: what a cache has not seen yet would be founded a second time. */
    private boolean bootstrap(Step.Bootstrap step, Names names, Owner owner) {
        Ensemble ensemble = api.live(names, owner);
        String clusterId = step.identity().clusterId();
        if (clusterId.equals(ApiCalls.annotation(ensemble, Labels.FOUNDED))) {
            throw new StaleViewException("cluster " + clusterId + " is founded already");
        }
        for (PersistentVolumeClaim claim : client.persistentVolumeClaims().inNamespace(names.namespace())
                .withLabel(Labels.ENSEMBLE, names.ensemble()).list().getItems()) {
            boolean foreign = !clusterId.equals(ApiCalls.annotation(claim, Labels.CLUSTER_ID))
                    && ApiCalls.annotation(claim, Labels.REMOVED) == null;
            if (foreign || clusterId.equals(ApiCalls.annotation(claim, Labels.FOUNDED))) {
                throw new StaleViewException("claim " + claim.getMetadata().getName() + " was not known");
            }
        }
        boolean changed = false;
        for (PersistentVolumeClaim claim : step.missing()) {
            changed |= api.create(claim);
        }
        return changed;
    }

    private boolean start(List<Start> starts, Names names, Owner owner) {
        api.live(names, owner);
        boolean changed = false;
        for (Start start : starts) {
            PersistentVolumeClaim claim = client.persistentVolumeClaims().inNamespace(names.namespace())
                    .withName(start.claim()).get();
            if (claim == null || !claim.getMetadata().getUid().equals(start.claimUid())
                    || claim.getMetadata().getDeletionTimestamp() != null
                    || ApiCalls.annotation(claim, Labels.REMOVED) != null
                    || !Objects.equals(ApiCalls.annotation(claim, Labels.NODE), start.claimNode())) {
                throw new StaleViewException("claim " + start.claim() + " has changed");
            }
            changed |= api.create(start.pod());
        }
        return changed;
    }

    private boolean apply(List<HasMetadata> objects) {
        boolean changed = false;
        for (HasMetadata object : objects) {
            HasMetadata before = client.resource(object).get();
            HasMetadata after = client.resource(object).patch(new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(FIELD_MANAGER).withForce(true)
                    .build());
            changed |= before == null || !before.getMetadata().getResourceVersion()
                    .equals(after.getMetadata().getResourceVersion());
        }
        return changed;
    }

    private boolean delete(Step.DeleteObject step, Names names) {
        HasMetadata live = switch (step.kind()) {
            case "Pod" -> client.pods().inNamespace(names.namespace()).withName(step.name()).get();
            case "ConfigMap" -> client.configMaps().inNamespace(names.namespace()).withName(step.name()).get();
            default -> throw new IllegalStateException("no rule deletes a " + step.kind());
        };
        if (live == null || !live.getMetadata().getUid().equals(step.uid())) {
            return false;
        }
        // The version that was just read, and with it the uid, is a precondition.
        client.resource(live).lockResourceVersion(live.getMetadata().getResourceVersion()).delete();
        return true;
    }

    /** The Ensemble first: it is what would found again. */
    private boolean markFounded(Step.MarkFounded step, Names names, Owner owner) {
        if (step.ensemble()) {
            ObjectNode patch = api.annotations(Labels.FOUNDED, step.clusterId());
            ApiCalls.metadata(patch).put("uid", owner.uid());
            client.resources(Ensemble.class).inNamespace(names.namespace()).withName(names.ensemble())
                    .patch(ApiCalls.merge(FIELD_MANAGER), patch.toString());
        }
        for (String claim : step.claims()) {
            api.patchClaim(names, claim, api.annotations(Labels.FOUNDED, step.clusterId()));
        }
        return true;
    }

    private boolean noteNodes(Step.NoteNodes step, Names names) {
        step.nodeByClaim().forEach((claim, node) -> api.patchClaim(names, claim, api.annotations(Labels.NODE, node)));
        return true;
    }

    private boolean own(List<Ownership> claims, Names names) {
        for (Ownership ownership : claims) {
            ObjectNode patch = mapper.createObjectNode();
            // The list is replaced as a whole, so nobody may have changed it since it was read.
            ApiCalls.metadata(patch).put("resourceVersion", ownership.resourceVersion());
            var owner = ownership.owner();
            ApiCalls.metadata(patch).set("ownerReferences",
                    mapper.valueToTree(owner == null ? List.of() : List.of(owner)));
            api.patchClaim(names, ownership.claim(), patch);
        }
        return true;
    }

    private boolean label(Step.LabelPods step, Names names) {
        step.labelsByPod().forEach((pod, labels) -> {
            ObjectNode patch = mapper.createObjectNode();
            labels.forEach((label, value) -> ApiCalls.metadata(patch).withObjectProperty("labels").put(label, value));
            ApiCalls.ignoringAbsence(() -> client.pods().inNamespace(names.namespace()).withName(pod)
                    .patch(ApiCalls.merge(LABELS_MANAGER), patch.toString()));
        });
        return true;
    }

    private String randomText() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
