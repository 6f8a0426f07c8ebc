package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Identity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the operator does next. Each case is complete: whoever performs it decides nothing. */
public sealed interface Step {
    /** What is done, for people. */
    String summary();

    /** Makes the missing claims of a founding. Done only if no claim of another founding exists. */
    record Bootstrap(Identity identity, List<PersistentVolumeClaim> missing) implements Step {
        @Override
        public String summary() {
            return "Makes the volumes of the founding members: " + names(missing);
        }
    }

    /** Makes the Secret of the ensemble, once. */
    record MakeCredentials() implements Step {
        @Override
        public String summary() {
            return "Makes the Secret with the key of the members";
        }
    }

    /** Starts members on their claims. The old process of each is proven to have ended. */
    record StartMembers(List<Start> starts) implements Step {
        /**
         * @param claimNode what must still stand on the claim, so that a decision on old news is not carried out
         */
        public record Start(Pod pod, String claim, String claimUid, @Nullable String claimNode) {}

        @Override
        public String summary() {
            return "Starts " + names(starts.stream().map(Start::pod).toList());
        }
    }

    /** Brings objects into their desired state by server-side apply. */
    record ApplyObjects(List<HasMetadata> objects) implements Step {
        @Override
        public String summary() {
            return "Applies " + objects.stream().map(object -> object.getKind() + " " + object.getMetadata().getName())
                    .collect(Collectors.joining(", "));
        }
    }

    /** Makes an object that never changes; one that exists already is left as it is. */
    record CreateObject(HasMetadata object) implements Step {
        @Override
        public String summary() {
            return "Makes " + object.getKind() + " " + object.getMetadata().getName();
        }
    }

    /** Deletes an object, if it still is the one that was seen. */
    record DeleteObject(String kind, String name, String uid, String why) implements Step {
        @Override
        public String summary() {
            return "Deletes " + kind + " " + name + ": " + why;
        }
    }

    /** Marks the Ensemble, then claims, as founded. */
    record MarkFounded(String clusterId, boolean ensemble, List<String> claims) implements Step {
        @Override
        public String summary() {
            return "Marks the ensemble as founded";
        }
    }

    /** Notes on claims where the process of their member may run; null takes the note away. */
    record NoteNodes(SortedMap<String, @Nullable String> nodeByClaim) implements Step {
        @Override
        public String summary() {
            return "Notes where members run";
        }
    }

    /** Gives claims an owner, or takes it away, by the claim policy. */
    record OwnClaims(List<Ownership> claims) implements Step {
        /** @param owner null for nobody */
        public record Ownership(String claim, String resourceVersion, @Nullable OwnerReference owner) {}

        @Override
        public String summary() {
            return "Applies the claim policy to the volumes";
        }
    }

    /** Sets labels of Pods that follow what members say; a null value takes the label away. */
    record LabelPods(SortedMap<String, Map<String, @Nullable String>> labelsByPod) implements Step {
        @Override
        public String summary() {
            return "Labels " + String.join(", ", labelsByPod.keySet());
        }
    }

    /**
     * A member that a step talks to.
     *
     * @param podUid the Pod that was seen
     * @param ip its address
     */
    record Contact(int id, String podUid, String ip) {}

    /** Makes the claims of new members, which then start as learners. */
    record AddLearners(List<PersistentVolumeClaim> claims) implements Step {
        @Override
        public String summary() {
            return "Makes the volumes of new members: " + names(claims);
        }
    }

    /**
     * Changes the members in one joint change.
     *
     * @param fromVersion the configuration that it is decided on; another one refuses it
     * @param add lines of members that come or change their role
     * @param claims of members that come; none of them may be given up
     * @param remove ids of members that leave
     */
    record ChangeMembers(long fromVersion, List<String> add, List<String> claims, List<Integer> remove,
            Contact leader) implements Step {
        @Override
        public String summary() {
            return "Changes the members: " + Stream.concat(
                    add.stream().map(line -> "+" + line.substring(0, line.indexOf('='))),
                    remove.stream().map(id -> "-server." + id)).collect(Collectors.joining(", "));
        }
    }

    /** Changes settings that members take up while they run; who has them already is left alone. */
    record ChangeSettings(List<Contact> members, SortedMap<String, String> settings) implements Step {
        @Override
        public String summary() {
            return "Changes the settings of members "
                    + members.stream().map(member -> Integer.toString(member.id())).collect(Collectors.joining(", "))
                    + " while they run: " + settings;
        }
    }

    /** Lets the leader hand over to another voter. */
    record HandOverLeader(Contact leader) implements Step {
        @Override
        public String summary() {
            return "Lets member " + leader.id() + " hand over the lead";
        }
    }

    /** Restarts a member that serves, if the disruption budget allows it. */
    record EvictMember(int id, String pod, String uid) implements Step {
        @Override
        public String summary() {
            return "Restarts " + pod + " for the changed spec";
        }
    }

    /** Restarts a member that does not serve, if it still does not. */
    record RestartBroken(String pod, String uid) implements Step {
        @Override
        public String summary() {
            return "Restarts " + pod + ", which does not serve, with the changed spec";
        }
    }

    /** Ends one that is no member any more, if it still is none. */
    record EndRemoved(int id, String pod, String uid, Contact leader) implements Step {
        @Override
        public String summary() {
            return "Ends " + pod + ", which is no member any more";
        }
    }

    /** Marks claims of those that are no members any more, and never start again on them. */
    record GiveUpClaims(List<String> claims, List<Integer> ids, Contact leader) implements Step {
        @Override
        public String summary() {
            return "Marks " + String.join(", ", claims) + " as removed";
        }
    }

    /** Takes the mark of removal from claims whose members are members all the same. */
    record KeepClaims(List<String> claims) implements Step {
        @Override
        public String summary() {
            return "Keeps " + String.join(", ", claims);
        }
    }

    /** Deletes the claim of one that is no member any more. */
    record DeleteClaim(String claim, String uid, int id, Contact leader) implements Step {
        @Override
        public String summary() {
            return "Deletes the volume " + claim + " of a removed member, as the claim policy says";
        }
    }

    /** Lets a claim ask for more. */
    record GrowVolume(String claim, String uid, String size) implements Step {
        @Override
        public String summary() {
            return "Grows " + claim + " to " + size;
        }
    }

    /** Raises the level of rules and formats, which never goes down again. */
    record RaiseLevel(int level, Contact leader) implements Step {
        @Override
        public String summary() {
            return "Takes up level " + level + " of rules and formats, which all members know";
        }
    }

    /** Nothing can be done now. */
    record Wait(Problem until) implements Step {
        @Override
        public String summary() {
            return until.message();
        }
    }

    /** Everything is as it shall be. */
    record Done() implements Step {
        @Override
        public String summary() {
            return "All is as the spec says";
        }
    }

    private static String names(List<? extends HasMetadata> objects) {
        return objects.stream().map(object -> object.getMetadata().getName()).collect(Collectors.joining(", "));
    }
}
