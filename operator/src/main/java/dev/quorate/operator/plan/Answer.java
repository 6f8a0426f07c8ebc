package dev.quorate.operator.plan;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a member said of itself.
 *
 * @param atMs when it said so, on the operator's clock
 * @param podUid the Pod that was asked: an answer of an older Pod is not an answer of this one
 * @param apiVersion of the admin API
 * @param version the release that the member runs
 * @param leader id of the leader that it knows, 0 for none
 * @param committed the last committed configuration that it knows
 * @param founded whether it belongs to a founded ensemble
 * @param inSync whether it is in sync in a quorum and serves
 * @param stayOutReason why it stays out of the quorum, where it does
 * @param supportedLevel the highest level of rules and formats that its build knows; 0 where it does not tell
 * @param settings what it was given of the settings that change while it runs; null of a release that has none
 */
public record Answer(long atMs, String podUid, String apiVersion, String version, String clusterId, Role role,
        int leader, long epoch, Committed committed, boolean founded, boolean inSync, @Nullable String stayOutReason,
        int supportedLevel, @Nullable SortedMap<String, String> settings) {
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

    /**
     * A committed configuration.
     *
     * @param version what a change of it must name
     * @param level of rules and formats that is in force
     * @param highestId the highest id that was ever given to a member; none is given twice
     * @param changing whether a change of it is under way
     * @param coming ids of the members after that change; empty without one
     */
    public record Committed(long version, int level, int highestId, List<Integer> voters,
            List<Integer> observers, boolean changing, List<Integer> coming) {
        /** What a member knows that is in no ensemble yet. */
        public static final Committed NONE = new Committed(0, 0, 0, List.of(), List.of(), false, List.of());

        public Committed {
            voters = List.copyOf(voters);
            observers = List.copyOf(observers);
            coming = List.copyOf(coming);
        }

        /** Whether the id is a member's now, or may be soon. */
        public boolean names(int id) {
            return voters.contains(id) || observers.contains(id) || coming.contains(id);
        }
    }

    /** The same answer as if given at another time: what is left to compare is what matters. */
    public Answer at(long otherMs) {
        return new Answer(otherMs, podUid, apiVersion, version, clusterId, role, leader, epoch, committed, founded,
                inSync, stayOutReason, supportedLevel, settings);
    }
}
