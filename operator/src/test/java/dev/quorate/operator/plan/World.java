package dev.quorate.operator.plan;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import dev.quorate.operator.plan.Answer.Committed;
import dev.quorate.operator.plan.Answer.Role;
import dev.quorate.operator.plan.ClaimSeen.ClaimOwner;
import dev.quorate.operator.plan.ClaimSeen.NodeSeen;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model of a cluster: what Kubernetes, nodes and members do, as far as the planner can tell. It fails on what must
 * never happen, whoever did it.
 */
final class World {
    static final Names NAMES = new Names("ns", "zk");
    private static final int NODES = 3;

    /** A volume. Its content outlives Pods. */
    static final class Claim {
        final String uid;
        final Identity identity;
        @Nullable
        String foundedMark;
        boolean owned;
        boolean removed;
        @Nullable
        String node;
        int version;
        /** The node that its volume is on. */
        @Nullable
        String home;
        String size = "1Gi";
        String capacity = "1Gi";
        @Nullable
        String className;
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

    static final class Member {
        final String uid;
        final Pod pod;
        @Nullable
        String node;
        boolean ended;
        boolean terminating;
        long unreadySinceMs;
        @Nullable
        String voterLabel;
        SortedMap<String, String> settings;

        /** @param settings those of its configuration that may be changed while it runs */
        Member(String uid, Pod pod, SortedMap<String, String> settings) {
            this.settings = settings;
            this.uid = uid;
            this.pod = pod;
        }
    }

    /** The image of a server that does not start. */
    static final String BAD = "bad";
    /** The image of a release that knows level 2. */
    static final String LATER = "i:later";
    /** A StorageClass whose volumes can't grow. */
    static final String FIXED = "fixed";
    private static final int BUILD_TOO_OLD = 13;

    /** Since when a member serves on a Pod, or does not. */
    private record Spell(@Nullable String podUid, long sinceMs) {}

    EnsembleSpec spec;
    Owner owner;
    final SortedSet<Integer> voters = new TreeSet<>();
    final SortedSet<Integer> observers = new TreeSet<>();
    int highestId;
    long configVersion;
    int level = 1;
    final SortedSet<Integer> replace = new TreeSet<>();
    private final Map<Integer, Spell> spells = new TreeMap<>();
    int leader;
    @Nullable
    String founded;
    final SortedMap<Integer, Claim> claims = new TreeMap<>();
    final SortedMap<Integer, Member> pods = new TreeMap<>();
    final Map<String, HasMetadata> objects = new TreeMap<>();
    private final Set<String> downNodes = new TreeSet<>();
    private final Set<String> goneNodes = new TreeSet<>();
    private final List<String> foundings = new ArrayList<>();
    private final Set<String> lostClaims = new TreeSet<>();
    long nowMs;
    private int counter;

    World(int replicas, Owner owner) {
        this.spec = Specs.spec(replicas, "i:1");
        this.owner = owner;
    }

