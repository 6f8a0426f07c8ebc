package dev.quorate.ensemble.tree;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a transaction does. A version of −1 stands for "any version". */
public sealed interface Command {
    /** Any version will do. */
    int ANY_VERSION = -1;

    /** Whether it may leave more data than there was. */
    default boolean grows() {
        return false;
    }

    /** A command that may stand in a {@link Multi}. */
    sealed interface Op extends Command {
        String path();
    }

    /**
     * The first entry of every log.
     *
     * @param level the rules that apply follows from here on, from 1
     * @param clusterId the ensemble's id
     * @param clusterKey random secret of the ensemble; session passwords come from it
     * @param members the founding voters, with the disks that they founded it with, and the observers
     */
    record Found(int level, String clusterId, Bytes clusterKey, List<ConfigMember> members) implements Command {
        /** What is in force from this entry on. */
        public Configuration configuration(long zxid) {
            return Configuration.founding(members).changed(zxid, level, members);
        }
    }

    /**
     * Changes the members. {@link ServerLines} reads the texts; they are the same as in ZooKeeper's request.
     *
     * @param joining who joins, or comes to stand elsewhere or in another role; empty for nobody
     * @param leaving who leaves; empty for nobody
     * @param newMembers all members that are wanted; null when the other two tell the difference to the present ones
     * @param fromVersion the configuration that is changed; {@link #ANY_VERSION} for the present one, whichever it is
     */
    record Reconfig(String joining, String leaving, @Nullable String newMembers, long fromVersion)
            implements
                Command {}

    /**
     * Raises the level of rules and formats by one, as soon as every member supports it.
     *
     * @param level the one that is wanted
     */
    record RaiseLevel(int level) implements Command {}

    /**
     * Begins a change; only the leader orders it. In force from here on: every decision needs a quorum of the present
     * members and one of the next.
     *
     * @param change the accepted change that it belongs to; 0 when the leader readmits a disk by itself
     */
    record Joint(long change, Configuration configuration) implements Command {}

    /**
     * Ends a change; only the leader orders it, once the joint configuration is committed.
     *
     * @param change as in {@link Joint}
     * @param members all that there are from here on
     */
    record Final(long change, int level, int highestId, List<ConfigMember> members) implements Command {
        /** What is in force from this entry on. */
        public Configuration configuration(long zxid) {
            return new Configuration(zxid, level, highestId, members, null);
        }
    }

    /** Drops an accepted change that can't be made; only the leader orders it. */
    record Abandon(long change, ErrorCode error) implements Command {}

    record Create(String path, @Nullable Bytes data, List<Acl> acl, CreateMode mode) implements Op {
        @Override
        public boolean grows() {
            return true;
        }
    }

    record Delete(String path, int version) implements Op {}

    record SetData(String path, @Nullable Bytes data, int version) implements Op {
        @Override
        public boolean grows() {
            return true;
        }
    }

    record SetAcl(String path, List<Acl> acl, int version) implements Command {
        @Override
        public boolean grows() {
            return true;
        }
    }

    /** Compares a znode's version; alone (outside of a multi) it is unimplemented, as in ZooKeeper. */
    record Check(String path, int version) implements Op {}

    /** All or nothing. */
    record Multi(List<Op> ops) implements Command {
        @Override
        public boolean grows() {
            return ops.stream().anyMatch(Op::grows);
        }
    }

    /** Creates a session; its id is the zxid of this entry, its owner this entry's origin. */
    record CreateSession(int timeoutMs) implements Command {}

    /** A client came to another member (or came back); the origin owns the session from this entry on. */
    record AttachSession(long sessionId, Bytes password) implements Command {}

    /**
     * Ends a session and removes its ephemerals.
     *
     * @param expired whether the leader ends it because it was silent, and not the client itself
     */
    record CloseSession(long sessionId, boolean expired) implements Command {}

    /** Removes an empty container; only the leader orders it. */
    record DeleteContainer(String path) implements Command {}
}
