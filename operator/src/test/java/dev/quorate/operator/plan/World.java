package dev.quorate.operator.plan;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Credentials;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model of a cluster: what Kubernetes, nodes and members do, as far as the planner can tell. It performs steps with
 * the live checks that the actuator makes, and fails on what must never happen.
 */
final class World {
    static final Names NAMES = new Names("ns", "zk");
    private static final int NODES = 3;

    /** A volume. Its content outlives Pods. */
    private static final class Claim {
        final String uid;
        final Identity identity;
        @Nullable
        String foundedMark;
        boolean owned;
        @Nullable
        String node;
        int version;
        /** Where a server process runs on it in truth, whatever the API server says. */
        @Nullable
        String processNode;
        @Nullable
        String diskOf;

        Claim(String uid, Identity identity, boolean owned) {
            this.uid = uid;
            this.identity = identity;
            this.owned = owned;
        }
    }

    private static final class Member {
        final String uid;
        final Pod pod;
        @Nullable
        String node;
        boolean ended;
        @Nullable
        String voterLabel;
        @Nullable
        String roleLabel;

        Member(String uid, Pod pod) {
            this.uid = uid;
            this.pod = pod;
        }
    }

    EnsembleSpec spec;
    private Owner owner;
    private @Nullable String founded;
    private final SortedMap<Integer, Claim> claims = new TreeMap<>();
    private final SortedMap<Integer, Member> pods = new TreeMap<>();
    private final Map<String, HasMetadata> objects = new TreeMap<>();
    private final Set<String> downNodes = new TreeSet<>();
    private final List<String> foundings = new ArrayList<>();
    private final Set<String> lostClaims = new TreeSet<>();
    private long nowMs;
    private int counter;

    World(int replicas, Owner owner) {
        this.spec = spec(replicas, "i:1");
        this.owner = owner;
    }

    static EnsembleSpec spec(int replicas, String image) {
        return new EnsembleSpec(replicas, 7, image, new StorageSpec("1Gi", null, ClaimPolicy.Retain), null, null, null);
    }

    private String uid() {
        return "uid" + ++counter;
    }

    // What happens by itself.

    /** Pods get nodes, members found the ensemble. */
    void settle() {
        nowMs += 1000;
        collectGarbage();
        for (var entry : pods.entrySet()) {
            Member member = entry.getValue();
            Claim claim = claims.get(entry.getKey());
            if (member.node == null && claim != null && !member.ended) {
                // A volume keeps its Pod on its node, as local volumes do; else any node that is up.
                String home = claim.node != null ? claim.node : "node" + entry.getKey() % NODES;
                if (!downNodes.contains(home)) {
                    check(claim.processNode == null, "a second process on " + claim.uid);
                    member.node = home;
                    claim.processNode = home;
                }
            }
        }
        found();
    }

    /** What an old picture made for an Ensemble that is gone goes too. */
    private void collectGarbage() {
        objects.values().removeIf(object -> !owner.controls(object.getMetadata()));
        List.copyOf(pods.entrySet()).stream().filter(pod -> !owner.controls(pod.getValue().pod.getMetadata()))
                .forEach(pod -> podDeleted(pod.getKey()));
    }

    private void found() {
        Claim any = claims.isEmpty() ? null : Objects.requireNonNull(claims.get(claims.firstKey()));
        if (any == null) {
            return;
        }
        boolean unanimous = any.identity.founders().stream().allMatch(id -> runs(id)
                && Objects.requireNonNull(claims.get(id)).diskOf == null
                && env(Objects.requireNonNull(pods.get(id)), "QUORATE_FOUNDED").equals("false"));
        if (unanimous) {
            foundings.add(any.identity.clusterId());
            any.identity.founders().forEach(id -> Objects.requireNonNull(claims.get(id)).diskOf = any.identity
                    .clusterId());
        }
        check(foundings.size() <= 1, "founded twice: " + foundings);
    }

    private static String env(Member member, String name) {
        return member.pod.getSpec().getContainers().getFirst().getEnv().stream()
                .filter(env -> env.getName().equals(name)).findFirst().orElseThrow().getValue();
    }

    private boolean runs(int id) {
        Member member = pods.get(id);
        return member != null && member.node != null && !member.ended && !downNodes.contains(member.node);
    }

    private boolean inSync(int id) {
        Claim claim = claims.get(id);
        return runs(id) && claim != null && claim.diskOf != null && quorumRuns();
    }

