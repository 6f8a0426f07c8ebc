package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member at one moment, as probes, the operator, dashboards and the four-letter words see it. Made on the loop when
 * somebody asks, so it is exact and its coming proves that the loop answers.
 *
 * @param identity who it is
 * @param peer its place in the protocol
 * @param membership the configuration in force
 * @param tree the data that it serves
 * @param work what it has done since it started
 * @param disk the room that is left for more
 */
public record Status(Identity identity, PeerView peer, Membership membership, Tree tree, Work work, Disk disk) {

    /**
     * Who a member is.
     *
     * @param clusterId the ensemble; empty while not founded and not given
     * @param incarnation random number of its disk
     * @param boot how often this disk was started, from 1
     * @param founded whether it durably holds the founding set
     * @param clientAddress {@code host:port} at which clients reach it
     * @param uptimeMs since this process started
     */
    public record Identity(int id, String clusterId, long incarnation, long boot, boolean founded, String clientAddress,
            long uptimeMs) {}

    /**
     * The members.
     *
     * @param configuration the committed one; before there is any the one that this member was told
     * @param wanted what they are to be when the change that is under way is done; null without one
     */
    public record Membership(Configuration configuration, @Nullable List<ConfigMember> wanted) {
        /** Zxid of the change that made it. */
        public long configVersion() {
            return configuration.version();
        }

        /** The level of rules and formats. */
        public int level() {
            return configuration.level();
        }

        /** Ids, ascending. */
        public List<Integer> voters() {
            return configuration.voters();
        }

        /** Ids, ascending. */
        public List<Integer> observers() {
            return configuration.observers();
        }
    }

    /** The committed configuration where one is replicated, else the one in force. */
    static Membership membership(PeerView peer, dev.quorate.ensemble.tree.@Nullable Membership replicated) {
        return replicated == null
                ? new Membership(peer.configuration(), null)
                : new Membership(replicated.configuration(), replicated.wanted());
    }

    /**
     * The data tree.
     *
     * @param appliedZxid the last entry that is in it
     * @param digest of the whole tree at that zxid
     * @param znodes all of them, {@code /} and {@code /zookeeper} included
     * @param dataBytes about how much paths and data take
     * @param sessions open in the whole ensemble
     */
    public record Tree(long appliedZxid, long digest, long znodes, long ephemerals, long watches, long dataBytes,
            long sessions) {}

    /**
     * The room on its disk.
     *
     * @param usableBytes what is left; {@link Long#MAX_VALUE} while it was not looked at
     * @param isShort whether that is less than the reserve
     * @param refusing whether the ensemble refuses writes that grow the data, for no quorum has room
     * @param queuedBytes what waits to be written
     */
    public record Disk(long usableBytes, boolean isShort, boolean refusing, long queuedBytes) {}

    /**
     * Counters, which only grow until the process ends.
     *
     * @param proposals entries that this member ordered as leader
     * @param commits entries that it applied
     * @param snapshots that it took
     * @param sessionsExpired sessions that ended because their client fell silent
     * @param applyNs time spent applying
     * @param snapshotMs how long the last snapshot took, in milliseconds
     */
    public record Work(long proposals, long commits, long snapshots, long sessionsExpired, long applyNs,
            long snapshotMs) {}
}
