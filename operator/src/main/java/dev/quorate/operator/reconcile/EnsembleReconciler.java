package dev.quorate.operator.reconcile;

import dev.quorate.crds.Ensemble;
import dev.quorate.crds.EnsembleStatus;
import dev.quorate.operator.act.Actuator;
import dev.quorate.operator.act.AdminClient;
import dev.quorate.operator.act.RoleLabels;
import dev.quorate.operator.act.StaleViewException;
import dev.quorate.operator.act.StepRefusedException;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.plan.Decision;
import dev.quorate.operator.plan.Observed;
import dev.quorate.operator.plan.Planner;
import dev.quorate.operator.plan.Problem;
import dev.quorate.operator.plan.Roles;
import dev.quorate.operator.plan.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Histogram;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round: observe, plan, act, report. Then it waits for the next event, or looks again by itself after a while. */
@ControllerConfiguration(name = EnsembleReconciler.NAME, generationAwareEventProcessing = false,
        fieldManager = Actuator.FIELD_MANAGER)
public final class EnsembleReconciler implements Reconciler<Ensemble> {
    /** The name of the controller. */
    public static final String NAME = "ensemble";

    /** Nothing may have told of a change. */
    private static final Duration RESYNC = Duration.ofSeconds(30);

    /** The step changed something: there may be more to do. */
    private static final Duration NEXT_STEP = Duration.ofMillis(1);

    /** The step was decided on old news: the caches catch up in a moment. */
    private static final Duration STALE = Duration.ofMillis(100);

    /** Nothing is to be done now, but soon. */
    private static final Duration PASSING = Duration.ofSeconds(1);

    /** Somebody refused the step, who may allow it in a moment. */
    private static final Duration REFUSED = Duration.ofSeconds(1);

    /** The step changed nothing although it should have: do not spin. */
    private static final Duration NO_EFFECT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(EnsembleReconciler.class);

    private final Actuator actuator;
    private final RoleLabels roles;
    private final Events events;
    private final Metrics metrics;
    private final EnsembleMetrics ensembles;
    private final MemberAnswers answers;
    private final Spells spells = new Spells();
    private final KubernetesClient client;
    private @Nullable Observation observation;

    /**
     * @param busyPoll how often members are asked while something is going on
     * @param settledPoll how often they are asked otherwise
     */
    public EnsembleReconciler(KubernetesClient client, CollectorRegistry registry, Duration busyPoll,
            Duration settledPoll) {
        this.client = client;
        var admin = new AdminClient();
        this.actuator = new Actuator(client, admin);
        this.roles = new RoleLabels(client);
        this.events = new Events(client);
        this.metrics = new Metrics(registry);
        this.ensembles = new EnsembleMetrics(EnsembleReconciler::monotonicMs).register(registry);
        this.answers = new MemberAnswers(admin, EnsembleReconciler::monotonicMs,
                new MemberAnswers.Pace(busyPoll, settledPoll),
                this::forget);
    }

    private void forget(Ensemble ensemble) {
        ensembles.forget(names(ensemble));
        spells.forget(ResourceID.fromResource(ensemble));
    }

    private static Names names(Ensemble ensemble) {
        return new Names(ensemble.getMetadata().getNamespace(), ensemble.getMetadata().getName());
    }

    private static long monotonicMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public List<EventSource<?, Ensemble>> prepareEventSources(EventSourceContext<Ensemble> context) {
        var caches = new Caches(context);
        observation = new Observation(client, caches, answers, spells, EnsembleReconciler::monotonicMs,
                System::currentTimeMillis);
        var sources = new ArrayList<>(caches.eventSources());
        sources.add(answers);
        return sources;
    }