    private boolean quorumRuns() {
        long up = claims.keySet().stream()
                .filter(id -> runs(id) && Objects.requireNonNull(claims.get(id)).diskOf != null)
                .count();
        return !claims.isEmpty()
                && up > Objects.requireNonNull(claims.get(claims.firstKey())).identity.founders().size() / 2;
    }

    Set<Integer> serving() {
        var serving = new TreeSet<Integer>();
        claims.keySet().stream().filter(this::inSync).forEach(serving::add);
        return serving;
    }

    // What somebody does.

    void nodeFails(int node) {
        downNodes.add("node" + node);
    }

    void nodesReturn() {
        downNodes.clear();
        // A kubelet that comes back ends what belongs to no Pod.
        claims.forEach((id, claim) -> {
            if (!runs(id)) {
                claim.processNode = null;
            }
        });
    }

    /** Deleted by hand: with a node that answers the process ends first, by force it may live on. */
    void podDeleted(int id) {
        Member member = pods.remove(id);
        Claim claim = claims.get(id);
        if (member != null && claim != null && member.node != null && !downNodes.contains(member.node)) {
            claim.processNode = null;
        }
    }

    void podEnds(int id) {
        Member member = pods.get(id);
        Claim claim = claims.get(id);
        if (member != null && claim != null && runs(id)) {
            member.ended = true;
            claim.processNode = null;
        }
    }

    /** The garbage collector of Pods gives up what was on a node that does not answer; the process may live on. */
    void podGivenUp(int id) {
        Member member = pods.get(id);
        if (member != null && member.node != null && downNodes.contains(member.node)) {
            member.ended = true;
        }
    }

    void claimDeleted(int id) {
        if (!pods.containsKey(id)) {
            Claim claim = claims.remove(id);
            if (claim != null) {
                lostClaims.add(claim.uid);
            }
        }
    }

    void objectDeleted(int index) {
        if (!objects.isEmpty()) {
            objects.remove(List.copyOf(objects.keySet()).get(index % objects.size()));
        }
    }

    /** Deleted with all that it owns, and made again under the same name. */
    void ensembleMadeAgain() {
        List.copyOf(pods.keySet()).forEach(this::podDeleted);
        objects.clear();
        claims.values().forEach(claim -> claim.owned = false);
        owner = new Owner("zk", uid());
        founded = null;
    }

    boolean anyClaimLost() {
        return !lostClaims.isEmpty();
    }

    boolean isFounded() {
        return !foundings.isEmpty();
    }

    // What the operator sees and does.

    Observed look() {
        var seenClaims = new TreeMap<Integer, ClaimSeen>();
        claims.forEach((id, claim) -> seenClaims.put(id, new ClaimSeen(id, NAMES.claim(id), claim.uid,
                Integer.toString(claim.version), claim.identity, claim.foundedMark, false, false,
                claim.owned ? ClaimOwner.THIS_ENSEMBLE : ClaimOwner.NOBODY, claim.node,
                claim.node == null || downNodes.contains(claim.node) ? NodeSeen.NOT_READY : NodeSeen.READY, "1Gi")));
        var seenPods = new TreeMap<Integer, PodSeen>();
        var answers = new TreeMap<Integer, Answer>();
        pods.forEach((id, member) -> {
            seenPods.put(id, new PodSeen(id, NAMES.pod(id), member.uid, "127.0.0.1", member.node,
                    owner.controls(member.pod.getMetadata()), member.ended,
                    member.ended && hasNoProcess(id), false, inSync(id), member.pod.getMetadata().getAnnotations()
                            .get(Labels.INPUT_HASH),
                    member.pod.getSpec().getVolumes().get(1).getConfigMap().getName(), member.voterLabel,
                    member.roleLabel, null));
            if (runs(id)) {
                answers.put(id, answer(id, member));
            }
        });
        return new Observed(nowMs, NAMES, owner, spec, founded, null, seenClaims, seenPods, answers,
                List.copyOf(objects.values()));
    }

    private boolean hasNoProcess(int id) {
        Claim claim = claims.get(id);
        return claim == null || claim.processNode == null;
    }

    private Answer answer(int id, Member member) {
        Identity identity = Objects.requireNonNull(claims.get(id)).identity;
        int leader = quorumRuns() ? serving().iterator().next() : 0;
        Role role = !inSync(id) ? Role.LOOKING : id == leader ? Role.LEADER : Role.FOLLOWER;
        return new Answer(nowMs, member.uid, "v1", "0.1.0", identity.clusterId(), role, leader, 1, 1,
                inSync(id) ? identity.founders() : List.of(), List.of(),
                Objects.requireNonNull(claims.get(id)).diskOf != null, inSync(id), null);
    }

