package dev.quorate.ensemble.tree;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the members change. A request is accepted or refused when it is applied, against what is committed then. Once it
 * is accepted, the leader either orders the joint configuration and, when that is committed, the final one, or abandons
 * the change. What the leader orders is in force on every member as soon as it is in the log; so it is never refused
 * here.
 */
final class MembershipRules {
    private final State state;
    private final Watches watches;

    MembershipRules(State state, Watches watches) {
        this.state = state;
        this.watches = watches;
    }

    Outcome found(Command.Found found) {
        if (state.membership != null) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        state.sessions.setClusterKey(found.clusterKey());
        state.clusterId = found.clusterId();
        show(found.configuration(state.lastZxid));
        return new Outcome.Founded();
    }

    /** ZooKeeper looks at what is under way first, then at the version, then at the servers. */
    Outcome reconfig(Command.Reconfig reconfig, Txn txn) {
        Membership present = present();
        if (present.isChanging()) {
            return fail(ErrorCode.RECONFIG_IN_PROGRESS);
        }
        Configuration configuration = present.configuration();
        if (reconfig.fromVersion() != Command.ANY_VERSION && reconfig.fromVersion() != configuration.version()) {
            return fail(ErrorCode.BAD_VERSION);
        }
        List<ConfigMember> wanted = wanted(reconfig, configuration);
        if (wanted == null) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        byte[] node = state.znodes.node(configZnode());
        if (!Access.allowed(state.acls.acl(Znode.acl(node)), Acl.WRITE, txn.caller().identities())) {
            return fail(ErrorCode.NO_AUTH);
        }
        return accept(txn, configuration.level(), wanted);
    }

    /** A level is raised by one, and never goes down again. */
    Outcome raiseLevel(Command.RaiseLevel raise, Txn txn) {
        Membership present = present();
        if (!txn.caller().isSuper()) {
            return fail(ErrorCode.NO_AUTH);
        }
        if (present.isChanging()) {
            return fail(ErrorCode.RECONFIG_IN_PROGRESS);
        }
        if (raise.level() != present.configuration().level() + 1) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        return accept(txn, raise.level(), present.configuration().members());
    }

    private Outcome accept(Txn txn, int level, List<ConfigMember> wanted) {
        PendingChange change = new PendingChange(state.lastZxid, txn.origin(), txn.seq(), level, wanted);
        state.membership = new Membership(present().configuration(), 0, change);
        return new Outcome.ChangeAccepted();
    }

    /** The members that are asked for; null when that can't be. A new one has an id above all that were ever given. */
    private static @Nullable List<ConfigMember> wanted(Command.Reconfig reconfig, Configuration configuration) {
        List<ConfigMember> wanted = new ArrayList<>();
        try {
            for (ServerLine line : lines(reconfig, configuration)) {
                if (configuration.member(line.id()) == null && line.id() <= configuration.highestId()) {
                    return null;
                }
                wanted.add(new ConfigMember(line.id(), 0, !line.observer(), line.text()));
            }
        } catch (BadServerLine e) {
            return null;
        }
        return wanted;
    }

    private static List<ServerLine> lines(Command.Reconfig reconfig, Configuration configuration)
            throws BadServerLine {
        String newMembers = reconfig.newMembers();
        if (newMembers != null) {
            return ServerLines.all(newMembers);
        }
        List<ServerLine> present = new ArrayList<>();
        for (ConfigMember member : configuration.members()) {
            present.add(ServerLine.parse(Integer.toString(member.id()), member.address()));
        }
        return ServerLines.changed(present, reconfig.joining(), reconfig.leaving());
    }

    Outcome joint(Command.Joint joint) {
        state.membership = new Membership(joint.configuration(), joint.change(), present().pending());
        return new Outcome.ChangeBegun();
    }

    Outcome finish(Command.Final done) {
        PendingChange change = present().pending();
        boolean own = change != null && change.zxid() == done.change();
        show(done.configuration(state.lastZxid));
        if (change == null || !own) {
            state.membership = new Membership(present().configuration(), 0, change);
            return new Outcome.Configured();
        }
        byte[] node = state.znodes.node(configZnode());
        Outcome told = new Outcome.Reconfigured(Bytes.utf8(ConfigText.of(present().configuration())), Znode.stat(node));
        return new Outcome.ChangeDone(change.origin(), change.seq(), told);
    }

    Outcome abandon(Command.Abandon abandon) {
        PendingChange change = present().pending();
        if (change == null || change.zxid() != abandon.change()) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        state.membership = new Membership(present().configuration(), present().jointFor(), null);
        return new Outcome.ChangeDone(change.origin(), change.seq(), fail(abandon.error()));
    }

    private Membership present() {
        Membership present = state.membership;
        if (present == null) {
            throw new IllegalStateException("nothing is applied before the founding entry");
        }
        return present;
    }

    /** Puts a configuration in force, and to where clients read it. */
    private void show(Configuration configuration) {
        state.membership = new Membership(configuration, 0, null);
        int id = configZnode();
        long pathHash = state.znodes.foundHash();
        byte[] node = state.znodes.node(id);
        state.replace(id, Znode.withData(node, Bytes.utf8(ConfigText.of(configuration)), state.lastZxid,
                state.lastTimeMs, Command.ANY_VERSION), pathHash);
        if (watches.any()) {
            watches.dataChanged(Paths.CONFIG, state.acls.acl(Znode.acl(node)));
        }
    }

    private int configZnode() {
        byte[] path = Paths.CONFIG.getBytes(StandardCharsets.UTF_8);
        return state.znodes.find(path, path.length);
    }

    private static Outcome fail(ErrorCode error) {
        return new Outcome.Failed(error);
    }
}