    String uid() {
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
                // A volume keeps its Pod on its node, as local volumes do; a new one is where there is room.
                String home = claim.home != null ? claim.home : roomFor(entry.getKey());
                if (!downNodes.contains(home) && !member.terminating) {
                    check(claim.processNode == null, "a second process on " + claim.uid);
                    member.node = home;
                    claim.home = home;
                    claim.processNode = home;
                }
            }
        }
        claims.values().forEach(claim -> claim.capacity = claim.size);
        found();
        learn();
        elect();
        pods.forEach((id, member) -> {
            if (inSync(id)) {
                member.unreadySinceMs = nowMs;
            }
        });
    }

    private String roomFor(int id) {
        return IntStream.range(id, id + NODES).mapToObj(n -> "node" + n % NODES)
                .filter(node -> !downNodes.contains(node)).findFirst().orElse("node" + id % NODES);
    }

    /** Newcomers, and members with an empty volume, are given the data by a quorum. */
    private void learn() {
        claims.forEach((id, claim) -> {
            if (claim.diskOf == null && runs(id) && quorumRuns()) {
                claim.diskOf = claim.identity.clusterId();
            }
        });
    }

    private void elect() {
        if (!quorumRuns()) {
            leader = 0;
        } else if (!voters.contains(leader) || !inSync(leader)) {
            leader = voters.stream().filter(this::inSync).findFirst().orElse(0);
        }
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
            voters.addAll(any.identity.founders());
            highestId = voters.last();
            configVersion = 1;
        }
        check(foundings.size() <= 1, "founded twice: " + foundings);
    }

    private static String env(Member member, String name) {
        return member.pod.getSpec().getContainers().getFirst().getEnv().stream()
                .filter(env -> env.getName().equals(name)).findFirst().orElseThrow().getValue();
    }

    boolean runs(int id) {
        Member member = pods.get(id);
        return member != null && member.node != null && !member.ended && !downNodes.contains(member.node)
                && !isBad(member);
    }

    private static String image(Member member) {
        return member.pod.getSpec().getContainers().getFirst().getImage();
    }

    static int supportedLevel(String image) {
        return image.equals(LATER) ? 2 : 1;
    }

    /** Whether the level can be raised: by the word of all members. */
    boolean supports(int wanted) {
        return members().stream().allMatch(id -> inSync(id)
                && supportedLevel(image(Objects.requireNonNull(pods.get(id)))) >= wanted);
    }

    /** Newcomers are in sync, too; whoever was removed is not. */
    boolean inSync(int id) {
        Claim claim = claims.get(id);
        return runs(id) && claim != null && claim.diskOf != null && quorumRuns()
                && (isMember(id) || id > highestId);
    }

    boolean isMember(int id) {
        return voters.contains(id) || observers.contains(id);
    }

    boolean quorumRuns() {
        return !voters.isEmpty() && upOf(voters) > voters.size() / 2;
    }

    long upOf(Collection<Integer> ids) {
        return ids.stream().filter(id -> runs(id) && claims.containsKey(id)
                && Objects.requireNonNull(claims.get(id)).diskOf != null).count();
    }

    /** The members that serve. */
    Set<Integer> serving() {
        var serving = new TreeSet<Integer>();
        claims.keySet().stream().filter(id -> isMember(id) && inSync(id)).forEach(serving::add);
        return serving;
    }

    Set<Integer> voters() {
        return voters;
    }

    Set<Integer> members() {
        var members = new TreeSet<>(voters);
        members.addAll(observers);
        return members;
    }

    /** Images of the members. */
    Set<String> images() {
        var images = new TreeSet<String>();
        pods.forEach((id, member) -> {
            if (isMember(id)) {
                images.add(image(member));
            }
        });
        return images;
    }

    /** Somebody empties nodes of all that the disruption budget allows. */
    void drain() {
        boolean counted = quorumRuns() && voters.stream().filter(id -> pods.containsKey(id))
                .allMatch(id -> "true".equals(Objects.requireNonNull(pods.get(id)).voterLabel));
        if (!counted || voters.size() < 3 || !objects.containsKey("PodDisruptionBudget/zk-members")) {
            return;
        }
        boolean any = true;
        String before = "voters " + voters + " of " + pods.keySet() + ", labelled " + pods.entrySet().stream()
                .filter(pod -> "true".equals(pod.getValue().voterLabel)).map(Map.Entry::getKey).toList() + ", "
                + objects.get("PodDisruptionBudget/zk-members");
        while (any) {
            any = List.copyOf(pods.keySet()).stream()
                    .filter(id -> voters.contains(id) && runs(id) && evict(id)).findFirst().isPresent();
        }
        check(quorumRuns(), "the budget let a drain take the quorum: " + before);
    }

    /** False where the budget refuses. */
    boolean evict(int id) {
        HasMetadata budget = objects.get("PodDisruptionBudget/zk-members");
        if (budget instanceof PodDisruptionBudget limits
                && "true".equals(Objects.requireNonNull(pods.get(id)).voterLabel)) {
            long healthy = pods.entrySet().stream()
                    .filter(pod -> "true".equals(pod.getValue().voterLabel) && inSync(pod.getKey())).count();
            if (healthy <= limits.getSpec().getMinAvailable().getIntVal()) {
                return false;
            }
        }
        deletePod(id);
        return true;
    }

    /** As the API server does it: the Pod of a node that does not answer stays. */
    void deletePod(int id) {
        Member member = pods.get(id);
        if (member != null && member.node != null && !member.ended && downNodes.contains(member.node)) {
            member.terminating = true;
        } else {
            podDeleted(id);
        }
    }

    // What somebody does.

    void nodeFails(int node) {
        downNodes.add("node" + node);
    }

    /** It will never be back. */
    void nodeGoes(int node) {
        nodeFails(node);
        goneNodes.add("node" + node);
    }

    void nodesReturn() {
        downNodes.clear();
        goneNodes.clear();
        pods.values().removeIf(member -> member.terminating);
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
                Integer.toString(claim.version), claim.identity, claim.foundedMark, claim.removed, false,
                claim.owned ? ClaimOwner.THIS_ENSEMBLE : ClaimOwner.NOBODY, claim.node,
                nodeSeen(claim.node), claim.size, claim.capacity, claim.className)));
        var seenPods = new TreeMap<Integer, PodSeen>();
        var answers = new TreeMap<Integer, Answer>();
        pods.forEach((id, member) -> {
            seenPods.put(id, new PodSeen(id, NAMES.pod(id), member.uid, "127.0.0.1", member.node,
                    owner.controls(member.pod.getMetadata()), member.ended,
                    (member.ended || member.terminating) && hasNoProcess(id), member.terminating, inSync(id),
                    member.pod.getMetadata().getAnnotations()
                            .get(Labels.INPUT_HASH),
                    member.pod.getSpec().getVolumes().get(1).getConfigMap().getName(), member.voterLabel,
                    null, inSync(id) ? 0 : nowMs - member.unreadySinceMs, isBad(member),
                    isTooOld(image(member)) ? BUILD_TOO_OLD : null, null));
            if (runs(id)) {
                answers.put(id, answer(id, member));
            }
        });
        var seen = new Observed(nowMs, NAMES, owner, spec, founded, null, seenClaims, seenPods, answers,
                List.copyOf(objects.values()));
        return seen.with(new Observed.Asides(Instant.EPOCH.plusMillis(nowMs), replace, steadyMs(seen)));
    }

    private NodeSeen nodeSeen(@Nullable String node) {
        return node == null
                ? NodeSeen.NOT_READY
                : goneNodes.contains(node)
                        ? NodeSeen.GONE
                        : downNodes.contains(node) ? NodeSeen.NOT_READY : NodeSeen.READY;
    }

    private SortedMap<Integer, Long> steadyMs(Observed seen) {
        var steadyMs = new TreeMap<Integer, Long>();
        for (int id : members()) {
            String uid = Diagnosis.serves(seen, id) ? Objects.requireNonNull(pods.get(id)).uid : null;
            Spell spell = spells.get(id);
            if (spell == null || !Objects.equals(spell.podUid(), uid)) {
                spell = new Spell(uid, nowMs);
                spells.put(id, spell);
            }
            steadyMs.put(id, nowMs - spell.sinceMs());
        }
        return steadyMs;
    }

    private boolean isBad(Member member) {
        return image(member).equals(BAD) || isTooOld(image(member));
    }

    boolean isTooOld(String image) {
        return supportedLevel(image) < level;
    }

    private boolean hasNoProcess(int id) {
        Claim claim = claims.get(id);
        return claim == null || claim.processNode == null;
    }

    private Answer answer(int id, Member member) {
        Identity identity = Objects.requireNonNull(claims.get(id)).identity;
        Role role = !inSync(id)
                ? Role.LOOKING
                : id == leader ? Role.LEADER : voters.contains(id) ? Role.FOLLOWER : Role.OBSERVER;
        Committed committed = isMember(id) && Objects.requireNonNull(claims.get(id)).diskOf != null
                ? new Committed(configVersion, level, highestId, List.copyOf(voters), List.copyOf(observers), false,
                        List.of())
                : Committed.NONE;
        return new Answer(nowMs, member.uid, "v1", "0.1.0", identity.clusterId(), role, inSync(id) ? leader : 0, 1,
                committed, Objects.requireNonNull(claims.get(id)).diskOf != null, inSync(id), null,
                supportedLevel(image(member)), member.settings);
    }

    Claim claim(String name) {
        return Objects.requireNonNull(claimOf(name), name);
    }

    @Nullable
    Claim claimOf(String name) {
        return claims.entrySet().stream().filter(entry -> NAMES.claim(entry.getKey()).equals(name))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }

    static void check(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }
}
