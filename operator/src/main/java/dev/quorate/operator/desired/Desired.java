package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;

/**
 * All that an ensemble shall consist of.
 *
 * @param seeds ids of the members that the configuration names: the founders, who found it together, later those by
 *     whom a new member finds the others
 */
public record Desired(Names names, Owner owner, EnsembleSpec spec, Identity identity, List<Integer> seeds) {
    public Desired {
        seeds = List.copyOf(seeds);
    }

    /** What a Pod needs to be there before it starts, the Secret excepted. */
    public List<HasMetadata> prerequisites() {
        return List.of(Access.serviceAccount(names, owner), Access.members(names, owner), config());
    }

    /**
     * What makes the ensemble reachable and keeps it safe.
     *
     * @param voters how many members vote now
     */
    public List<HasMetadata> surroundings(int voters) {
        return List.of(Access.client(names, owner), Access.leader(names, owner), Access.metrics(names, owner),
                Budgets.budget(names, owner, voters));
    }

    /** How applications connect. It is made once and never changes. */
    public Secret binding() {
        return Binding.secret(names, owner);
    }

    /** The configuration of the members. */
    public ConfigMap config() {
        return Configs.config(names, owner, spec, seeds);
    }

    /** The claim of a member. */
    public PersistentVolumeClaim claim(int id) {
        return Claims.claim(names, owner, spec, identity, id);
    }

    /**
     * The Pod of a member.
     *
     * @param claimUid uid of its claim, by which the member knows a copied disk
     * @param founded whether the ensemble is known to be founded, so that an empty disk must not found it again
     */
    public Pod pod(int id, String claimUid, boolean founded) {
        return Pods.pod(this, id, claimUid, founded);
    }

    /** A member as a change of the configuration names it. */
    public String memberLine(int id, boolean voter) {
        return ServerConfig.memberLine(names, id, voter);
    }

    /** The address at which clients reach a member. */
    public static String clientEndpoint(Names names, int id) {
        return names.host(id) + ":" + ServerConfig.CLIENT_PORT;
    }

    /** The port of the admin API of every member. */
    public static int adminPort() {
        return ServerConfig.ADMIN_PORT;
    }
}
