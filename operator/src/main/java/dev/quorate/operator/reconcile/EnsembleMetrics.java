package dev.quorate.operator.reconcile;

import dev.quorate.crds.Condition;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Decision;
import dev.quorate.operator.plan.Identities;
import dev.quorate.operator.plan.Membership;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.PodSeen;
import dev.quorate.operator.plan.Problem;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the operator sees of each ensemble, for Prometheus. An ensemble that is gone is not shown any more, and of
 * several operators only the one that is at work shows any.
 */
final class EnsembleMetrics extends Collector implements Collector.Describable {
    private static final String PREFIX = "quorate_ensemble_";
    private static final double MS_PER_SECOND = 1000;
    private static final List<String> LABELS = List.of("namespace", "ensemble");

    /** One number of each ensemble. */
    private record Shown(String name, String help, ToDoubleFunction<View> value) {}

    private static final List<Shown> NUMBERS = List.of(
            new Shown("desired_members", "Members that the spec asks for.", View::desired),
            new Shown("members", "Members that there are, those that are being added included.", View::members),
            new Shown("ready_members", "Members that are in sync in a quorum and whose Pod is Ready.", View::ready),
            new Shown("in_sync_members", "Members that are in sync in a quorum by their own word.", View::inSync),
            new Shown("voters", "Members that vote.", View::voters),
            new Shown("updated_members",
                    "Members that run what the spec says now; fewer than there are while a roll goes on.",
                    View::updated),
            new Shown("leader_id", "The member that leads; 0 while none does.", View::leader));

    /**
     * What was seen last.
     *
     * @param leader 0 for none
     * @param lastLeader who led last; 0 before there was one
     * @param sinceMs since when the present rule speaks
     * @param error reason of the last problem that kept a step from being done
     */
    private record View(int desired, int members, int ready, int inSync, int voters, int updated, int leader,
            int lastLeader, long leaderChanges, String rule, long sinceMs, Map<String, Double> conditions,
            @Nullable String error, double errorAtSeconds) {}

    private final Map<Names, View> views = new ConcurrentHashMap<>();
    private final LongSupplier clockMs;

    /** @param clockMs the clock that observations are dated by */
    EnsembleMetrics(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /**
     * Takes what came of a round.
     *
     * @param failure why the step was not done, where it was not
     */
    void report(Observed seen, Decision decision, EnsembleStatus status, Optional<Problem> failure, Instant now) {
        views.compute(seen.names(), (names, before) -> {
            int leader = leader(seen, status);
            int lastLeader = before == null ? 0 : before.lastLeader();
            boolean another = leader != 0 && lastLeader != 0 && leader != lastLeader;
            boolean sameStep = before != null && before.rule().equals(decision.rule());
            return new View(seen.spec().replicas(), status.replicas(), status.readyMembers(),
                    (int) seen.freshAnswers().stream().filter(Answer::inSync).count(), voters(seen), updated(seen),
                    leader, leader == 0 ? lastLeader : leader,
                    (before == null ? 0 : before.leaderChanges()) + (another ? 1 : 0), decision.rule(),
                    before != null && sameStep ? before.sinceMs() : seen.nowMs(), conditions(status),
                    failure.map(problem -> problem.reason().name()).orElse(before == null ? null : before.error()),
                    failure.map(problem -> now.toEpochMilli() / MS_PER_SECOND)
                            .orElse(before == null ? 0.0 : before.errorAtSeconds()));
        });
    }

    private static int leader(Observed seen, EnsembleStatus status) {
        return seen.pods().values().stream().filter(pod -> pod.name().equals(status.leader())).map(PodSeen::id)
                .findFirst().orElse(0);
    }

    private static int voters(Observed seen) {
        return Identities.of(seen).map(identity -> Membership.of(seen, identity).voters().size()).orElse(0);
    }

    private static int updated(Observed seen) {
        return (int) seen.pods().values().stream().filter(pod -> seen.inputHash().equals(pod.inputHash())).count();
    }

    private static Map<String, Double> conditions(EnsembleStatus status) {
        var conditions = new TreeMap<String, Double>();
        for (Condition condition : status.conditions()) {
            conditions.put(condition.type(), switch (condition.status()) {
                case True -> 1.0;
                case False -> 0.0;
                case Unknown -> -1.0;
            });
        }
        return conditions;
    }

    void forget(Names names) {
        views.remove(names);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        return families(sorted());
    }

    /** Names and meanings, where there is no ensemble yet. */
    @Override
    public List<MetricFamilySamples> describe() {
        return families(Map.of());
    }

    private Map<Names, View> sorted() {
        var sorted = new TreeMap<Names, View>(Comparator.comparing(Names::namespace).thenComparing(Names::ensemble));
        sorted.putAll(views);
        return sorted;
    }

    private List<MetricFamilySamples> families(Map<Names, View> of) {
        var families = new ArrayList<MetricFamilySamples>();
        for (Shown number : NUMBERS) {
            var family = new GaugeMetricFamily(PREFIX + number.name(), number.help(), LABELS);
            of.forEach((names, view) -> family.addMetric(labels(names), number.value().applyAsDouble(view)));
            families.add(family);
        }
        var changes = new CounterMetricFamily(PREFIX + "leader_changes",
                "How often another member leads than the one before, as far as this operator saw it.", LABELS);
        var conditions = labelled("condition", "1 if the condition is True, 0 if False, -1 if Unknown.", "condition");
        var step = labelled("step_seconds", "For how long the present rule speaks, wait and done included.", "rule");
        var error = labelled("last_error_timestamp_seconds",
                "When a step could not be done for the last time, and why; in seconds since 1970.", "reason");
        of.forEach((names, view) -> {
            changes.addMetric(labels(names), (double) view.leaderChanges());
            view.conditions().forEach((type, value) -> conditions.addMetric(labels(names, type), value));
            step.addMetric(labels(names, view.rule()), (clockMs.getAsLong() - view.sinceMs()) / MS_PER_SECOND);
            String reason = view.error();
            if (reason != null) {
                error.addMetric(labels(names, reason), view.errorAtSeconds());
            }
        });
        families.addAll(List.of(changes, conditions, step, error));
        return families;
    }

    private static GaugeMetricFamily labelled(String name, String help, String label) {
        return new GaugeMetricFamily(PREFIX + name, help, List.of("namespace", "ensemble", label));
    }

    private static List<String> labels(Names names, String... more) {
        var labels = new ArrayList<>(List.of(names.namespace(), names.ensemble()));
        labels.addAll(List.of(more));
        return labels;
    }
}
