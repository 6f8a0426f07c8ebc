package dev.quorate.ensemble.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How requests are answered that change nothing but watches: ZooKeeper 3.9's rules. */
final class Reads {
    private static final Response NO_NODE = new Response.Failed(ErrorCode.NO_NODE);
    private static final Response NO_AUTH = new Response.Failed(ErrorCode.NO_AUTH);
    private static final Response NO_WATCHER = new Response.Failed(ErrorCode.NO_WATCHER);
    private static final Response BAD_ARGUMENTS = new Response.Failed(ErrorCode.BAD_ARGUMENTS);

    private static final Response TOO_LARGE = new Response.Failed(ErrorCode.MARSHALLING_ERROR);

    /** What a part of a multiRead's answer takes at most beside its content: a header, a length and a Stat. */
    private static final int PART_BYTES = 9 + 4 + 68;

    private final State state;
    private final Watches watches;

    Reads(State state, Watches watches) {
        this.state = state;
        this.watches = watches;
    }

    Response answer(Request.Read request, Caller caller, int maxMultiBytes) {
        return switch (request) {
            case Request.Exists exists -> exists(exists, caller);
            case Request.ReadOp op -> readOp(op, caller);
            case Request.GetAcl get -> getAcl(get, caller);
            case Request.GetEphemerals get -> getEphemerals(get, caller);
            case Request.GetAllChildrenNumber get -> getAllChildrenNumber(get, caller);
            case Request.WhoAmI who -> new Response.WhoAmI(caller.identities());
            case Request.MultiRead multi -> multiRead(multi, caller, maxMultiBytes);
            case Request.AddWatch add -> addWatch(add, caller);
            case Request.RemoveWatches remove ->
                watches.remove(caller.sessionId(), remove.path(), remove.type()) ? Response.Done.DONE : NO_WATCHER;
            case Request.CheckWatches check ->
                watches.contains(caller.sessionId(), check.path(), check.type()) ? Response.Done.DONE : NO_WATCHER;
            case Request.SetWatches set -> setWatches(set, caller);
        };
    }

    private Response readOp(Request.ReadOp op, Caller caller) {
        return switch (op) {
            case Request.GetData get -> getData(get, caller);
            case Request.GetChildren get -> getChildren(get, caller);
        };
    }

