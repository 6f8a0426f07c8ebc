package dev.quorate.operator.plan;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a member said of itself.
 *
 * @param atMs when it said so, on the operator's clock
 * @param podUid the Pod that was asked: an answer of an older Pod is not an answer of this one
 * @param apiVersion of the admin API
 * @param version the release that the member runs
 * @param leader id of the leader that it knows, 0 for none
 * @param configVersion version of the last committed configuration that it knows
 * @param founded whether it belongs to a founded ensemble
 * @param inSync whether it is in sync in a quorum and serves
 * @param stayOutReason why it stays out of the quorum, where it does
 */
public record Answer(long atMs, String podUid, String apiVersion, String version, String clusterId, Role role,
        int leader, long epoch, long configVersion, List<Integer> voters, List<Integer> observers, boolean founded,
        boolean inSync, @Nullable String stayOutReason) {
    /** The version of the admin API that this operator speaks. A member of another one gets no voluntary step. */
    public static final String API_VERSION = "v1";

    /** What a member says that it is. */
    public enum Role {
        LEADER,
        FOLLOWER,
        OBSERVER,
        LOOKING,
        FOUNDING,
        STOPPED,
        UNKNOWN;

        /** As it stands in a label and in the status. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Answer {
        voters = List.copyOf(voters);
        observers = List.copyOf(observers);
    }

    /** The same answer as if given at another time: what is left to compare is what matters. */
    public Answer at(long otherMs) {
        return new Answer(otherMs, podUid, apiVersion, version, clusterId, role, leader, epoch, configVersion, voters,
                observers, founded, inSync, stayOutReason);
    }
}
