package dev.quorate.operator.plan;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.operator.desired.InputHash;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is seen of one ensemble in one moment.
 *
 * @param nowMs the moment, on the clock that {@link Answer#atMs} is of
 * @param founded the cluster that the Ensemble is marked as founded of
 * @param foundAgain consent to found anew
 * @param claims by member id
 * @param pods by member id
 * @param answers by member id, of the present Pods only
 * @param objects the other objects with names of ours, whoever made them, and every ConfigMap of the ensemble
 * @param asides what only some rules look at
 */
public record Observed(long nowMs, Names names, Owner owner, EnsembleSpec spec, @Nullable String founded,
        @Nullable String foundAgain, SortedMap<Integer, ClaimSeen> claims, SortedMap<Integer, PodSeen> pods,
        SortedMap<Integer, Answer> answers, List<HasMetadata> objects, Asides asides) {
    /** An answer older than this says nothing about now: three polls of a settled ensemble. */
    public static final long ANSWER_LIFE_MS = 15_000;

    private static final long JUST_NOW_MS = 3_000;

    /**
     * What only some rules look at.
     *
     * @param time of day, by the operator's clock
     * @param replace ids of members that somebody asked to replace
     * @param steadyMs for how long each member serves, or does not, without a break, as far as this operator saw it;
     *     by member id
     */
    public record Asides(Instant time, SortedSet<Integer> replace, SortedMap<Integer, Long> steadyMs) {
        /** Nobody is to be replaced, and nothing is known of the past. */
        public static final Asides NONE = new Asides(Instant.EPOCH, new TreeSet<>(), new TreeMap<>());

        public Asides {
            replace = Collections.unmodifiableSortedSet(new TreeSet<>(replace));
            steadyMs = Collections.unmodifiableSortedMap(new TreeMap<>(steadyMs));
        }

        /** For how long a member is as it is. */
        long steadyMs(int id) {
            return steadyMs.getOrDefault(id, 0L);
        }
    }

    /** A picture without asides. */
    public Observed(long nowMs, Names names, Owner owner, EnsembleSpec spec, @Nullable String founded,
            @Nullable String foundAgain, SortedMap<Integer, ClaimSeen> claims, SortedMap<Integer, PodSeen> pods,
            SortedMap<Integer, Answer> answers, List<HasMetadata> objects) {
        this(nowMs, names, owner, spec, founded, foundAgain, claims, pods, answers, objects, Asides.NONE);
    }

    public Observed {
        claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
        pods = Collections.unmodifiableSortedMap(new TreeMap<>(pods));
        answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
        objects = List.copyOf(objects);
    }

    /** The same with what only some rules look at. */
    public Observed with(Asides others) {
        return new Observed(nowMs, names, owner, spec, founded, foundAgain, claims, pods, answers, objects, others);
    }

    /** The answer of a member that speaks of now, in words that the operator understands. */
    public Optional<Answer> answer(int id) {
        return Optional.ofNullable(answers.get(id)).filter(answer -> nowMs - answer.atMs() <= ANSWER_LIFE_MS
                && answer.apiVersion().equals(Answer.API_VERSION));
    }

    /** Whether the member answered just now: what is done of free will is not decided on anything older. */
    public boolean isAsked(int id) {
        return answer(id).filter(answer -> nowMs - answer.atMs() <= JUST_NOW_MS).isPresent();
    }

    /** Hash of what a member takes up only with a restart. */
    public String inputHash() {
        return InputHash.of(spec);
    }

    /** The answers that speak of now. */
    public List<Answer> freshAnswers() {
        return answers.keySet().stream().flatMap(id -> answer(id).stream()).toList();
    }

    /** The claims whose members are not removed. */
    public Collection<ClaimSeen> memberClaims() {
        return claims.values().stream().filter(claim -> !claim.removed()).toList();
    }

    /** A live object of the kind and name of the given one. */
    public Optional<HasMetadata> live(HasMetadata like) {
        return live(like.getKind(), like.getMetadata().getName());
    }

    /** A live object by kind and name. */
    public Optional<HasMetadata> live(String kind, String name) {
        return objects.stream()
                .filter(object -> object.getKind().equals(kind) && object.getMetadata().getName().equals(name))
                .findFirst();
    }
}
