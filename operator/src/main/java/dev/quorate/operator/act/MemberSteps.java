package dev.quorate.operator.act;

import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Problem;
import dev.quorate.operator.plan.Step;
import dev.quorate.operator.plan.Step.Contact;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps by which members come, go and are restarted. Each asks first whether it is still right. */
final class MemberSteps {
    /** What the API server answers to what is well-formed and not allowed. */
    private static final int UNPROCESSABLE = 422;

    private final ApiCalls api;
    private final MemberCommands commands;

    MemberSteps(ApiCalls api, MemberCommands commands) {
        this.api = api;
        this.commands = commands;
    }

    boolean add(Step.AddLearners step, Names names, Owner owner) {
        api.live(names, owner);
        boolean changed = false;
        for (PersistentVolumeClaim claim : step.claims()) {
            changed |= api.create(claim);
        }
        return changed;
    }

    /** Nobody becomes a member whose claim was given up in between. */
    boolean change(Step.ChangeMembers step, Names names) {
        for (String name : step.claims()) {
            PersistentVolumeClaim claim = api.client().persistentVolumeClaims().inNamespace(names.namespace())
                    .withName(name).get();
            if (claim == null || ApiCalls.annotation(claim, Labels.REMOVED) != null
                    || claim.getMetadata().getDeletionTimestamp() != null) {
                throw new StaleViewException("claim " + name + " has changed");
            }
        }
        commands.change(step, names);
        return true;
    }

    /** The answers that it was decided on may be older than the last such step. */
    boolean changeSettings(Step.ChangeSettings step, Names names) {
        boolean changed = false;
        for (Step.Contact member : step.members()) {
            changed |= commands.changeSettings(member, step.settings(), names);
        }
        if (!changed) {
            throw new StaleViewException("the settings are changed already");
        }
        return true;
    }

    boolean handOver(Step.HandOverLeader step, Names names) {
        commands.handOver(step.leader(), names);
        return true;
    }

    /** A Pod that is going already is not taken a second time, nor another one of the same name. */
    boolean evict(Step.EvictMember step, Names names) {
        pod(names, step.pod(), step.uid());
        boolean evicted = api.client().pods().inNamespace(names.namespace()).withName(step.pod())
                .evict(new EvictionBuilder().withNewMetadata().withName(step.pod()).withNamespace(names.namespace())
                        .endMetadata().withDeleteOptions(new DeleteOptionsBuilder().withNewPreconditions()
                                .withUid(step.uid()).endPreconditions().build())
                        .build());
        if (!evicted) {
            throw new StepRefusedException(Problem.Reason.EvictionRefused, "The disruption budget does not allow the "
                    + "restart of " + step.pod() + " now: it waits until all voters are Ready");
        }
        return true;
    }

    /** It may serve by now: then it is left alone. */
    boolean restart(Step.RestartBroken step, Names names) {
        Pod pod = pod(names, step.pod(), step.uid());
        boolean ready = pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
        if (ready) {
            throw new StaleViewException("Pod " + step.pod() + " is Ready by now");
        }
        delete(pod);
        return true;
    }

    boolean end(Step.EndRemoved step, Names names) {
        checkNoMembers(List.of(step.id()), step.leader());
        delete(pod(names, step.pod(), step.uid()));
        return true;
    }

    private Pod pod(Names names, String name, String uid) {
        Pod pod = api.client().pods().inNamespace(names.namespace()).withName(name).get();
        if (pod == null || !pod.getMetadata().getUid().equals(uid)
                || pod.getMetadata().getDeletionTimestamp() != null) {
            throw new StaleViewException("Pod " + name + " is another one by now");
        }
        return pod;
    }

    /** The version that was just read, and with it the uid, is a precondition. */
    private void delete(HasMetadata live) {
        api.client().resource(live).lockResourceVersion(live.getMetadata().getResourceVersion()).delete();
    }

    /** Whoever is a member by now, or may become one by a change under way, keeps its claim. */
    boolean giveUp(Step.GiveUpClaims step, Names names) {
        checkNoMembers(step.ids(), step.leader());
        step.claims().forEach(claim -> api.patchClaim(names, claim, api.annotations(Labels.REMOVED, "true")));
        return true;
    }

    boolean keep(Step.KeepClaims step, Names names) {
        step.claims().forEach(claim -> api.patchClaim(names, claim, api.annotations(Labels.REMOVED, null)));
        return true;
    }

    boolean deleteClaim(Step.DeleteClaim step, Names names) {
        checkNoMembers(List.of(step.id()), step.leader());
        PersistentVolumeClaim claim = api.client().persistentVolumeClaims().inNamespace(names.namespace())
                .withName(step.claim()).get();
        if (claim == null || !claim.getMetadata().getUid().equals(step.uid())
                || ApiCalls.annotation(claim, Labels.REMOVED) == null) {
            throw new StaleViewException("claim " + step.claim() + " has changed");
        }
        delete(claim);
        return true;
    }

    /** The storage has the last word, and says what it lacks. */
    boolean grow(Step.GrowVolume step, Names names) {
        PersistentVolumeClaim claim = api.client().persistentVolumeClaims().inNamespace(names.namespace())
                .withName(step.claim()).get();
        if (claim == null || !claim.getMetadata().getUid().equals(step.uid())
                || bytes(claim.getSpec().getResources().getRequests().get("storage"))
                        .compareTo(bytes(Quantity.parse(step.size()))) >= 0) {
            throw new StaleViewException("claim " + step.claim() + " is another one by now, or has grown");
        }
        try {
            api.patchClaim(names, step.claim(), api.request("storage", step.size()));
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != UNPROCESSABLE) {
                throw e;
            }
            throw new StepRefusedException(Problem.Reason.VolumeCannotGrow, "Volume claim " + step.claim()
                    + " can't grow to " + step.size() + ": " + e.getStatus().getMessage()
                    + ". Set spec.storage.size back, or "
                    + "spec.storage.className to a class that allows it, which replaces the members one by one");
        }
    }

    private static BigDecimal bytes(@Nullable Quantity quantity) {
        return quantity == null ? BigDecimal.ZERO : Quantity.getAmountInBytes(quantity);
    }

    boolean raiseLevel(Step.RaiseLevel step, Names names) {
        commands.raiseLevel(step.leader(), step.level(), names);
        return true;
    }

    private void checkNoMembers(List<Integer> ids, Contact leader) {
        Answer now = commands.askLeader(leader);
        if (now.committed().changing() || ids.stream().anyMatch(now.committed()::names)) {
            throw new StaleViewException("one of " + ids + " is a member, or may become one");
        }
    }
}
