package dev.quorate.operator.reconcile;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Condition.Status;
import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.operator.desired.InputHash;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people about transitions of conditions. What happens again is counted on the Event that is there. An Event that
 * can't be written costs nothing but itself.
 */
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final KubernetesClient client;

    Events(KubernetesClient client) {
        this.client = client;
    }

    /** Writes an Event for each condition whose status or reason changed. */
    void transitions(Ensemble ensemble, @Nullable EnsembleStatus before, EnsembleStatus after, Instant now) {
        for (Condition condition : after.conditions()) {
            Optional<Condition> old = before == null
                    ? Optional.empty()
                    : before.conditions().stream().filter(other -> other.type().equals(condition.type())).findFirst();
            if (isNews(old, condition)) {
                write(ensemble, condition, now);
            }
        }
    }

    private static boolean isNews(Optional<Condition> old, Condition condition) {
        // What is being done moves with every step and stands in the log; whether it ended is news.
        boolean passing = condition.type().equals("Progressing") && condition.status() == Status.True;
        return !passing && (old.isEmpty()
                ? condition.status() == Status.True
                : old.get().status() != condition.status() || !old.get().reason().equals(condition.reason()));
    }

    private void write(Ensemble ensemble, Condition condition, Instant now) {
        try {
            Event event = event(ensemble, condition, now);
            var resource = client.v1().events().inNamespace(event.getMetadata().getNamespace())
                    .withName(event.getMetadata().getName());
            try {
                client.resource(event).create();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                resource.edit(old -> new EventBuilder(old).withCount(old.getCount() == null ? 2 : old.getCount() + 1)
                        .withMessage(event.getMessage()).withLastTimestamp(now.toString()).build());
            }
        } catch (KubernetesClientException e) {
            LOG.warn("{} of {} could not be written as an Event: {}", condition.reason(),
                    ensemble.getMetadata().getName(), e.getMessage());
        }
    }

    private static Event event(Ensemble ensemble, Condition condition, Instant now) {
        String key = InputHash.ofText(ensemble.getMetadata().getUid() + condition.type() + condition.status()
                + condition.reason());
        return new EventBuilder().withNewMetadata().withName(ensemble.getMetadata().getName() + "." + key)
                .withNamespace(ensemble.getMetadata().getNamespace()).endMetadata()
                .withType(isGood(condition) ? "Normal" : "Warning").withReason(condition.reason())
                .withMessage(condition.type() + " is " + condition.status() + ": " + condition.message())
                .withCount(1).withFirstTimestamp(now.toString()).withLastTimestamp(now.toString())
                .withNewSource().withComponent("quorate-operator").endSource()
                .withReportingComponent("quorate.dev/operator").withReportingInstance("quorate-operator")
                .withAction("Report").withNewInvolvedObject().withApiVersion(ensemble.getApiVersion())
                .withKind(Ensemble.KIND).withName(ensemble.getMetadata().getName())
                .withNamespace(ensemble.getMetadata().getNamespace()).withUid(ensemble.getMetadata().getUid())
                .endInvolvedObject().build();
    }

    private static boolean isGood(Condition condition) {
        return switch (condition.type()) {
            case "Degraded" -> condition.status() == Status.False;
            case "Progressing" -> condition.reason().equals("Settled");
            default -> condition.status() == Status.True;
        };
    }
}
