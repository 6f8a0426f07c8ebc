package dev.quorate.operator.reconcile;

import dev.quorate.crds.Condition;
import dev.quorate.crds.Condition.Status;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.operator.desired.Names;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the operator counts of itself, and what it sees of ensembles, for Prometheus. */
final class Metrics {
    private static final List<String> CONDITIONS = List.of("Available", "Ready", "Progressing", "Degraded",
            "Initialized");

    private final Histogram rounds;
    private final Counter steps;
    private final Counter failures;
    private final Gauge conditions;
    private final Gauge readyMembers;
    private final Map<Names, Boolean> ensembles = new ConcurrentHashMap<>();

    Metrics(CollectorRegistry registry) {
        rounds = Histogram.build("quorate_operator_reconcile_seconds", "Duration of a round.")
                .buckets(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3).register(registry);
        steps = Counter.build("quorate_operator_steps_total", "Steps by the rule that asked for them.")
                .labelNames("rule").register(registry);
        failures = Counter.build("quorate_operator_step_failures_total", "Steps that the API server refused.")
                .labelNames("rule").register(registry);
        conditions = Gauge
                .build("quorate_operator_ensemble_condition", "1 if the condition is True, 0 if False, -1 if Unknown.")
                .labelNames("namespace", "ensemble", "condition").register(registry);
        readyMembers = Gauge.build("quorate_operator_ensemble_ready_members", "Members in sync in a quorum.")
                .labelNames("namespace", "ensemble").register(registry);
    }

    Histogram.Timer startRound() {
        return rounds.startTimer();
    }

    void performed(String rule) {
        steps.labels(rule).inc();
    }

    void failed(String rule) {
        failures.labels(rule).inc();
    }

    void report(Names names, EnsembleStatus status) {
        ensembles.put(names, true);
        for (Condition condition : status.conditions()) {
            conditions.labels(names.namespace(), names.ensemble(), condition.type())
                    .set(condition.status() == Status.True ? 1 : condition.status() == Status.False ? 0 : -1);
        }
        readyMembers.labels(names.namespace(), names.ensemble()).set(status.readyMembers());
    }

    void forget(Names names) {
        if (ensembles.remove(names) != null) {
            CONDITIONS.forEach(type -> conditions.remove(names.namespace(), names.ensemble(), type));
            readyMembers.remove(names.namespace(), names.ensemble());
        }
    }
}
