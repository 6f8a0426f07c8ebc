package dev.quorate.operator.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.plan.Roles;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Labels Pods with the roles of their members. A label that can't be written costs nothing but itself. */
public final class RoleLabels {
    private static final Logger LOG = LoggerFactory.getLogger(RoleLabels.class);

    private final KubernetesClient client;
    private final ObjectMapper mapper = new ObjectMapper();

    /** The client stays open; it belongs to the caller. */
    public RoleLabels(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Makes the changes in their order. Nobody is called leader while another one still is.
     *
     * @return whether the API server took all of them, but for those of Pods that are gone
     */
    public boolean write(List<Roles.Change> changes, Names names) {
        return write(changes, change -> write(change, names));
    }

    static boolean write(List<Roles.Change> changes, Predicate<Roles.Change> one) {
        boolean all = true;
        boolean stillLed = false;
        for (Roles.Change change : changes) {
            boolean written = !(stillLed && Labels.LEADER.equals(change.role())) && one.test(change);
            stillLed |= change.led() && !written;
            all &= written;
        }
        return all;
    }

    private boolean write(Roles.Change change, Names names) {
        ObjectNode patch = mapper.createObjectNode();
        // With the uid a role can't land on a Pod that was made again meanwhile.
        ApiCalls.metadata(patch).put("uid", change.uid()).withObjectProperty("labels").put(Labels.ROLE, change.role());
        try {
            client.pods().inNamespace(names.namespace()).withName(change.pod())
                    .patch(ApiCalls.merge(Actuator.LABELS_MANAGER), patch.toString());
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return true;
            }
            LOG.warn("{}/{} can't be labelled with its role: {}", names.namespace(), change.pod(), e.getMessage());
            return false;
        }
    }
}