    /** Performs a step as the actuator does; one that was decided on old news may do nothing. */
    void perform(Step step) {
        Set<Integer> before = serving();
        switch (step) {
            case Step.Bootstrap bootstrap -> bootstrap(bootstrap);
            case Step.MakeCredentials credentials -> put(
                    new SecretBuilder(Credentials.secret(NAMES, owner, "k", "t")).withData(
                            Map.of(Credentials.PEER_KEY, "", Credentials.ADMIN_TOKEN, "")).build());
            case Step.StartMembers start -> start.starts().forEach(this::start);
            case Step.ApplyObjects apply -> apply.objects().forEach(this::put);
            case Step.DeleteObject delete -> delete(delete);
            case Step.MarkFounded mark -> mark(mark);
            case Step.NoteNodes note -> note.nodeByClaim().forEach(this::note);
            case Step.OwnClaims own -> own.claims().forEach(
                    change -> claim(change.claim()).owned = change.owner() != null);
            case Step.LabelPods label -> label.labelsByPod().forEach(this::label);
            case Step.Wait wait -> check(!wait.until().message().isBlank(), "a wait without a reason");
            case Step.Done done -> {
            }
        }
        check(serving().containsAll(before), step + " took members away: " + before + " became " + serving());
    }

    private void bootstrap(Step.Bootstrap step) {
        String clusterId = step.identity().clusterId();
        boolean old = clusterId.equals(founded) || claims.values().stream().anyMatch(
                claim -> !claim.identity.clusterId().equals(clusterId) || clusterId.equals(claim.foundedMark));
        if (!old) {
            step.missing().forEach(missing -> {
                int id = Integer.parseInt(missing.getMetadata().getLabels()
                        .get(Labels.MEMBER_ID));
                claims.computeIfAbsent(id, free -> new Claim(uid(), step.identity(), false));
            });
        }
    }

    private void start(Step.StartMembers.Start start) {
        int id = Integer.parseInt(start.pod().getMetadata().getLabels()
                .get(Labels.MEMBER_ID));
        Claim claim = claims.get(id);
        if (claim != null && claim.uid.equals(start.claimUid()) && Objects.equals(claim.node, start.claimNode())
                && !pods.containsKey(id)) {
            check(claim.processNode == null, "member " + id + " is started while its old process runs");
            pods.put(id, new Member(uid(), start.pod()));
        }
    }

    private void put(HasMetadata object) {
        if (object instanceof ConfigMap config) {
            config.getMetadata().setUid("config");
        }
        objects.put(object.getKind() + "/" + object.getMetadata().getName(), object);
    }

    private void delete(Step.DeleteObject step) {
        if (step.kind().equals("Pod")) {
            pods.entrySet().stream().filter(entry -> entry.getValue().uid.equals(step.uid())).findFirst()
                    .ifPresent(entry -> {
                        check(entry.getValue().ended, "a Pod that runs is deleted");
                        pods.remove(entry.getKey());
                    });
        } else {
            objects.remove(step.kind() + "/" + step.name());
        }
    }

    private void mark(Step.MarkFounded mark) {
        check(isFounded(), "marked as founded before it was");
        if (mark.ensemble()) {
            founded = mark.clusterId();
        }
        mark.claims().forEach(name -> {
            if (claimOf(name) != null) {
                claim(name).foundedMark = mark.clusterId();
            }
        });
    }

    private void note(String name, @Nullable String node) {
        Claim claim = claimOf(name);
        if (claim != null) {
            claim.node = node;
            claim.version++;
        }
    }

    private void label(String pod, Map<String, @Nullable String> labels) {
        pods.values().stream().filter(member -> member.pod.getMetadata().getName().equals(pod)).forEach(member -> {
            if (labels.containsKey(Labels.VOTER)) {
                member.voterLabel = labels.get(Labels.VOTER);
            }
            if (labels.containsKey(Labels.ROLE)) {
                member.roleLabel = labels.get(Labels.ROLE);
            }
        });
    }

    private Claim claim(String name) {
        return Objects.requireNonNull(claimOf(name), name);
    }

    private @Nullable Claim claimOf(String name) {
        return claims.entrySet().stream().filter(entry -> NAMES.claim(entry.getKey()).equals(name))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }
}
