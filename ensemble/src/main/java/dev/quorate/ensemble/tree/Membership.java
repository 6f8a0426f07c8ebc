package dev.quorate.ensemble.tree;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is replicated of the members.
 *
 * @param configuration the one in force after the last entry
 * @param jointFor the change that a joint configuration belongs to, 0 when the leader began it by itself or there is
 *     none
 * @param pending the change that was accepted and is not done, null when there is none
 */
public record Membership(Configuration configuration, long jointFor, @Nullable PendingChange pending) {
    /** Whether another change has to wait. */
    public boolean isChanging() {
        return pending != null || configuration.isJoint();
    }

    /** What the members are to be when the change that is under way is done; null without one. */
    public @Nullable List<ConfigMember> wanted() {
        return configuration.isJoint() || pending == null ? configuration.next() : pending.members();
    }

    /** Covers everything; the same on every machine. */
    long digest() {
        long hash = Hash.mix(configuration.version(), configuration.level() ^ ((long) configuration.highestId() << 32));
        hash = digest(configuration.members(), Hash.mix(hash, jointFor));
        List<ConfigMember> next = configuration.next();
        if (next != null) {
            hash = digest(next, hash);
        }
        PendingChange change = pending;
        if (change != null) {
            Origin origin = change.origin();
            hash = Hash.mix(Hash.mix(hash, change.zxid()), Hash.mix(change.seq(), change.level()));
            hash = Hash.mix(hash, Hash.mix(origin.id() ^ origin.incarnation(), origin.boot()));
            hash = digest(change.members(), hash);
        }
        return hash;
    }

    private static long digest(List<ConfigMember> members, long before) {
        long hash = Hash.mix(before, members.size());
        for (ConfigMember member : members) {
            byte[] address = member.address().getBytes(StandardCharsets.UTF_8);
            hash = Hash.mix(hash, Hash.mix(member.id(), member.incarnation()));
            hash = Hash.mix(hash, Hash.bytes(address, 0, address.length) + (member.voter() ? 1 : 0));
        }
        return hash;
    }
}