    @Override
    public UpdateControl<Ensemble> reconcile(Ensemble ensemble, Context<Ensemble> context) {
        Histogram.Timer round = metrics.startRound();
        try {
            Observed seen = Objects.requireNonNull(observation, "event sources come first").of(ensemble);
            boolean labelled = roles.write(Roles.changes(seen), seen.names());
            Decision decision = Planner.plan(seen);
            Outcome outcome = act(seen, decision);
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            EnsembleStatus status = StatusWriter.status(seen, outcome.instead(decision), outcome.problem(),
                    ensemble.getStatus(), ensemble.getMetadata().getGeneration(), now);
            answers.follow(ResourceID.fromResource(ensemble), seen.pods().values(),
                    decision.step() instanceof Step.Done);
            ensembles.report(seen, decision, status, outcome.problem(), now);
            report(ensemble, status, context);
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
            return UpdateControl.<Ensemble>noUpdate()
                    .rescheduleAfter(labelled ? outcome.next() : soonest(outcome.next(), PASSING));
        } catch (RuntimeException e) {
            metrics.roundFailed();
            throw e;
        } finally {
            round.observeDuration();
        }
    }

    private static Duration soonest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * What came of a step.
     *
     * @param problem why it was not done
     * @param failure to be thrown, so that the round is tried again, later and later
     */
    private record Outcome(Duration next, Optional<Problem> problem, @Nullable KubernetesClientException failure) {
        static Outcome of(Duration next) {
            return new Outcome(next, Optional.empty(), null);
        }

        /** What waits for a human is no progress. */
        Decision instead(Decision decision) {
            return problem.filter(refused -> refused.gravity() == Problem.Gravity.ASKS_A_HUMAN)
                    .map(refused -> new Decision(decision.rule(), new Step.Wait(refused))).orElse(decision);
        }

        static Outcome failed(KubernetesClientException e) {
            return new Outcome(RESYNC, Optional.of(
                    new Problem(Problem.Reason.StepFailed, "The API server refused: " + e.getMessage())), e);
        }
    }

    private Outcome act(Observed seen, Decision decision) {
        Step step = decision.step();
        if (step instanceof Step.Wait wait) {
            return Outcome.of(passes(wait.until()) ? PASSING : RESYNC);
        }
        if (step instanceof Step.Done) {
            return Outcome.of(RESYNC);
        }
        LOG.info("{}/{}: {} ({})", seen.names().namespace(), seen.names().ensemble(), step.summary(), decision.rule());
        try {
            boolean changed = actuator.perform(step, seen.names(), seen.owner());
            metrics.performed(decision.rule());
            return Outcome.of(changed ? NEXT_STEP : NO_EFFECT);
        } catch (StaleViewException e) {
            LOG.info("{}/{}: not done, {}", seen.names().namespace(), seen.names().ensemble(), e.getMessage());
            return Outcome.of(STALE);
        } catch (StepRefusedException e) {
            LOG.info("{}/{}: {}", seen.names().namespace(), seen.names().ensemble(), e.getMessage());
            return new Outcome(passes(e.problem()) ? REFUSED : RESYNC, Optional.of(e.problem()), null);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                LOG.info("{}/{}: changed meanwhile, {}", seen.names().namespace(), seen.names().ensemble(),
                        e.getMessage());
                return Outcome.of(STALE);
            }
            metrics.failed(decision.rule());
            return Outcome.failed(e);
        }
    }

    /** What gets better by itself is looked at again soon: time alone may be what it waits for. */
    private static boolean passes(Problem until) {
        return switch (until.gravity()) {
            case PASSING, PLANNED -> true;
            case BROKEN, ASKS_A_HUMAN, LATER -> false;
        };
    }

    /** An unchanged status is not written. */
    private void report(Ensemble ensemble, EnsembleStatus status, Context<Ensemble> context) {
        EnsembleStatus before = ensemble.getStatus();
        if (status.equals(before)) {
            return;
        }
        var report = new Ensemble();
        // With the uid a status can't land on an Ensemble that was made again meanwhile.
        report.setMetadata(new ObjectMetaBuilder().withName(ensemble.getMetadata().getName())
                .withNamespace(ensemble.getMetadata().getNamespace()).withUid(ensemble.getMetadata().getUid()).build());
        report.setStatus(status);
        try {
            context.resourceOperations().serverSideApplyPrimaryStatus(report);
        } catch (KubernetesClientException e) {
            if (isGone(e)) {
                LOG.info("{}/{} is gone, nothing is reported", report.getMetadata().getNamespace(),
                        report.getMetadata().getName());
                return;
            }
            throw e;
        }
        events.transitions(ensemble, before, status, Instant.now());
    }

    /** Deleted, or made again under another uid. */
    private static boolean isGone(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }
}
