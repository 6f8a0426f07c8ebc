package dev.quorate.ensemble.zab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member whose disk is not the one that the ensemble gave a vote: what the other one promised is not known here. It
 * founds nothing, learns from a leader, and votes again only when a change of the configuration names this disk.
 */
final class OtherDisk {
    private OtherDisk() {}

    /**
     * What such a member is, for people; null for any other.
     *
     * @param lost what happened to the other disk, where that is known
     * @param inSync whether it has the ensemble's history
     */
    static @Nullable String describe(Context context, @Nullable String lost, boolean inSync) {
        ConfigMember known = context.configuration().member(context.id());
        boolean another = !context.founding().isEmpty() && known != null && known.voter() && !context.isVoter();
        boolean refilled = context.history().lastZxid() != Zxid.NONE;
        if (!another && (lost == null || refilled || context.isVoter())) {
            return null;
        }
        String before = (lost == null ? "the ensemble knows member " + context.id() + " with another disk" : lost)
                + ": this member begins anew under another incarnation. ";
        List<Integer> voters = context.configuration().voters();
        if (inSync) {
            return before + "It has all data and no vote until a change of the configuration readmits it";
        }
        if (voters.equals(List.of(context.id()))) {
            return before
                    + "There is no other voter that could refill it: put back an intact copy of the data folder, or"
                    + " begin with an empty one without the data";
        }
        return before + "It founds no ensemble, and waits for a leader to refill it: most of the voters " + voters
                + " are needed with their data";
    }
}
