package dev.quorate.operator.plan;

import dev.quorate.crds.StorageSpec.ClaimPolicy;
import dev.quorate.operator.desired.Credentials;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Labels;
import dev.quorate.operator.desired.ServerSettings;
import dev.quorate.operator.plan.Step.ChangeMembers;
import dev.quorate.operator.plan.Step.Contact;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Performs steps on a {@link World} with the live checks that the actuator makes, and fails on what must never happen:
 * above all, no step costs a quorum.
 */
final class ModelActuator {
    private final World world;

    ModelActuator(World world) {
        this.world = world;
    }

    /** Performs a step as the actuator does; one that was decided on old news may do nothing. */
    void perform(Step step) {
        Set<Integer> before = world.serving();
        boolean quorum = world.quorumRuns();
        switch (step) {
            case Step.Bootstrap bootstrap -> bootstrap(bootstrap);
            case Step.MakeCredentials credentials -> put(
                    new SecretBuilder(Credentials.secret(World.NAMES, world.owner, "k", "t")).withData(
                            Map.of(Credentials.PEER_KEY, "", Credentials.ADMIN_TOKEN, "")).build());
            case Step.CreateObject create -> put(create.object());
            case Step.StartMembers start -> start.starts().forEach(this::start);
            case Step.ApplyObjects apply -> apply.objects().forEach(this::put);
            case Step.DeleteObject delete -> delete(delete);
            case Step.MarkFounded mark -> mark(mark);
            case Step.NoteNodes note -> note.nodeByClaim().forEach(this::note);
            case Step.OwnClaims own -> own.claims().forEach(
                    change -> world.claim(change.claim()).owned = change.owner() != null);
            case Step.LabelPods label -> label.labelsByPod().forEach(this::label);
            case Step.AddLearners add -> add.claims().forEach(this::add);
            case Step.ChangeMembers change -> change(change);
            case Step.ChangeSettings change -> change.members().stream().filter(to -> has(to.id(), to.podUid()))
                    .forEach(to -> Objects.requireNonNull(world.pods.get(to.id())).settings = change.settings());
            case Step.HandOverLeader handOver -> handOver(handOver);
            case Step.EvictMember evict -> {
                if (has(evict.id(), evict.uid())) {
                    world.evict(evict.id());
                }
            }
            case Step.RestartBroken restart -> world.pods.entrySet().stream()
                    .filter(pod -> pod.getValue().uid.equals(restart.uid()) && !world.inSync(pod.getKey())).findFirst()
                    .ifPresent(pod -> world.deletePod(pod.getKey()));
            case Step.EndRemoved end -> {
                if (isLeader(end.leader()) && !world.isMember(end.id()) && has(end.id(), end.uid())) {
                    world.deletePod(end.id());
                }
            }
            case Step.GiveUpClaims giveUp -> {
                if (isLeader(giveUp.leader()) && giveUp.ids().stream().noneMatch(world::isMember)) {
                    giveUp.claims().forEach(name -> mark(name, true));
                }
            }
            case Step.KeepClaims keep -> keep.claims().forEach(name -> mark(name, false));
            case Step.DeleteClaim delete -> deleteClaim(delete);
            case Step.GrowVolume grow -> grow(grow);
            case Step.RaiseLevel raise -> {
                if (isLeader(raise.leader()) && raise.level() == world.level + 1 && world.supports(raise.level())) {
                    world.level++;
                    world.configVersion++;
                }
            }
            case Step.Wait wait -> World.check(!wait.until().message().isBlank(), "a wait without a reason");
            case Step.Done done -> {
            }
        }
        var lost = new TreeSet<>(before);
        lost.removeAll(world.serving());
        int most = step instanceof Step.EvictMember ? 1 : 0;
        boolean left = step instanceof ChangeMembers;
        boolean alone = step instanceof Step.EvictMember && world.voters.size() == 1;
        World.check(left || alone || lost.size() <= most,
                step + " took members away: " + before + " became " + world.serving());
        World.check(!quorum || world.quorumRuns() || alone, step + " cost the quorum");
        World.check(world.voters.isEmpty() || world.voters.size() % 2 == 1,
                "an even number of world.voters: " + world.voters);
    }

    private boolean has(int id, String podUid) {
        World.Member member = world.pods.get(id);
        return member != null && member.uid.equals(podUid);
    }

    private boolean isLeader(Contact contact) {
        return world.leader == contact.id() && world.inSync(world.leader) && has(world.leader, contact.podUid());
    }

    /** As members decide it: by the version, and only with newcomers that are in sync. */
    private void change(ChangeMembers step) {
        boolean kept = step.claims().stream()
                .allMatch(name -> world.claimOf(name) != null && !world.claim(name).removed);
        if (!isLeader(step.leader()) || world.configVersion != step.fromVersion() || !kept) {
            return;
        }
        var nextVoters = new TreeSet<>(world.voters);
        var nextObservers = new TreeSet<>(world.observers);
        for (String line : step.add()) {
            int id = Integer.parseInt(line.substring("server.".length(), line.indexOf('=')));
            World.check(world.isMember(id) || id > world.highestId, "id " + id + " is given twice");
            (line.contains(":observer") ? nextObservers : nextVoters).add(id);
            (line.contains(":observer") ? nextVoters : nextObservers).remove(id);
            World.check(world.inSync(id) || line.contains(":observer") || world.isMember(id),
                    "a vote for " + id + ", out of sync");
        }
        step.remove().forEach(nextVoters::remove);
        step.remove().forEach(nextObservers::remove);
        World.check(nextVoters.contains(world.leader) || world.voters.size() == 1,
                "the leader is removed without a hand-over");
        if (world.upOf(nextVoters) > nextVoters.size() / 2) {
            world.voters.clear();
            world.voters.addAll(nextVoters);
            world.observers.clear();
            world.observers.addAll(nextObservers);
            world.highestId = Math.max(world.highestId, world.members().stream().max(Integer::compare).orElse(0));
            world.configVersion++;
        }
    }

