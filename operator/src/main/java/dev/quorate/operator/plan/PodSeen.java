package dev.quorate.operator.plan;

import org.jspecify.annotations.Nullable;

/**
 * The Pod of a member.
 *
 * @param ours whether this Ensemble is its controller
 * @param ended whether Kubernetes starts nothing of it again: phase Failed or Succeeded. It proves no end of
 *     processes
 * @param stopped whether its node said that no container of it runs any more
 * @param ready its Ready condition
 * @param voterLabel value of the label that the disruption budget counts
 * @param unreadyMs for how long it is not Ready; 0 while it is
 * @param crashing whether its container ended several times in a row and is not ready
 * @param exitCode how its container ended last, where it is not ready since; null where it never did
 * @param trouble why it does not run, in the words of Kubernetes
 */
public record PodSeen(int id, String name, String uid, @Nullable String ip, @Nullable String node, boolean ours,
        boolean ended, boolean stopped, boolean terminating, boolean ready, @Nullable String inputHash,
        @Nullable String config, @Nullable String voterLabel, @Nullable String roleLabel, long unreadyMs,
        boolean crashing,
        @Nullable Integer exitCode, @Nullable String trouble) {
    /** Whether the disruption budget counts it among the voters. */
    boolean labelledVoter() {
        return "true".equals(voterLabel);
    }
}