    private Response exists(Request.Exists exists, Caller caller) {
        if (exists.path().length() > Paths.MAX_LENGTH || exists.path().indexOf('\0') >= 0) {
            return BAD_ARGUMENTS;
        }
        int id = find(exists.path());
        if (id != Znodes.NONE && !allowed(id, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (exists.watch()) {
            watches.watchData(caller, exists.path());
        }
        return id == Znodes.NONE ? NO_NODE : new Response.StatOnly(Znode.stat(state.znodes.node(id)));
    }

    private Response getData(Request.GetData get, Caller caller) {
        int id = find(get.path());
        if (id == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(id, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (get.watch()) {
            watches.watchData(caller, get.path());
        }
        byte[] node = state.znodes.node(id);
        return new Response.Data(Znode.data(node), Znode.stat(node));
    }

    private Response getChildren(Request.GetChildren get, Caller caller) {
        int id = find(get.path());
        if (id == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(id, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (get.watch()) {
            watches.watchChildren(caller, get.path());
        }
        Names names = childNames(id);
        return get.withStat()
                ? new Response.ChildrenWithStat(names, Znode.stat(state.znodes.node(id)))
                : new Response.Children(names);
    }

    private Names childNames(int id) {
        int count = Znode.children(state.znodes.node(id));
        byte[] packed = new byte[count * 20];
        int at = 0;
        for (int child = state.znodes.firstChild(id); child != Znodes.NONE; child = state.znodes.nextSibling(child)) {
            byte[] node = state.znodes.node(child);
            int length = Znode.nameLength(node);
            if (packed.length - at < length + 4) {
                packed = Arrays.copyOf(packed, packed.length * 2 + length + 4);
            }
            packed[at] = (byte) (length >>> 24);
            packed[at + 1] = (byte) (length >>> 16);
            packed[at + 2] = (byte) (length >>> 8);
            packed[at + 3] = (byte) length;
            System.arraycopy(node, Znode.nameAt(node), packed, at + 4, length);
            at += 4 + length;
        }
        return new Names(count, new Bytes(packed, 0, at));
    }

    private Response getAcl(Request.GetAcl get, Caller caller) {
        int id = find(get.path());
        if (id == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(id, Acl.READ | Acl.ADMIN, caller)) {
            return NO_AUTH;
        }
        byte[] node = state.znodes.node(id);
        List<Acl> acl = state.acls.acl(Znode.acl(node));
        List<Acl> shown = allowed(id, Acl.ADMIN, caller) ? acl : Access.masked(acl);
        return new Response.AclResult(shown, Znode.stat(node));
    }

    private Response getEphemerals(Request.GetEphemerals get, Caller caller) {
        String prefix = get.prefix();
        boolean all = prefix.isBlank() || prefix.strip().equals(Paths.ROOT);
        List<String> paths = new ArrayList<>();
        for (String path : state.sessions.ephemerals(caller.sessionId())) {
            if (all || path.startsWith(prefix)) {
                paths.add(path);
            }
        }
        return new Response.Ephemerals(paths);
    }

    private Response getAllChildrenNumber(Request.GetAllChildrenNumber get, Caller caller) {
        int root = find(get.path());
        if (root == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(root, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (root == Znodes.ROOT) {
            return new Response.ChildrenNumber(state.znodes.count() - 1);
        }
        int count = 0;
        int id = root;
        while (true) {
            int next = state.znodes.firstChild(id);
            while (next == Znodes.NONE && id != root) {
                next = state.znodes.nextSibling(id);
                id = next == Znodes.NONE ? state.znodes.parent(id) : id;
            }
            if (next == Znodes.NONE) {
                return new Response.ChildrenNumber(count);
            }
            id = next;
            count++;
        }
    }

    /** A short request can name the same large znode many times, so what comes together is counted as it comes. */
    private Response multiRead(Request.MultiRead multi, Caller caller, int maxBytes) {
        List<Response.Part> parts = new ArrayList<>(multi.ops().size());
        long bytes = 0;
        for (Request.ReadOp op : multi.ops()) {
            Response response = readOp(op, caller);
            bytes += PART_BYTES + contentBytes(response);
            if (bytes > maxBytes && !parts.isEmpty()) {
                return TOO_LARGE;
            }
            Response.Kind kind = switch (op) {
                case Request.GetData get -> Response.Kind.GET_DATA;
                case Request.GetChildren get -> Response.Kind.GET_CHILDREN;
            };
            parts.add(new Response.Part(response instanceof Response.Failed ? Response.Kind.ERROR : kind, response));
        }
        return new Response.Multi(parts);
    }

    private static int contentBytes(Response response) {
        return switch (response) {
            case Response.Data read -> read.data() == null ? 0 : read.data().length();
            case Response.Children children -> children.names().packed().length();
            default -> 0;
        };
    }

    private Response addWatch(Request.AddWatch add, Caller caller) {
        if (!Paths.valid(add.path())) {
            return BAD_ARGUMENTS;
        }
        watches.watchPersistently(caller, add.path(), add.mode());
        return new Response.WatchAdded();
    }

    private Response setWatches(Request.SetWatches set, Caller caller) {
        long session = caller.sessionId();
        for (String path : set.data()) {
            int id = find(path);
            if (id == Znodes.NONE) {
                watches.fireMissed(session, EventType.DELETED, path);
            } else if (Znode.mzxid(state.znodes.node(id)) > set.relativeZxid() && allowed(id, Acl.READ, caller)) {
                watches.fireMissed(session, EventType.DATA_CHANGED, path);
            } else {
                watches.watchData(caller, path);
            }
        }
        for (String path : set.exist()) {
            int id = find(path);
            if (id != Znodes.NONE && allowed(id, Acl.READ, caller)) {
                watches.fireMissed(session, EventType.CREATED, path);
            } else {
                watches.watchData(caller, path);
            }
        }
        for (String path : set.child()) {
            int id = find(path);
            if (id == Znodes.NONE) {
                watches.fireMissed(session, EventType.DELETED, path);
            } else if (Znode.pzxid(state.znodes.node(id)) > set.relativeZxid() && allowed(id, Acl.READ, caller)) {
                watches.fireMissed(session, EventType.CHILDREN_CHANGED, path);
            } else {
                watches.watchChildren(caller, path);
            }
        }
        for (String path : set.persistent()) {
            watches.watchPersistently(caller, path, AddWatchMode.PERSISTENT);
        }
        for (String path : set.recursive()) {
            watches.watchPersistently(caller, path, AddWatchMode.PERSISTENT_RECURSIVE);
        }
        return Response.Done.DONE;
    }

    private int find(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        return state.znodes.find(bytes, bytes.length);
    }

    private boolean allowed(int id, int perm, Caller caller) {
        int acl = Znode.acl(state.znodes.node(id));
        return acl == Acls.OPEN || Access.allowed(state.acls.acl(acl), perm, caller.identities());
    }
}
