package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** All that an ensemble shall consist of. */
public record Desired(Names names, Owner owner, EnsembleSpec spec, Identity identity) {
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
        return List.of(Access.client(names, owner), Budgets.budget(names, owner, voters));
    }

    /** The configuration of the members. */
    public ConfigMap config() {
        return Configs.config(names, owner, spec, identity);
    }

    /** The claim of a founding member. */
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

    /** Hash of what a member takes up only with a restart. */
    public String inputHash() {
        return InputHash.of(spec);
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
