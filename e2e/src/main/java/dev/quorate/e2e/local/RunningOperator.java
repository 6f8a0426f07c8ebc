package dev.quorate.e2e.local;

import dev.quorate.operator.Operator;
import dev.quorate.operator.Settings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator in this very process, with a client of its own. */
final class RunningOperator {
    private static final Logger LOG = LoggerFactory.getLogger(RunningOperator.class);

    private final KubernetesClient client;
    private final Operator operator;
    private final AtomicBoolean ended;

    private RunningOperator(KubernetesClient client, Operator operator, AtomicBoolean ended) {
        this.client = client;
        this.operator = operator;
        this.ended = ended;
    }

    static RunningOperator start(KubernetesClient client, Settings settings) {
        var ended = new AtomicBoolean();
        var operator = Operator.start(client, settings, cause -> {
            if (!ended.get()) {
                LOG.error("The operator can't watch the API server any more", cause);
            }
        });
        return new RunningOperator(client, operator, ended);
    }

    /** Ends it in the middle of whatever it does. */
    void crash() {
        ended.set(true);
        client.close(); // first: from here on it can write no more
        operator.close();
    }
}
