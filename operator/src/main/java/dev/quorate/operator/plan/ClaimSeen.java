package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Identity;
import org.jspecify.annotations.Nullable;

/**
 * A claim of a member.
 *
 * @param identity what stands on it; null where it can't be read
 * @param foundedMark the cluster that it is marked as founded of
 * @param removed whether its member was removed for good
 * @param owner who deletes it
 * @param node where a process of its member may be running; null where none was started since the last ended
 * @param nodeSeen what is known of that node
 * @param size as requested
 * @param capacity as provided; null where none is yet
 * @param className its StorageClass; null where it has none
 */
public record ClaimSeen(int id, String name, String uid, String resourceVersion, @Nullable Identity identity,
        @Nullable String foundedMark, boolean removed, boolean terminating, ClaimOwner owner, @Nullable String node,
        NodeSeen nodeSeen, String size, @Nullable String capacity, @Nullable String className) {
    /** Who deletes the claim when it is deleted itself. */
    public enum ClaimOwner {
        NOBODY,
        THIS_ENSEMBLE,
        ANOTHER
    }

    /** What is known of a node. */
    public enum NodeSeen {
        /** Its kubelet answers: a Pod that is gone has ended. */
        READY,
        /** It does not answer: what ran there may still run. */
        NOT_READY,
        /** It is no object of the cluster any more: what ran there may still run. */
        GONE,
        /** The operator is not allowed to look. */
        UNREADABLE
    }
}