    private void handOver(Step.HandOverLeader step) {
        if (isLeader(step.leader())) {
            world.leader = world.voters.stream().filter(id -> id != world.leader && world.inSync(id)).findFirst()
                    .orElse(world.leader);
        }
    }

    private void mark(String name, boolean removed) {
        World.Claim claim = world.claimOf(name);
        if (claim != null) {
            claim.removed = removed;
        }
    }

    private void deleteClaim(Step.DeleteClaim step) {
        World.Claim claim = world.claims.get(step.id());
        if (isLeader(step.leader()) && claim != null && claim.uid.equals(step.uid()) && claim.removed
                && !world.isMember(step.id())) {
            World.check(!world.runs(step.id()), "the volume of a running member is deleted");
            World.check(world.spec.storage().claimPolicy() == ClaimPolicy.Delete || !world.isMember(step.id()),
                    "a kept volume is lost");
            world.claims.remove(step.id());
        }
    }

    private void add(PersistentVolumeClaim wanted) {
        add(wanted, Objects.requireNonNull(world.claims.get(world.claims.firstKey())).identity);
    }

    private void add(PersistentVolumeClaim wanted, Identity identity) {
        world.claims.computeIfAbsent(id(wanted), free -> {
            var claim = new World.Claim(world.uid(), identity, false);
            claim.size = Objects.toString(wanted.getSpec().getResources().getRequests().get("storage"));
            claim.className = wanted.getSpec().getStorageClassName();
            return claim;
        });
    }

    private void grow(Step.GrowVolume step) {
        World.Claim claim = world.claimOf(step.claim());
        if (claim != null && claim.uid.equals(step.uid()) && !World.FIXED.equals(claim.className)
                && claim.size.compareTo(step.size()) < 0) {
            claim.size = step.size();
        }
    }

    private static int id(HasMetadata labelled) {
        return Integer.parseInt(labelled.getMetadata().getLabels().get(Labels.MEMBER_ID));
    }

    private void bootstrap(Step.Bootstrap step) {
        String clusterId = step.identity().clusterId();
        boolean old = clusterId.equals(world.founded) || world.claims.values().stream().anyMatch(
                claim -> !claim.identity.clusterId().equals(clusterId) || clusterId.equals(claim.foundedMark));
        if (!old) {
            step.missing().forEach(missing -> add(missing, step.identity()));
        }
    }

    private void start(Step.StartMembers.Start start) {
        int id = Integer.parseInt(start.pod().getMetadata().getLabels()
                .get(Labels.MEMBER_ID));
        World.Claim claim = world.claims.get(id);
        if (claim != null && claim.uid.equals(start.claimUid()) && Objects.equals(claim.node, start.claimNode())
                && !world.pods.containsKey(id)) {
            World.check(claim.processNode == null, "member " + id + " is started while its old process runs");
            if (!claim.removed) {
                var member = new World.Member(world.uid(), start.pod(), ServerSettings.live(world.spec));
                member.unreadySinceMs = world.nowMs;
                world.pods.put(id, member);
            }
        }
    }

    private void put(HasMetadata object) {
        if (object instanceof ConfigMap config) {
            config.getMetadata().setUid("config");
        }
        world.objects.put(object.getKind() + "/" + object.getMetadata().getName(), object);
    }

    private void delete(Step.DeleteObject step) {
        if (step.kind().equals("Pod")) {
            world.pods.entrySet().stream().filter(entry -> entry.getValue().uid.equals(step.uid())).findFirst()
                    .ifPresent(entry -> {
                        World.check(entry.getValue().ended, "a Pod that runs is deleted");
                        world.pods.remove(entry.getKey());
                    });
        } else {
            world.objects.remove(step.kind() + "/" + step.name());
        }
    }

    private void mark(Step.MarkFounded mark) {
        World.check(world.isFounded(), "marked as world.founded before it was");
        if (mark.ensemble()) {
            world.founded = mark.clusterId();
        }
        mark.claims().forEach(name -> {
            if (world.claimOf(name) != null) {
                world.claim(name).foundedMark = mark.clusterId();
            }
        });
    }

    private void note(String name, @Nullable String node) {
        World.Claim claim = world.claimOf(name);
        if (claim != null) {
            claim.node = node;
            claim.version++;
        }
    }

    private void label(String pod, Map<String, @Nullable String> labels) {
        world.pods.values().stream().filter(member -> member.pod.getMetadata().getName().equals(pod))
                .forEach(member -> {
                    if (labels.containsKey(Labels.VOTER)) {
                        member.voterLabel = labels.get(Labels.VOTER);
                    }
                });
    }
}
