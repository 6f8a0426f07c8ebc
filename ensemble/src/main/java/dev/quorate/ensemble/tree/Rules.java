package dev.quorate.ensemble.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction's outcome is decided: ZooKeeper 3.9's rules and the order in which it checks them. Every
 * operation first checks all, then changes; so only a multi ever has something to undo.
 */
final class Rules {
    private final State state;
    private final Watches watches;
    private final MembershipRules membership;
    private Caller caller = Caller.ENSEMBLE;

    Rules(State state, Watches watches) {
        this.state = state;
        this.watches = watches;
        this.membership = new MembershipRules(state, watches);
    }

    /** The znodes that every tree begins with. */
    static void plant(State state) {
        Bytes nothing = Bytes.EMPTY;
        state.add(Znodes.NONE, Znode.create(0, 0, nothing, nothing, Acls.OPEN, 0, false), 0, Hash.ROOT);
        int readOnly = state.acls.number(Acl.READ_ONLY);
        plant(state, Paths.ZOOKEEPER, readOnly);
        plant(state, Paths.CONFIG, readOnly);
        plant(state, Paths.QUOTA, Acls.OPEN);
        state.settle();
    }

    private static void plant(State state, String path, int acl) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int nameAt = path.lastIndexOf('/') + 1;
        int parent = state.znodes.find(bytes, Math.max(1, nameAt - 1));
        long parentHash = state.znodes.foundHash();
        long nameHash = Hash.name(bytes, nameAt, bytes.length);
        Bytes name = new Bytes(bytes, nameAt, bytes.length - nameAt);
        state.add(parent, Znode.create(0, 0, name, Bytes.EMPTY, acl, 0, false), nameHash,
                Hash.mix(parentHash, nameHash));
        state.setChildren(parent, 0, Znode.children(state.znodes.node(parent)) + 1, 0, parentHash);
    }

    Outcome apply(Txn txn) {
        caller = txn.caller();
        if (state.membership == null && !(txn.command() instanceof Command.Found)) {
            return fail(ErrorCode.SYSTEM_ERROR);
        }
        return switch (txn.command()) {
            case Command.Found found -> membership.found(found);
            case Command.CreateSession create -> createSession(create, txn.origin());
            case Command.AttachSession attach -> attachSession(attach, txn.origin());
            case Command.CloseSession close -> closeSession(close, txn.origin());
            case Command.DeleteContainer delete -> deleteContainer(delete.path());
            case Command.Reconfig reconfig -> {
                ErrorCode error = sessionError(txn.origin());
                yield error != null ? fail(error) : membership.reconfig(reconfig, txn);
            }
            case Command.RaiseLevel raise -> membership.raiseLevel(raise, txn);
            case Command.Joint joint -> isLeader(txn) ? membership.joint(joint) : fail(ErrorCode.BAD_ARGUMENTS);
            case Command.Final done -> isLeader(txn) ? membership.finish(done) : fail(ErrorCode.BAD_ARGUMENTS);
            case Command.Abandon abandon ->
                isLeader(txn) ? membership.abandon(abandon) : fail(ErrorCode.BAD_ARGUMENTS);
            case Command.Check check -> fail(ErrorCode.UNIMPLEMENTED);
            case Command.Create create -> {
                // ZooKeeper looks at the kind of znode before it looks at the session.
                ErrorCode error = create.mode().ttl() ? ErrorCode.UNIMPLEMENTED : sessionError(txn.origin());
                yield error != null ? fail(error) : create(create);
            }
            case Command.Op op -> {
                ErrorCode error = sessionError(txn.origin());
                yield error != null ? fail(error) : operate(op);
            }
            case Command.SetAcl set -> {
                ErrorCode error = sessionError(txn.origin());
                yield error != null ? fail(error) : setAcl(set);
            }
            case Command.Multi multi -> {
                ErrorCode error = sessionError(txn.origin());
                yield error != null ? fail(error) : multi(multi);
            }
        };
    }

    /** Whether the leader itself ordered it: nothing that it orders is forwarded. */
    private static boolean isLeader(Txn txn) {
        return txn.origin().id() == 0;
    }

    private Outcome createSession(Command.CreateSession create, Origin origin) {
        if (create.timeoutMs() <= 0) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        long id = state.lastZxid;
        Bytes password = state.sessions.password(id);
        state.sessions.put(new Session(id, create.timeoutMs(), origin.id()));
        return new Outcome.SessionCreated(id, create.timeoutMs(), password);
    }

    private Outcome attachSession(Command.AttachSession attach, Origin origin) {
        Session session = state.sessions.get(attach.sessionId());
        if (session == null || !state.sessions.passwordFits(session.id(), attach.password())) {
            return new Outcome.SessionRefused(attach.sessionId());
        }
        if (session.owner() != origin.id()) {
            state.sessions.put(new Session(session.id(), session.timeoutMs(), origin.id()));
        }
        return new Outcome.SessionAttached(session.id(), session.timeoutMs(), attach.password());
    }

    private Outcome closeSession(Command.CloseSession close, Origin origin) {
        Session session = state.sessions.get(close.sessionId());
        if (session == null) {
            return fail(ErrorCode.SESSION_EXPIRED);
        }
        if (!close.expired() && session.owner() != origin.id()) {
            return fail(ErrorCode.SESSION_MOVED);
        }
        for (String path : new ArrayList<>(state.sessions.ephemerals(session.id()))) {
            byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
            int slash = path.lastIndexOf('/');
            Target target = target(bytes);
            if (target == null || target.id() == Znodes.NONE) {
                throw new IllegalStateException("the ephemeral " + path + " is missing");
            }
            remove(path, slash, target);
        }
        state.sessions.remove(session.id());
        return new Outcome.SessionClosed(session.id());
    }

    private Outcome deleteContainer(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || Paths.special(path)) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        Target target = target(path.getBytes(StandardCharsets.UTF_8));
        if (target == null || target.id() == Znodes.NONE) {
            return fail(ErrorCode.NO_NODE);
        }
        byte[] node = state.znodes.node(target.id());
        if (Znode.children(node) > 0) {
            return fail(ErrorCode.NOT_EMPTY);
        }
        if (!Znode.container(node)) {
            return fail(ErrorCode.BAD_VERSION);
        }
        remove(path, slash, target);
        return new Outcome.Deleted();
    }

    private Outcome multi(Command.Multi multi) {
        List<Outcome> results = new ArrayList<>(multi.ops().size());
        for (int i = 0; i < multi.ops().size(); i++) {
            Outcome result = operate(multi.ops().get(i));
            if (result instanceof Outcome.Failed failed) {
                return multiFailed(multi.ops().size(), i, failed.error());
            }
            results.add(result);
        }
        return new Outcome.MultiDone(results);
    }

    private static Outcome multiFailed(int ops, int failedAt, ErrorCode error) {
        List<ErrorCode> errors = new ArrayList<>(ops);
        for (int i = 0; i < ops; i++) {
            errors.add(i < failedAt ? ErrorCode.OK : i == failedAt ? error : ErrorCode.RUNTIME_INCONSISTENCY);
        }
        return new Outcome.MultiFailed(errors);
    }

    private Outcome operate(Command.Op op) {
        return switch (op) {
            case Command.Create create -> create(create);
            case Command.Delete delete -> delete(delete);
            case Command.SetData set -> setData(set);
            case Command.Check check -> check(check);
        };
    }

    private Outcome create(Command.Create create) {
        CreateMode mode = create.mode();
        if (mode.ttl()) {
            return fail(ErrorCode.UNIMPLEMENTED);
        }
        String asked = create.path();
        int slash = asked.lastIndexOf('/');
        if (slash < 0 || asked.length() > Paths.MAX_LENGTH || asked.indexOf('\0') >= 0) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        List<Acl> acl = Access.resolve(create.acl(), caller.identities());
        if (acl == null) {
            return fail(ErrorCode.INVALID_ACL);
        }
        byte[] bytes = asked.getBytes(StandardCharsets.UTF_8);
        int parent = state.znodes.find(bytes, lastSlash(bytes));
        long parentHash = state.znodes.foundHash();
        if (parent == Znodes.NONE) {
            return fail(ErrorCode.NO_NODE);
        }
        byte[] parentNode = state.znodes.node(parent);
        if (!allowed(parentNode, Acl.CREATE)) {
            return fail(ErrorCode.NO_AUTH);
        }
        String path = asked;
        if (mode.sequential()) {
            path = asked + sequence(Znode.createdChildren(parentNode));
            bytes = path.getBytes(StandardCharsets.UTF_8);
        }
        if (!Paths.valid(path)) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        int nameAt = lastSlash(bytes) + 1;
        long nameHash = Hash.name(bytes, nameAt, bytes.length);
        if (path.length() == 1 || state.znodes.child(parent, bytes, nameAt, bytes.length, nameHash) != Znodes.NONE) {
            return fail(ErrorCode.NODE_EXISTS);
        }
        if (Znode.owner(parentNode) != 0) {
            return fail(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        }
        byte[] node = Znode.create(state.lastZxid, state.lastTimeMs, new Bytes(bytes, nameAt, bytes.length - nameAt),
                create.data(), state.acls.number(acl), mode.ephemeral() ? caller.sessionId() : 0,
                mode == CreateMode.CONTAINER);
        state.add(parent, node, nameHash, Hash.mix(parentHash, nameHash));
        state.setChildren(parent, Znode.createdChildren(parentNode) + 1, Znode.children(parentNode) + 1,
                state.lastZxid, parentHash);
        if (watches.any()) {
            watches.created(path, acl, Paths.parent(path, slash), state.acls.acl(Znode.acl(parentNode)));
        }
        return new Outcome.Created(path, Znode.stat(node));
    }

    private Outcome delete(Command.Delete delete) {
        String path = delete.path();
        int slash = path.lastIndexOf('/');
        if (slash < 0 || path.indexOf('\0') >= 0 || Paths.special(path)) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        Target target = target(path.getBytes(StandardCharsets.UTF_8));
        if (target == null) {
            return fail(ErrorCode.NO_NODE);
        }
        if (!allowed(state.znodes.node(target.parent()), Acl.DELETE)) {
            return fail(ErrorCode.NO_AUTH);
        }
        if (target.id() == Znodes.NONE) {
            return fail(ErrorCode.NO_NODE);
        }
        byte[] node = state.znodes.node(target.id());
        if (delete.version() != Command.ANY_VERSION && delete.version() != Znode.version(node)) {
            return fail(ErrorCode.BAD_VERSION);
        }
        if (Znode.children(node) > 0) {
            return fail(ErrorCode.NOT_EMPTY);
        }
        remove(path, slash, target);
        return new Outcome.Deleted();
    }

    private Outcome setData(Command.SetData set) {
        int id = find(set.path());
        if (id < 0) {
            return fail(Paths.valid(set.path()) ? ErrorCode.NO_NODE : ErrorCode.BAD_ARGUMENTS);
        }
        long pathHash = state.znodes.foundHash();
        byte[] node = state.znodes.node(id);
        if (!allowed(node, Acl.WRITE)) {
            return fail(ErrorCode.NO_AUTH);
        }
        if (set.version() != Command.ANY_VERSION && set.version() != Znode.version(node)) {
            return fail(ErrorCode.BAD_VERSION);
        }
        byte[] changed = Znode.withData(node, set.data(), state.lastZxid, state.lastTimeMs, Znode.version(node) + 1);
        state.replace(id, changed, pathHash);
        if (watches.any()) {
            watches.dataChanged(set.path(), state.acls.acl(Znode.acl(node)));
        }
        return new Outcome.StatResult(Znode.stat(changed));
    }

    private Outcome setAcl(Command.SetAcl set) {
        if (!Paths.valid(set.path())) {
            return fail(ErrorCode.BAD_ARGUMENTS);
        }
        List<Acl> acl = Access.resolve(set.acl(), caller.identities());
        if (acl == null) {
            return fail(ErrorCode.INVALID_ACL);
        }
        int id = find(set.path());
        if (id < 0) {
            return fail(ErrorCode.NO_NODE);
        }
        long pathHash = state.znodes.foundHash();
        byte[] node = state.znodes.node(id);
        if (!allowed(node, Acl.ADMIN)) {
            return fail(ErrorCode.NO_AUTH);
        }
        if (set.version() != Command.ANY_VERSION && set.version() != Znode.aversion(node)) {
            return fail(ErrorCode.BAD_VERSION);
        }
        byte[] changed = Znode.withAcl(node, state.acls.number(acl), Znode.aversion(node) + 1);
        state.replace(id, changed, pathHash);
        return new Outcome.StatResult(Znode.stat(changed));
    }

    private Outcome check(Command.Check check) {
        int id = find(check.path());
        if (id < 0) {
            return fail(Paths.valid(check.path()) ? ErrorCode.NO_NODE : ErrorCode.BAD_ARGUMENTS);
        }
        byte[] node = state.znodes.node(id);
        if (!allowed(node, Acl.READ)) {
            return fail(ErrorCode.NO_AUTH);
        }
        if (check.version() != Command.ANY_VERSION && check.version() != Znode.version(node)) {
            return fail(ErrorCode.BAD_VERSION);
        }
        return new Outcome.Checked();
    }

    /** A znode and its parent; the znode may be missing. */
    private record Target(int parent, long parentHash, int id, long pathHash) {}

    /** Null when the parent is missing. */
    private @Nullable Target target(byte[] bytes) {
        int nameAt = lastSlash(bytes) + 1;
        int parent = state.znodes.find(bytes, nameAt - 1);
        if (parent == Znodes.NONE) {
            return null;
        }
        long parentHash = state.znodes.foundHash();
        long nameHash = Hash.name(bytes, nameAt, bytes.length);
        // The parent of "//a" reads as the root, and yet it is no path of a znode.
        boolean emptyName = nameAt == 2;
        int id = emptyName ? Znodes.NONE : state.znodes.child(parent, bytes, nameAt, bytes.length, nameHash);
        return new Target(parent, parentHash, id, Hash.mix(parentHash, nameHash));
    }

    private void remove(String path, int slash, Target target) {
        byte[] parent = state.znodes.node(target.parent());
        if (watches.any()) {
            byte[] node = state.znodes.node(target.id());
            watches.deleted(path, state.acls.acl(Znode.acl(node)), Paths.parent(path, slash),
                    state.acls.acl(Znode.acl(parent)));
        }
        state.remove(target.id(), target.pathHash());
        state.setChildren(target.parent(), Znode.createdChildren(parent), Znode.children(parent) - 1, state.lastZxid,
                target.parentHash());
    }

    private int find(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        return bytes.length == 0 ? Znodes.NONE : state.znodes.find(bytes, bytes.length);
    }

    private boolean allowed(byte[] node, int perm) {
        int acl = Znode.acl(node);
        return acl == Acls.OPEN || Access.allowed(state.acls.acl(acl), perm, caller.identities());
    }

    /** Null when the session may write: it lives, and its client is connected to the origin. */
    private @Nullable ErrorCode sessionError(Origin origin) {
        if (caller.sessionId() == 0 && caller.isSuper()) {
            return null;
        }
        Session session = state.sessions.get(caller.sessionId());
        if (session == null) {
            return ErrorCode.SESSION_EXPIRED;
        }
        return session.owner() == origin.id() ? null : ErrorCode.SESSION_MOVED;
    }

    /** The suffix of a sequential name, as {@code %010d} prints it. */
    private static String sequence(int number) {
        if (number < 0) {
            return String.format(Locale.ENGLISH, "%010d", number);
        }
        String digits = Integer.toString(number);
        return "0000000000".substring(digits.length()) + digits;
    }

    private static int lastSlash(byte[] path) {
        int at = path.length - 1;
        while (path[at] != '/') {
            at--;
        }
        return at;
    }

    private static Outcome fail(ErrorCode error) {
        return new Outcome.Failed(error);
    }
}
