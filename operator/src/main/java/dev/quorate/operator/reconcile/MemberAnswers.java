package dev.quorate.operator.reconcile;

import dev.quorate.crds.Ensemble;
import dev.quorate.operator.act.AdminClient;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.PodSeen;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks members how they are, again and again, outside of any round: often while something is going on, seldom while all
 * is settled. The leader of a settled ensemble is asked more often than the others, and all of them as soon as it does
 * not answer, so that a change of the leader is seen within a second. It wakes a round only when an answer says
 * something else than the one before.
 */
final class MemberAnswers extends AbstractEventSource<Answer, Ensemble> implements ResourceEventAware<Ensemble> {
    /** How often members are asked. */
    record Pace(Duration busy, Duration settled) {}

    /** A failure has to happen twice before it counts: a single lost packet is no news. */
    private static final int FAILURES_THAT_COUNT = 2;

    private static final long LONG_AGO_MS = Long.MIN_VALUE / 2;

    /** So often a leader is asked in any case; whoever asks for a change of the leader is told of it at once. */
    private static final long LEADER_PERIOD_MS = 400;

    private static final Logger LOG = LoggerFactory.getLogger(MemberAnswers.class);

    private final AdminClient admin;
    private final LongSupplier clockMs;
    private final Pace pace;
    private final Consumer<Ensemble> gone;
    private final Map<ResourceID, Ensembled> ensembles = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("member-answers").daemon().factory());

    /** @param gone hears of every Ensemble that was deleted */
    MemberAnswers(AdminClient admin, LongSupplier clockMs, Pace pace, Consumer<Ensemble> gone) {
        super(Answer.class, "member-answers");
        this.gone = gone;
        this.admin = admin;
        this.clockMs = clockMs;
        this.pace = pace;
    }

    @Override
    public void start() {
        super.start();
        long periodMs = pace.busy().toMillis();
        var unused = timer.scheduleWithFixedDelay(this::askAllDue, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        super.stop();
        timer.shutdownNow();
        admin.close();
    }

    @Override
    public Set<Answer> getSecondaryResources(Ensemble primary) {
        return Set.copyOf(of(ResourceID.fromResource(primary), List.of()).values());
    }

    @Override
    public void onResourceDeleted(Ensemble ensemble) {
        ensembles.remove(ResourceID.fromResource(ensemble));
        gone.accept(ensemble);
    }

    /** The last answers of these Pods, by member id. */
    SortedMap<Integer, Answer> of(ResourceID ensemble, Collection<PodSeen> pods) {
        var answers = new TreeMap<Integer, Answer>();
        Ensembled asked = ensembles.get(ensemble);
        if (asked != null) {
            for (PodSeen pod : pods) {
                Answer answer = asked.answer(pod.id());
                if (answer != null && answer.podUid().equals(pod.uid())) {
                    answers.put(pod.id(), answer);
                }
            }
        }
        return answers;
    }

    /** From now on asks these Pods, and no others of the ensemble. */
    void follow(ResourceID ensemble, Collection<PodSeen> pods, boolean settled) {
        Ensembled asked = ensembles.computeIfAbsent(ensemble, unknown -> new Ensembled());
        asked.pods = List.copyOf(pods);
        asked.settled = settled;
    }

    private void askAllDue() {
        try {
            long nowMs = clockMs.getAsLong();
            ensembles.forEach((id, asked) -> {
                boolean leaderDue = nowMs - asked.leaderAskedAtMs >= LEADER_PERIOD_MS;
                if (!asked.settled || nowMs - asked.askedAtMs >= pace.settled().toMillis()
                        || (leaderDue && asked.doubtsLeader())) {
                    asked.askedAtMs = nowMs;
                    asked.leaderAskedAtMs = nowMs;
                    asked.pods.forEach(pod -> ask(id, asked, pod));
                } else if (leaderDue) {
                    asked.leaderAskedAtMs = nowMs;
                    asked.leader().ifPresent(pod -> ask(id, asked, pod));
                }
            });
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again, and the operator would be blind.
            LOG.error("Members could not be asked; trying again", e);
        }
    }

    private void ask(ResourceID id, Ensembled asked, PodSeen pod) {
        String ip = pod.ip();
        if (ip == null || !asked.inFlight.add(pod.uid())) {
            return;
        }
        var unused = admin.status(ip, Desired.adminPort(), pod.uid(), clockMs.getAsLong())
                .handle((answer, failure) -> {
                    asked.inFlight.remove(pod.uid());
                    if (asked.take(pod.id(), answer) && ensembles.get(id) == asked && isRunning()) {
                        asked.askedAtMs = LONG_AGO_MS; // what one says anew, others may soon say, too
                        getEventHandler().handleEvent(new Event(id));
                    }
                    return null;
                });
    }

    /** What was asked and answered of one ensemble. */
    private static final class Ensembled {
        private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> failures = new ConcurrentHashMap<>();
        private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
        private volatile List<PodSeen> pods = List.of();
        private volatile boolean settled;
        private volatile long askedAtMs = LONG_AGO_MS;
        private volatile long leaderAskedAtMs = LONG_AGO_MS;

        /** The Pod of the one who said last that it leads. */
        Optional<PodSeen> leader() {
            return pods.stream().filter(pod -> {
                Answer answer = answers.get(pod.id());
                return answer != null && answer.role() == Role.LEADER && answer.podUid().equals(pod.uid());
            }).findFirst();
        }

        /** Whether nobody leads as far as is known, or the leader did not answer, or takes its time for it. */
        boolean doubtsLeader() {
            return leader().filter(pod -> !failures.containsKey(pod.id()) && !inFlight.contains(pod.uid())).isEmpty();
        }

        @Nullable
        Answer answer(int id) {
            return answers.get(id);
        }

        /** Keeps an answer, or null for a failure, and says whether it tells anything new. */
        boolean take(int id, @Nullable Answer answer) {
            if (answer == null) {
                int inARow = failures.merge(id, 1, Integer::sum);
                return inARow >= FAILURES_THAT_COUNT && answers.remove(id) != null;
            }
            failures.remove(id);
            Answer before = answers.put(id, answer);
            return before == null || !Objects.equals(before.at(0), answer.at(0));
        }
    }
}
