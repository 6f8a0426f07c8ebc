package dev.quorate.operator.reconcile;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What the operator counts of itself, for Prometheus. */
final class Metrics {
    private final Histogram rounds;
    private final Counter errors;
    private final Counter steps;
    private final Counter failures;

    Metrics(CollectorRegistry registry) {
        rounds = Histogram.build("quorate_operator_reconcile_seconds", "Duration of a round, in seconds.")
                .buckets(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3).register(registry);
        errors = Counter.build("quorate_operator_reconcile_errors_total",
                "Rounds that ended in an error; they are tried again.").register(registry);
        steps = Counter.build("quorate_operator_steps_total", "Steps that were done, by the rule that asked for them.")
                .labelNames("rule").register(registry);
        failures = Counter.build("quorate_operator_step_failures_total", "Steps that the API server refused, by rule.")
                .labelNames("rule").register(registry);
    }

    Histogram.Timer startRound() {
        return rounds.startTimer();
    }

    void roundFailed() {
        errors.inc();
    }

    void performed(String rule) {
        steps.labels(rule).inc();
    }

    void failed(String rule) {
        failures.labels(rule).inc();
    }
}
